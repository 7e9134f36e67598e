"""One user's conversation with the API: the session core as a generator of effects, and its drivers."""

from .errors import (
    BadRequest,
    LoginRequired,
    NotFound,
    PermissionMissing,
    RateLimited,
    RefreshBusy,
    ResponseError,
    ServerTrouble,
    TransportError,
    Unauthorized,
)
from .login_state import LoginState
from .pending import PendingLogin
from .response import Response
from .ringcentral import RingCentral
from .user import User

__all__ = [
    "BadRequest",
    "LoginRequired",
    "LoginState",
    "NotFound",
    "PendingLogin",
    "PermissionMissing",
    "RateLimited",
    "RefreshBusy",
    "Response",
    "ResponseError",
    "RingCentral",
    "ServerTrouble",
    "TransportError",
    "Unauthorized",
    "User",
]
