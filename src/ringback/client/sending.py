"""Sending one API request of a user: at the pace the rate limit allows, and again where that is safe.

Contract 2: what fails with 5xx, or without an answer, is sent up to three times, if it may be repeated at
all. A 429 was not carried out, so anything may be sent again after it. All within the call's allowance.
"""

from __future__ import annotations

from collections.abc import Callable

from ringback.vault import Login

from .allowance import Allowance, Policy
from .effects import Abandoned, Elapsed, Now, Pause, Send, Steps, WaitUntil
from .errors import RateLimited, transport_error
from .limits.pacing import Place, give_back, no_longer_learning, take, told
from .limits.rate_answer import rate_answer, retry_after
from .messages import HttpAnswer, HttpRequest, NoAnswer
from .requests import with_bearer

_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_PASSING = frozenset({408, 500, 502, 503, 504})
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 60.0
_REFUSALS = 3


def sent(
    owner_id: str, request: HttpRequest, login: Login, within: Allowance, renew: Callable[[], Steps[Login]]
) -> Steps[tuple[HttpAnswer, Login]]:
    """The last answer to `request`, and the login it was sent with: `renew` gives it after a wait.

    Raises RateLimited, TransportError.
    """
    tries = refusals = 0
    refused: HttpAnswer | None = None
    while True:
        try:
            place = yield from take(owner_id, request, within)
        except RateLimited:
            if refused is not None:
                return refused, login  # the server's own words say more
            raise
        if place.waited:
            login = yield from _renewed(place, renew)
        answer = yield from _send_once(with_bearer(request, login.tokens.access_token), place, within)
        if isinstance(answer, HttpAnswer) and answer.status == 429:
            refusals += 1
            refused = answer
            if refusals < _REFUSALS and (yield from _penalty_over(answer, place, within)):
                continue
            return answer, login
        tries += 1
        if may_repeat(request, answer, tries, within.policy) and (yield from _paused(answer, tries, within)):
            continue
        if isinstance(answer, NoAnswer):
            raise transport_error(answer)
        return answer, login


def may_repeat(request: HttpRequest, answer: HttpAnswer | NoAnswer, tries: int, policy: Policy) -> bool:
    """Whether a request that got this may be sent again, and does not do twice what was asked for once."""
    if tries >= policy.tries:
        return False
    idempotent = request.method in _IDEMPOTENT or policy.idempotent
    if isinstance(answer, HttpAnswer):
        return idempotent and answer.status in _PASSING
    # A body that broke off on its way into a sink is gone on with by whoever owns the sink.
    return answer.kind == "refused" or (answer.kind == "broken" and idempotent and request.sink is None)


def _send_once(request: HttpRequest, place: Place, within: Allowance) -> Steps[HttpAnswer | NoAnswer]:
    at = 0.0
    if place.group is not None or place.learning:
        at = yield Now()
    try:
        answer: HttpAnswer | NoAnswer = yield Send(request, min(place.deadline, within.deadline))
    except (Exception, Abandoned):
        # It may have been counted, so its slot stays taken until its time is over.
        yield from no_longer_learning(place)
        raise
    yield from told(place, at, answer)
    return answer


def _renewed(place: Place, renew: Callable[[], Steps[Login]]) -> Steps[Login]:
    try:
        return (yield from renew())
    except (Exception, Abandoned):
        yield from give_back(place)
        raise


def _penalty_over(answer: HttpAnswer, place: Place, within: Allowance) -> Steps[bool]:
    """Wait for the end of a penalty; False when it is not to be waited for, or takes too long.

    A group's budget knows of it, and is waited for by `take`.
    """
    seconds = rate_answer(answer).penalty or 0.0
    if within.policy.on_limit == "raise" or not (yield from within.allows(seconds)):
        return False
    if place.group is None:
        now: float = yield Now()
        until = now + seconds
        while now < until and (yield from within.allows(until - now)):
            yield from within.wait_until(until)
            now = yield Now()
        return now >= until
    return True


def _paused(answer: HttpAnswer | NoAnswer, tries: int, within: Allowance) -> Steps[bool]:
    """Wait as the server says, else a random while that grows; False when there is no time for it."""
    left = yield from within.left()
    if isinstance(answer, NoAnswer) and answer.kind == "broken" and tries == 1:
        return left > 0  # a connection that the server had just closed
    seconds = retry_after(answer.headers) if isinstance(answer, HttpAnswer) else None
    if seconds is not None:
        if seconds >= left:
            return False
        now: float = yield Now()
        yield WaitUntil(now + seconds, within.deadline, for_limit=False)
    else:
        yield Pause(min(left, _LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (tries - 1)))
    elapsed: float = yield Elapsed()
    return elapsed < within.deadline
