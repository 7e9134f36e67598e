"""The session core: one API call of a logged-in user, with every decision about its token.

A stale token is refreshed before use. After a 401 the vault is loaded again, then the login is refreshed
once, then the user must log in (design.md, "Which 401"). Run by the drivers, see `effects.py`.
"""

from __future__ import annotations

from ringback.oauth.token_requests import ClientCredentials
from ringback.vault import Login

from .effects import Elapsed, LoadLogin, Now, Send, Steps
from .errors import LoginRequired, error_code, response_error, transport_error
from .messages import HttpAnswer, HttpRequest, NoAnswer
from .refresh import LOGGED_OUT, NO_REFRESH_TOKEN, refreshed
from .requests import with_bearer

# The 401s that a refresh can mend; one without any code counts too. AGW-4xx, OAU-151, CMN-405 do not.
MENDED_BY_REFRESH = frozenset({None, "OAU-128", "OAU-129", "OAU-149", "OAU-213", "TokenInvalid"})
_RELOADS = 3
_SAFE_METHODS = frozenset({"GET", "HEAD"})


def api_call(
    owner_id: str, request: HttpRequest, client: ClientCredentials, *, timeout: float
) -> Steps[HttpAnswer]:
    """The answer to `request` as user `owner_id`, below 400, within `timeout` seconds in all.

    Raises LoginRequired, RefreshBusy, TransportError, or the ResponseError of a 4xx or 5xx answer.
    """
    started: float = yield Elapsed()
    deadline = started + timeout
    login = yield from usable(owner_id, client, deadline)
    reloads, was_refreshed = 0, False
    while True:
        answer = yield from _send(with_bearer(request, login.tokens.access_token), deadline)
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
            raise LoginRequired(owner_id, "a fresh access token was refused as well", code=error_code(answer))
        if current.tokens.refresh_token is None:
            raise LoginRequired(owner_id, NO_REFRESH_TOKEN, code=error_code(answer))
        login = yield from refreshed(current, client, deadline)
        was_refreshed = True


def refresh_now(owner_id: str, client: ClientCredentials, *, timeout: float) -> Steps[Login]:
    """The user's login with new tokens, whatever the age of the present ones."""
    started: float = yield Elapsed()
    login = yield from _load(owner_id)
    return (yield from refreshed(login, client, started + timeout))


def usable(owner_id: str, client: ClientCredentials, deadline: float) -> Steps[Login]:
    """The user's login, refreshed when it is stale and can be."""
    login = yield from _load(owner_id)
    now: float = yield Now()
    if login.tokens.is_stale(now) and login.tokens.refresh_token is not None:
        return (yield from refreshed(login, client, deadline))
    return login


def _load(owner_id: str) -> Steps[Login]:
    login: Login | None = yield LoadLogin(owner_id)
    if login is None:
        raise LoginRequired(owner_id, LOGGED_OUT)
    return login


def _send(request: HttpRequest, deadline: float) -> Steps[HttpAnswer]:
    """Send; a GET whose connection broke (the server had just closed it) is sent once more."""
    answer: HttpAnswer | NoAnswer = yield Send(request, deadline)
    if isinstance(answer, NoAnswer) and answer.kind == "broken" and request.method in _SAFE_METHODS:
        answer = yield Send(request, deadline)
    if isinstance(answer, NoAnswer):
        raise transport_error(answer)
    return answer
