"""The outermost layer: each request's world and note, limits, headers, and faults as clean answers."""

from __future__ import annotations

import json
import logging
import traceback
import uuid

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringback.platform.journal import Note
from ringback.platform.world import World

MAX_TARGET_BYTES = 16_384
MAX_HEADER_BYTES = 32_768
MAX_HEADERS = 100

_log = logging.getLogger("ringback.platform")
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
_NO_PAGE_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


class WorldMiddleware:
    """Gives every request its world and journal note, in `request.state`."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["state"] = {**scope.get("state", {}), "world": self._world, "note": Note()}
        await self._app(scope, receive, send)


class HeadersMiddleware:
    """Security headers on every answer, `RCRequestId` on the API's, nothing cached unless it says so."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", _NO_PAGE_CSP)
                headers.setdefault("Cache-Control", "no-store")
                if scope["path"].startswith("/restapi"):
                    headers["RCRequestId"] = str(uuid.uuid4())
            await send(message)

        await self._app(scope, receive, send_with_headers)


class LimitsMiddleware:
    """Refuses oversized requests at once; turns a fault of ours into a clean 500 and a log line, no data."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = _oversized(scope)
        if refusal is not None:
            await _answer(send, *refusal)
            return
        began = False

        async def send_and_see(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_see)
        except ClientDisconnect:
            return
        except Exception as fault:
            _log_fault(scope, fault)
            if began:
                raise ConnectionError("the answer broke off") from None
            scope["state"]["note"].error_code = "CMN-203"
            await _answer(send, 500, "CMN-203", "Internal server error")


def _oversized(scope: Scope) -> tuple[int, str, str] | None:
    headers = scope["headers"]
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_TARGET_BYTES:
        return 414, "CMN-104", "Cannot parse request: the address is too long"
    if (
        len(headers) > MAX_HEADERS
        or sum(len(name) + len(value) for name, value in headers) > MAX_HEADER_BYTES
    ):
        return 431, "CMN-104", "Cannot parse request: the headers are too large"
    return None


async def _answer(send: Send, status: int, code: str, message: str) -> None:
    entry = {"errorCode": code, "message": message}
    body = json.dumps({**entry, "errors": [entry]}).encode()
    headers = [
        (b"content-type", b"application/json;charset=UTF-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _log_fault(scope: Scope, fault: Exception) -> None:
    """Kind and place of a fault; never its text, which may hold data."""
    frames = traceback.extract_tb(fault.__traceback__)[-6:]
    place = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    _log.error("%s in %s %s at %s", type(fault).__name__, scope["method"], scope["path"][:200], place)
