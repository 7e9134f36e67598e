"""A user's access token for somebody else's HTTP client: fresh to begin with, and once more after a 401."""

from __future__ import annotations

from ringback.oauth.secret import Secret
from ringback.vault import Login

from . import session
from .allowance import allowance
from .context import Context
from .effects import LoadLogin, Steps
from .errors import LoginRequired, error_code
from .messages import Headers, HttpAnswer
from .refresh import LOGGED_OUT, NO_REFRESH_TOKEN, refreshed
from .session import MENDED_BY_REFRESH


def bearer_token(context: Context, user_id: str, refused: Secret | None) -> Steps[Secret]:
    """The access token to send now; see `User.bearer_token`."""
    within = yield from allowance(context.timeout, context.policy)
    login = yield from session.usable(user_id, context.credentials, within)
    if refused is None or login.tokens.access_token != refused:
        return login.tokens.access_token
    current: Login | None = yield LoadLogin(user_id)
    if current is None:
        raise LoginRequired(user_id, LOGGED_OUT)
    if current.tokens.refresh_token is None:
        raise LoginRequired(user_id, NO_REFRESH_TOKEN)
    newer = yield from refreshed(current, context.credentials, within)
    return newer.tokens.access_token


def can_be_mended(status: int, body: bytes) -> bool:
    """Is this answer a 401 that a newer access token may change (design.md, "Which 401")?"""
    return status == 401 and error_code(HttpAnswer(status, Headers(), body)) in MENDED_BY_REFRESH
