"""What a client tells about its work, as typed events: `RingCentral(hooks=[print])`.

Ready-made hooks: `ringback.hooks.logging`, `ringback.hooks.opentelemetry`, `ringback.hooks.prometheus`. No
event holds a token, code, secret or query string.
"""

from ringback.client.events import (
    Event,
    Hook,
    LimitWait,
    LimitWaitBegins,
    LoggedIn,
    LoggedOut,
    RefreshDone,
    RequestDone,
    Retried,
)

__all__ = [
    "Event",
    "Hook",
    "LimitWait",
    "LimitWaitBegins",
    "LoggedIn",
    "LoggedOut",
    "RefreshDone",
    "RequestDone",
    "Retried",
]
