"""Taking a slot of a rate budget before a call, and telling the budget of its answer, as steps of the core.

What may be sent when is `rate_budget.py`'s to say. This loads the budget that processes share, changes it,
and swaps it in; whoever loses the swap loads again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ringback.client.allowance import Allowance
from ringback.client.effects import (
    Abandoned,
    Elapsed,
    Limits,
    LoadBudget,
    Now,
    Pause,
    Steps,
    SwapBudget,
    Wait,
)
from ringback.client.errors import limit_spent, transport_error
from ringback.client.messages import HttpAnswer, HttpRequest, NoAnswer

from .endpoints import AUTH, endpoint_of
from .limit_memory import LimitMemory
from .rate_answer import RateAnswer, rate_answer
from .rate_budget import LEAST_LIMIT, Budget, Turn, budget_from_bytes

T = TypeVar("T")
_SWAPS = 40
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.5
_LOOK_SECONDS = 0.02
_LONGEST_LOOK = 0.1


@dataclass(frozen=True, slots=True)
class Place:
    """The right to send one call by `deadline` (Elapsed). `group` None: nothing is known to limit it.

    `waited`: it was waited for, so what was decided before may be old. `learning`: its answer is the first
    of its endpoint here.
    """

    endpoint: str
    owner_id: str
    group: str | None
    call: str
    deadline: float
    waited: bool = False
    learning: bool = False


def take(owner_id: str, request: HttpRequest, within: Allowance) -> Steps[Place]:
    """A place for `request`; waits for it as the allowance's policy says. `owner_id` "" is the app itself.

    Raises RateLimited when it would take too long, and then nothing is held.
    """
    memory: LimitMemory = yield Limits()
    endpoint = endpoint_of(request.method, request.target)
    call = memory.new_call()
    learning, waited, pause = False, False, _LOOK_SECONDS
    while not (learning or memory.is_certain(endpoint)):
        # One call of this process finds out what the server says of the endpoint; the others wait for it.
        now: float = yield Elapsed()
        learning = now >= within.deadline or memory.begin_learning(endpoint, now, within.deadline)
        if not learning:
            yield Wait(pause)
            waited, pause = True, min(pause * 1.5, _LONGEST_LOOK)
    group = memory.group_of(endpoint)
    if group is None:
        return Place(endpoint, owner_id, None, call, within.deadline, waited, learning)
    try:
        stood_in_line, deadline = yield from _stand_in_line(owner_id, group, call, within)
    except (Exception, Abandoned):
        if learning:
            memory.end_learning(endpoint)
        raise
    return Place(endpoint, owner_id, group, call, deadline, waited or stood_in_line, learning)


def _stand_in_line(owner_id: str, group: str, call: str, within: Allowance) -> Steps[tuple[bool, float]]:
    """Returns when `call` may be sent: whether it waited, and by when (Elapsed) it must be over."""
    waited, entered, pause, lost = False, False, _LOOK_SECONDS, 0
    try:
        while True:
            now: float = yield Now()
            version, budget = yield from _load(owner_id, group, now)
            held = budget.until(call, now)
            turn = budget.turn(call if held else None, now)
            yield from _check(group, turn, now, within)
            until = yield from _over_by(now, turn, within)
            if held is None or until - held > within.seconds / 2:
                new = budget.with_call(call, now, until).to_bytes()
                swapped: bool = yield SwapBudget(owner_id, group, version, new)
                if not swapped:
                    lost += 1
                    yield Pause(_swap_pause(lost))
                    continue
                entered, held = True, until
            if turn.now:
                elapsed: float = yield Elapsed()
                return waited, min(within.deadline, elapsed + held - now)
            waited = True
            if turn.at is not None:
                yield from within.wait_until(turn.at)
            else:
                # Whoever is finding out what the limit is has yet to be answered.
                yield Wait(pause)
                pause = min(pause * 1.5, _LONGEST_LOOK)
    except (Exception, Abandoned):
        if entered:
            yield from change(owner_id, group, lambda known, now: known.without(call))
        raise


def take_or_reserve(
    request: HttpRequest, name: str, within: Allowance, deadline: float
) -> Steps[Place | float]:
    """A place for a request of the app itself that may be sent now, until `deadline`; or when to ask again.

    Then a place is kept under `name`, which all who want the same one thing done share, and whoever comes
    first with that name in due time gets it. Raises RateLimited when that is too late for `within`.
    """
    memory: LimitMemory = yield Limits()
    endpoint, call = endpoint_of(request.method, request.target), memory.new_call()
    group, lost = memory.group_of(endpoint), 0
    if group is None:
        return Place(endpoint, "", None, call, deadline)
    while True:
        now: float = yield Now()
        elapsed: float = yield Elapsed()
        version, budget = yield from _load("", group, now)
        kept = budget.until(name, now) is not None
        turn = budget.turn(name if kept else None, now)
        yield from _check(group, turn, now, within)
        at = now + _LONGEST_LOOK if turn.at is None else turn.at
        if turn.now:
            new = budget.renamed(name, call).with_call(call, now, now + deadline - elapsed)
        elif not kept:
            new = budget.with_call(name, now, at + within.seconds)
        else:
            return at
        swapped: bool = yield SwapBudget("", group, version, new.to_bytes())
        if swapped:
            return Place(endpoint, "", group, call, deadline) if turn.now else at
        lost += 1
        yield Pause(_swap_pause(lost))


def give_back(place: Place) -> Steps[None]:
    """The call of `place` was not sent and will not be."""
    yield from no_longer_learning(place)
    if place.group is not None:
        yield from change(place.owner_id, place.group, lambda known, now: known.without(place.call))


def no_longer_learning(place: Place) -> Steps[None]:
    """Let another call find out what there is to know of the endpoint."""
    if place.learning:
        memory: LimitMemory = yield Limits()
        memory.end_learning(place.endpoint)


def _check(group: str, turn: Turn, now: float, within: Allowance) -> Steps[None]:
    """Raise RateLimited when waiting for `turn` is not wanted or takes too long."""
    if turn.now:
        return
    if turn.at is None:
        left = yield from within.left()
        if left <= 0:
            raise transport_error(NoAnswer("timeout", "another call is finding out what the rate limit is"))
        return
    in_time = yield from within.allows(turn.at - now)
    if within.policy.on_limit == "raise" or not in_time:
        raise limit_spent(group, turn.at - now)


def _over_by(now: float, turn: Turn, within: Allowance) -> Steps[float]:
    """When a call with this turn must be over, on the clock of Now."""
    if within.policy.patient:
        return (turn.at or now) + within.seconds
    left = yield from within.left()
    return now + left


def told(place: Place, sent: float, answer: HttpAnswer | NoAnswer) -> Steps[None]:
    """Tell the budget that the call of `place`, sent at `sent`, is over."""
    memory: LimitMemory = yield Limits()
    said = rate_answer(answer) if isinstance(answer, HttpAnswer) else None
    group = said.group if said is not None and said.group is not None else place.group
    if said is not None and (said.group is not None or said.status < 400):
        memory.learnt(place.endpoint, said.group)
    if place.learning:
        memory.end_learning(place.endpoint)
    counted = _may_have_counted(answer, said)
    if place.group is not None and (not counted or group != place.group):
        yield from change(place.owner_id, place.group, lambda known, now: known.without(place.call))
    if group is None or not counted:
        return
    yield from change(place.owner_id, group, _with_answer(place.call, sent, said))


def then_told(place: Place, sent: float, answer: HttpAnswer | NoAnswer, steps: Steps[T]) -> Steps[T]:
    """The result of `steps`, which act on the answer; whatever becomes of them, the budget is told after."""
    try:
        result = yield from steps
    except (Exception, Abandoned):
        yield from told(place, sent, answer)
        raise
    yield from told(place, sent, answer)
    return result


def _may_have_counted(answer: HttpAnswer | NoAnswer, said: RateAnswer | None) -> bool:
    """Not what was never sent, nor what is not limited, nor a call whose token was refused (contract 8)."""
    if said is None:
        return not (isinstance(answer, NoAnswer) and answer.kind == "refused")
    return said.group is not None or (said.status >= 400 and said.status != 401)


def _with_answer(call: str, sent: float, said: RateAnswer | None) -> Callable[[Budget, float], Budget]:
    return lambda known, now: known.answered(call, sent, now, said)


def change(owner_id: str, group: str, how: Callable[[Budget, float], Budget]) -> Steps[None]:
    """Change a budget. What does not come through for others' changes is left: a hold then ends by itself."""
    for lost in range(1, _SWAPS):
        now: float = yield Now()
        version, budget = yield from _load(owner_id, group, now)
        swapped: bool = yield SwapBudget(owner_id, group, version, how(budget, now).to_bytes())
        if swapped:
            return
        yield Pause(_swap_pause(lost))


def _swap_pause(lost: int) -> float:
    """How long to leave a budget to others, at most, after so many lost swaps."""
    return min(_FIRST_PAUSE * 2.0 ** min(lost, 10), _LONGEST_PAUSE)


def _load(owner_id: str, group: str, now: float) -> Steps[tuple[int, Budget]]:
    found: tuple[int, bytes] | None = yield LoadBudget(owner_id, group)
    version, value = found or (0, None)
    # Logins do not wait for each other: of the token endpoint the specification's limit is taken for granted.
    learners = LEAST_LIMIT if group == AUTH else 1
    return version, budget_from_bytes(value, learners=learners).aged(now)
