"""The door of /_local: callers on this machine only, no other site's pages (security.md, decisions)."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

from ringback.platform.errors import ApiError
from ringback.platform.serving.context import is_loopback_peer

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def refuse_strangers(request: Request) -> None:
    """Raise ApiError 403 unless peer, Host and Origin are all of this machine (against DNS rebinding too)."""
    if not is_loopback_peer(request):
        raise _forbidden("the connection comes from another machine")
    if not names_this_machine(request):
        raise _forbidden("the Host header does not name this machine")
    for origin in request.headers.getlist("origin"):
        if origin != f"{request.scope['scheme']}://{request.headers['host']}":
            raise _forbidden("the request comes from a page of another origin")


def names_this_machine(request: Request) -> bool:
    """Is the one Host header localhost, 127.0.0.1 or [::1], with any port?"""
    return sent_host(request) in LOOPBACK_NAMES


def sent_host(request: Request) -> str | None:
    """The name in the request's Host header; None when there is not exactly one, or a malformed one."""
    hosts = request.headers.getlist("host")
    return host_name(hosts[0]) if len(hosts) == 1 else None


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
