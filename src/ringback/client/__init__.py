"""One user's conversation with the API: the session core as a generator of effects, and its drivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringback.lazy_names import lazy_names

if TYPE_CHECKING:
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

_FROM = {
    "errors": (
        "BadRequest LoginRequired NotFound PermissionMissing RateLimited"
        " RefreshBusy ResponseError ServerTrouble TransportError Unauthorized"
    ),
    "login_state": "LoginState",
    "pending": "PendingLogin",
    "response": "Response",
    "ringcentral": "RingCentral",
    "user": "User",
}

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

__getattr__, __dir__ = lazy_names(__name__, _FROM)
