"""CORS for the API paths, so that apps in a browser can use them; never for pages and controls."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]{1,253}")
_HEADER_NAMES = re.compile(r"[A-Za-z0-9\-, ]{1,1000}")
_EXPOSED = (
    "RCRequestId, Retry-After, WWW-Authenticate, X-Rate-Limit-Group, X-Rate-Limit-Limit, "
    "X-Rate-Limit-Remaining, X-Rate-Limit-Window"
)


class CorsMiddleware:
    """Answers preflights and names the asking origin (contract 2), under /restapi except its login pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _covered(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        allowed = _ORIGIN.fullmatch(origin) is not None
        if allowed and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight(origin, headers.get("access-control-request-headers", ""), send)
            return

        async def send_with_cors(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.add_vary_header("Origin")
                if allowed:
                    answer["Access-Control-Allow-Origin"] = origin
                    answer["Access-Control-Allow-Credentials"] = "true"
                    answer["Access-Control-Expose-Headers"] = _EXPOSED
            await send(message)

        await self._app(scope, receive, send_with_cors)


def _covered(path: str) -> bool:
    return path.startswith(("/restapi", "/.well-known")) and not path.startswith("/restapi/oauth/authorize")


async def _preflight(origin: str, asked: str, send: Send) -> None:
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
        "Access-Control-Max-Age": "600",
        "Vary": "Origin",
    }
    if _HEADER_NAMES.fullmatch(asked):
        headers["Access-Control-Allow-Headers"] = asked
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 204, "headers": raw})
    await send({"type": "http.response.body", "body": b""})
