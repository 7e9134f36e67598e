"""The session core: one API call of a logged-in user, with every decision about its token.

A stale token is refreshed before use. After a 401 the vault is loaded again, then the login is refreshed
once, then the user must log in (design.md, "Which 401"). Run by the drivers, see `effects.py`.
"""

from __future__ import annotations

from ringback.oauth.token_requests import ClientCredentials
from ringback.vault import Login

from .allowance import USUAL, Allowance, Policy, allowance
from .effects import LoadLogin, Now, Steps
from .errors import LoginRequired, RateLimited, error_code, response_error
from .messages import HttpAnswer, HttpRequest
from .refresh import LOGGED_OUT, NO_REFRESH_TOKEN, refreshed
from .sending import sent

# The 401s that a refresh can mend; one without any code counts too. AGW-4xx, OAU-151, CMN-405 do not.
MENDED_BY_REFRESH = frozenset({None, "OAU-128", "OAU-129", "OAU-149", "OAU-213", "TokenInvalid"})
_RELOADS = 3
_STILL_GOOD_SECONDS = 5.0


def api_call(
    owner_id: str,
    request: HttpRequest,
    client: ClientCredentials,
    *,
    timeout: float,
    policy: Policy = USUAL,
) -> Steps[HttpAnswer]:
    """The answer to `request` as user `owner_id`, below 400, within `timeout` seconds in all.

    `policy` says what becomes of the rate limit and of failures. Raises LoginRequired, RefreshBusy,
    TransportError, RateLimited, or the ResponseError of a 4xx or 5xx answer.
    """
    within = yield from allowance(timeout, policy)
    login = yield from usable(owner_id, client, within)
    reloads, was_refreshed = 0, False
    while True:
        answer, login = yield from sent(
            owner_id, request, login, within, lambda: usable(owner_id, client, within)
        )
        if answer.status < 400:
            return answer
        if answer.status != 401 or error_code(answer) not in MENDED_BY_REFRESH:
            raise response_error(answer, sent=(login.tokens.access_token,))
        current = yield from _load(owner_id)
        if not current.same_record(login) and reloads < _RELOADS:
            # Somebody refreshed meanwhile: their tokens first.
            login, reloads = current, reloads + 1
            continue
        if was_refreshed:
            raise _login_required(owner_id, "a fresh access token was refused as well", answer, login)
        if current.tokens.refresh_token is None:
            raise _login_required(owner_id, NO_REFRESH_TOKEN, answer, login)
        login = yield from refreshed(current, client, within)
        was_refreshed = True


def _login_required(owner_id: str, why: str, answer: HttpAnswer, login: Login) -> LoginRequired:
    """The end of a login that an answer told, with RingCentral's code and request id."""
    told = response_error(answer, sent=(login.tokens.access_token,))
    return LoginRequired(owner_id, why, code=told.code, request_id=told.request_id)


def refresh_now(owner_id: str, client: ClientCredentials, *, timeout: float) -> Steps[Login]:
    """The user's login with new tokens, whatever the age of the present ones."""
    within = yield from allowance(timeout)
    login = yield from _load(owner_id)
    return (yield from refreshed(login, client, within))


def usable(owner_id: str, client: ClientCredentials, within: Allowance) -> Steps[Login]:
    """The user's login, refreshed when it is stale and can be.

    One that is stale but alive is used as it is where the rate limit leaves no room for a refresh in time.
    """
    login = yield from _load(owner_id)
    now: float = yield Now()
    if not login.tokens.is_stale(now) or login.tokens.refresh_token is None:
        return login
    try:
        return (yield from refreshed(login, client, within))
    except RateLimited:
        if login.tokens.expires_at - now < _STILL_GOOD_SECONDS:
            raise
        return login


def _load(owner_id: str) -> Steps[Login]:
    login: Login | None = yield LoadLogin(owner_id)
    if login is None:
        raise LoginRequired(owner_id, LOGGED_OUT)
    return login
