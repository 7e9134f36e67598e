"""CORS for the API paths, so that apps in a browser can use them; never for pages and controls."""

from __future__ import annotations

import re

from starlette.types import Scope, Send

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]{1,253}")
_HEADER_NAMES = re.compile(r"[A-Za-z0-9\-, ]{1,1000}")
_EXPOSED = (
    "Accept-Ranges, Content-Disposition, Content-Language, Content-Length, Content-Range, ETag, RCRequestId, "
    "Retry-After, RoutingKey, WWW-Authenticate, X-Rate-Limit-Group, X-Rate-Limit-Limit, "
    "X-Rate-Limit-Remaining, X-Rate-Limit-Window"
)
# Where RingCentral's APIs outside /restapi begin. None is emulated; a browser may read that answer too.
OTHER_APIS = (
    "/ai/",
    "/analytics/",
    "/cx/",
    "/number-porting/",
    "/rcvideo/",
    "/rcwebinar/",
    "/scim/",
    "/team-messaging/",
    "/webinar/",
)
_COVERED = ("/restapi", "/.well-known", *OTHER_APIS)


class Cors:
    """One request's CORS: its answer to a preflight, and what is added to any other answer (contract 2)."""

    __slots__ = ("_origin", "allowed")

    def __init__(self, scope: Scope) -> None:
        sent = next((value for name, value in scope["headers"] if name == b"origin"), b"")
        self._origin = sent.decode("latin-1")
        self.allowed = bool(sent) and _ORIGIN.fullmatch(self._origin) is not None

    def is_preflight(self, scope: Scope) -> bool:
        """Does a browser ask whether it may send the real request?"""
        return (
            self.allowed
            and scope["method"] == "OPTIONS"
            and any(name == b"access-control-request-method" for name, _ in scope["headers"])
        )

    async def answer_preflight(self, scope: Scope, send: Send) -> None:
        """Yes, with the headers that were asked for."""
        asked = b"".join(v for n, v in scope["headers"] if n == b"access-control-request-headers")
        await _preflight(asked.decode("latin-1"), send)

    def add_to(self, headers: list[tuple[bytes, bytes]]) -> None:
        """Name the asking origin on an answer."""
        headers.append((b"vary", b"Origin"))
        if self.allowed:
            headers.append((b"access-control-allow-origin", self._origin.encode("latin-1")))
            headers.append((b"access-control-allow-credentials", b"true"))
            headers.append((b"access-control-expose-headers", _EXPOSED.encode()))


def covered(path: str) -> bool:
    """RingCentral's APIs and what is published about them, except the login pages."""
    return path.startswith(_COVERED) and not path.startswith("/restapi/oauth/authorize")


async def _preflight(asked: str, send: Send) -> None:
    headers = {
        "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
        "Access-Control-Max-Age": "600",
    }
    if _HEADER_NAMES.fullmatch(asked):
        headers["Access-Control-Allow-Headers"] = asked
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 204, "headers": raw})
    await send({"type": "http.response.body", "body": b""})
