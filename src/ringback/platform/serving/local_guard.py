"""The door of /_local: callers on this machine only, no other site's pages (security.md, decisions)."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

from ringback.platform.errors import ApiError
from ringback.platform.serving.context import is_loopback_peer

_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def refuse_strangers(request: Request) -> None:
    """Raise ApiError 403 unless peer, Host and Origin are all of this machine (against DNS rebinding too)."""
    if not is_loopback_peer(request):
        raise _forbidden("the connection comes from another machine")
    hosts = request.headers.getlist("host")
    if len(hosts) != 1 or host_name(hosts[0]) not in _NAMES:
        raise _forbidden("the Host header does not name this machine")
    for origin in request.headers.getlist("origin"):
        if origin != f"{request.scope['scheme']}://{hosts[0]}":
            raise _forbidden("the request comes from a page of another origin")


def host_name(host: str) -> str | None:
    """The name in a Host header, without port and brackets; None when it is malformed."""
    try:
        parts = urlsplit(f"//{host}")
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return None
    if parts.netloc != host or "@" in host or not port_is_fine:
        return None
    return parts.hostname


def _forbidden(why: str) -> ApiError:
    return ApiError(403, "RBK-403", "Local controls answer on this machine only", why=why)
