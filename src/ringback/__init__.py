"""Ringback: log RingCentral users in, keep them logged in, call the API.

The names below are imported when they are first used, so that `import ringback` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringback.lazy_names import lazy_names

if TYPE_CHECKING:
    from .client import (
        BadRequest,
        LoginRequired,
        LoginState,
        NotFound,
        PendingLogin,
        PermissionMissing,
        RateLimited,
        RefreshBusy,
        Response,
        ResponseError,
        RingCentral,
        ServerTrouble,
        TransportError,
        Unauthorized,
        User,
    )
    from .client.async_ringcentral import AsyncRingCentral
    from .client.async_user import AsyncUser
    from .client.calls.joined import JoinedCall
    from .client.calls.media import NotOurMedia
    from .client.doctor import Finding
    from .client.keep_alive import KeptAlive
    from .client.records import Account, CallRecord, Extension, Leg, Party
    from .oauth.errors import (
        CallbackError,
        ConfigurationError,
        InvalidClient,
        InvalidGrant,
        LoginDenied,
        LoginRefused,
        OAuthRefusal,
        RingbackError,
        StateMismatch,
        TransactionExpired,
        TransactionSpent,
        UnusableAnswer,
    )
    from .vault.errors import SealError, VaultError, VaultUnavailable

_FROM = {
    "client": (
        "BadRequest LoginRequired LoginState NotFound PendingLogin PermissionMissing RateLimited RefreshBusy"
        " Response ResponseError RingCentral ServerTrouble TransportError Unauthorized User"
    ),
    "client.async_ringcentral": "AsyncRingCentral",
    "client.async_user": "AsyncUser",
    "client.doctor": "Finding",
    "client.calls.joined": "JoinedCall",
    "client.keep_alive": "KeptAlive",
    "client.calls.media": "NotOurMedia",
    "client.records": "Account CallRecord Extension Leg Party",
    "oauth.errors": (
        "CallbackError ConfigurationError InvalidClient InvalidGrant LoginDenied LoginRefused OAuthRefusal"
        " RingbackError StateMismatch TransactionExpired TransactionSpent UnusableAnswer"
    ),
    "vault.errors": "SealError VaultError VaultUnavailable",
}
__all__ = [
    "Account",
    "AsyncRingCentral",
    "AsyncUser",
    "BadRequest",
    "CallRecord",
    "CallbackError",
    "ConfigurationError",
    "Extension",
    "Finding",
    "InvalidClient",
    "InvalidGrant",
    "JoinedCall",
    "KeptAlive",
    "Leg",
    "LoginDenied",
    "LoginRefused",
    "LoginRequired",
    "LoginState",
    "NotFound",
    "NotOurMedia",
    "OAuthRefusal",
    "Party",
    "PendingLogin",
    "PermissionMissing",
    "RateLimited",
    "RefreshBusy",
    "Response",
    "ResponseError",
    "RingCentral",
    "RingbackError",
    "SealError",
    "ServerTrouble",
    "StateMismatch",
    "TransactionExpired",
    "TransactionSpent",
    "TransportError",
    "Unauthorized",
    "UnusableAnswer",
    "User",
    "VaultError",
    "VaultUnavailable",
]


__getattr__, __dir__ = lazy_names(__name__, _FROM)
