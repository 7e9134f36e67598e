"""Refreshing a login: one process at a time, and a new token is stored before it is first used.

design.md, "Store before use"; contract 6.2. Run by the drivers, see `effects.py`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from ringback.oauth.errors import InvalidGrant, UnusableAnswer
from ringback.oauth.token_requests import ClientCredentials, refresh_tokens
from ringback.oauth.token_set import TokenSet, token_set_from_answer
from ringback.vault import Lease, Login

from .allowance import Allowance, Policy
from .effects import (
    Abandoned,
    AcquireLease,
    DeleteLogin,
    DiscardTokens,
    Elapsed,
    LoadLogin,
    Now,
    ReleaseLease,
    Send,
    Steps,
    StoreRefreshed,
    Wait,
)
from .errors import (
    LoginRequired,
    RateLimited,
    RefreshBusy,
    TransportError,
    refusal,
    response_error,
    transport_error,
)
from .limits.pacing import Place, take_or_reserve, then_told, told
from .messages import HttpAnswer, HttpRequest, NoAnswer
from .requests import form_request

ATTEMPT_SECONDS = 4.0
"""For the whole attempt; a lease lasts 5 s, so a holder is done before another may begin."""
_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 0.005, 0.06, 1.6
_TRIES = 2

NO_REFRESH_TOKEN = "the access token has expired and the app issues no refresh tokens"  # noqa: S105
RESTORED = "restored"
_RESTORED_WHY = (
    "this login was restored from a backup, and its refresh token was used, revoked or has expired since the"
    " backup was taken"
)
LOGGED_OUT = "there is no login of this user (logged out, or never logged in)"


def refreshed(presented: Login, client: ClientCredentials, within: Allowance) -> Steps[Login]:
    """A login newer than `presented`: refreshed here under the lease, or by another process meanwhile.

    A refresh that must wait for the rate limit waits without the lease. Raises LoginRequired when the login
    has ended, RefreshBusy when the time of `within` passes first, RateLimited when the limit leaves no room
    in time, TransportError, ResponseError or OAuthRefusal when the server does not refresh now.
    """
    owner_id = presented.key.owner_id
    pause, refusals = _FIRST_PAUSE, 0
    while True:
        started: float = yield Elapsed()
        if started >= within.deadline:
            raise RefreshBusy(
                "Another process is refreshing this login and has not finished", remedy="Try again."
            )
        lease: Lease | None = yield AcquireLease(presented)
        if lease is None:
            yield Wait(pause)
            pause = min(pause * _GROWTH, _LONGEST_PAUSE)
        try:
            # After getting the lease, load again: somebody may have finished just before.
            current: Login | None = yield LoadLogin(owner_id)
            if current is None:
                raise LoginRequired(owner_id, LOGGED_OUT)
            if not current.same_record(presented):
                if lease is not None:
                    yield ReleaseLease(lease, finished=True)
                return current
            if lease is not None:
                done = yield from _refresh_under(lease, current, client, within, started)
                if isinstance(done, Login):
                    return done
                lease = None
                yield from within.wait_until(done)
        except RateLimited as limited:
            refusals += 1
            in_time = yield from within.allows(limited.retry_after)
            if not limited.sent or within.policy.on_limit == "raise" or refusals >= _TRIES or not in_time:
                raise
        except Abandoned:
            if lease is not None:
                # The refresh may have reached the server: the mark has it presented again, by anybody.
                yield ReleaseLease(lease, finished=False)
            raise


def _refresh_under(
    lease: Lease, login: Login, client: ClientCredentials, within: Allowance, started: float
) -> Steps[Login | float]:
    """The refreshed login; or, with the lease given back, when there is room for the refresh (Now)."""
    refresh_token = login.tokens.refresh_token
    if refresh_token is None:
        yield ReleaseLease(lease, finished=True)
        raise LoginRequired(login.key.owner_id, NO_REFRESH_TOKEN)
    request = form_request(refresh_tokens(client, refresh_token))
    name = f"refresh {login.login_id} {login.generation}"
    deadline = min(started + ATTEMPT_SECONDS, within.deadline)
    try:
        place = yield from take_or_reserve(request, name, within, deadline)
    except Exception:
        yield ReleaseLease(lease, finished=True)
        raise
    if not isinstance(place, Place):
        yield ReleaseLease(lease, finished=True)
        return place
    asked_at: float = yield Now()
    elapsed: float = yield Elapsed()
    answer: HttpAnswer | NoAnswer = NoAnswer("refused", "no time was left to send the refresh")
    if elapsed < deadline:
        answer = yield Send(request, deadline)
    earlier_try = isinstance(answer, NoAnswer) and answer.kind == "broken"
    if earlier_try:
        # Once more if time and the rate limit allow: a refresh may be repeated.
        yield from told(place, asked_at, answer)
        another = yield from _place_for_another(request, name, deadline)
        if another is None:
            return (yield from _concluded(lease, login, client, answer, earlier_try, asked_at))
        place, answer = another, (yield Send(request, deadline))
    # The budget is told last: nothing comes between new tokens and the vault.
    return (
        yield from then_told(
            place, asked_at, answer, _concluded(lease, login, client, answer, earlier_try, asked_at)
        )
    )


def _place_for_another(request: HttpRequest, name: str, deadline: float) -> Steps[Place | None]:
    now: float = yield Elapsed()
    if now >= deadline:
        return None
    try:
        place = yield from take_or_reserve(
            request, name, Allowance(deadline, 0.0, Policy(on_limit="raise")), deadline
        )
    except (RateLimited, TransportError):
        return None
    return place if isinstance(place, Place) else None


def _concluded(
    lease: Lease,
    login: Login,
    client: ClientCredentials,
    answer: HttpAnswer | NoAnswer,
    earlier_try: bool,
    asked_at: float,
) -> Steps[Login]:
    """What follows from the last answer; an `earlier_try` may have reached the server, and be done there."""
    sent = (*((token,) if (token := login.tokens.refresh_token) else ()), *client.secrets())
    if isinstance(answer, NoAnswer):
        yield ReleaseLease(lease, finished=answer.kind == "refused" and not earlier_try)
        raise transport_error(answer)
    if answer.status == 200:
        return (yield from _store(lease, login, answer, asked_at))
    if answer.status == 429 or answer.status >= 500:
        yield ReleaseLease(lease, finished=answer.status == 429 and not earlier_try)
        raise response_error(answer, sent=sent)
    refused = refusal(answer, sent=sent)
    if not isinstance(refused, InvalidGrant):
        yield ReleaseLease(lease, finished=not earlier_try)
        raise refused
    ended: bool = yield DeleteLogin(login)
    if ended:
        restored = login.restored_at is not None
        raise LoginRequired(
            login.key.owner_id,
            RESTORED if restored else refused.message,
            why=_RESTORED_WHY if restored else "",
            code=refused.code,
            request_id=refused.request_id,
        )
    yield ReleaseLease(lease, finished=True)
    return (yield from _whatever_is_there(login))


def _store(lease: Lease, login: Login, answer: HttpAnswer, asked_at: float) -> Steps[Login]:
    owner_id = login.key.owner_id
    try:
        tokens = token_set_from_answer(answer.body, now=asked_at)
        if tokens.owner_id != owner_id:
            raise UnusableAnswer(
                "The server answered the refresh with another user's tokens; they were not used",
                remedy="Check that RC_SERVER_URL is RingCentral's server.",
            )
    except UnusableAnswer:
        yield ReleaseLease(lease, finished=False)
        raise
    if tokens.refresh_token is None:
        # RFC 6749 6: without a new refresh token the old one goes on.
        old = login.tokens
        tokens = replace(tokens, refresh_token=old.refresh_token, refresh_expires_at=old.refresh_expires_at)
    stored: Login | None = yield StoreRefreshed(login, tokens)
    if stored is not None:
        return stored
    return (yield from _lost(login, tokens))


def _lost(login: Login, received: TokenSet) -> Steps[Login]:
    """The record was replaced or removed meanwhile: use nothing of what was received.

    Tokens of a session that nobody here holds any more are discarded (revoked); tokens of the session
    that is still held are dropped silently, since revoking them would end it.
    """
    try:
        return (yield from _settled(login, received))
    except Abandoned:
        with suppress(LoginRequired):
            yield from _settled(login, received)
        raise


def _settled(login: Login, received: TokenSet) -> Steps[Login]:
    latest: Login | None = yield LoadLogin(login.key.owner_id)
    if latest is None or latest.tokens.session_id != received.session_id:
        yield DiscardTokens(received)
    if latest is None:
        raise LoginRequired(login.key.owner_id, LOGGED_OUT)
    return latest


def _whatever_is_there(login: Login) -> Steps[Login]:
    latest: Login | None = yield LoadLogin(login.key.owner_id)
    if latest is None:
        raise LoginRequired(login.key.owner_id, LOGGED_OUT)
    return latest
