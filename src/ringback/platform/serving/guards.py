"""Guards of the outermost layer: oversized requests, headers of every answer, faults of ours answered."""

from __future__ import annotations

import json
import logging
import os
import traceback

from starlette.types import Scope, Send

MAX_TARGET_BYTES = 16_384
MAX_HEADER_BYTES = 32_768
MAX_HEADERS = 100

# Version and variant of a random UUID are fixed.
_NOT_FIXED = ~((0xF << 76) | (0x3 << 62))
_VERSION_4 = (0x4 << 76) | (0x2 << 62)
_log = logging.getLogger("ringback.platform")
_DEFAULTS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (
        b"content-security-policy",
        b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (b"cache-control", b"no-store"),
)


def add_headers(headers: list[tuple[bytes, bytes]], path: str) -> None:
    """Security headers on every answer, `RCRequestId` on the API's, nothing cached unless it says so."""
    present = {name for name, _ in headers}
    headers.extend(default for default in _DEFAULTS if default[0] not in present)
    if path.startswith("/restapi"):
        headers.append((b"rcrequestid", _request_id()))


def _request_id() -> bytes:
    """A random UUID, as text (RFC 9562 5.4)."""
    bits = int.from_bytes(os.urandom(16), "big") & _NOT_FIXED | _VERSION_4
    text = b"%032x" % bits
    return b"-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def oversized(scope: Scope) -> tuple[int, str, str] | None:
    """What a request that is too large is answered with at once: status, code, message."""
    headers = scope["headers"]
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_TARGET_BYTES:
        return 414, "CMN-104", "Cannot parse request: the address is too long"
    if (
        len(headers) > MAX_HEADERS
        or sum(len(name) + len(value) for name, value in headers) > MAX_HEADER_BYTES
    ):
        return 431, "CMN-104", "Cannot parse request: the headers are too large"
    return None


async def answer(send: Send, status: int, code: str, message: str) -> None:
    """A refusal in the API's shape that closes the connection."""
    entry = {"errorCode": code, "message": message}
    body = json.dumps({**entry, "errors": [entry]}).encode()
    headers = [
        (b"content-type", b"application/json;charset=UTF-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def log_fault(scope: Scope, fault: Exception) -> None:
    """Kind and place of a fault; never its text, which may hold data."""
    frames = traceback.extract_tb(fault.__traceback__)[-6:]
    place = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    _log.error("%s in %s %s at %s", type(fault).__name__, scope["method"], scope["path"][:200], place)


def log_unkept(fault: Exception) -> None:
    """The state file cannot be written: which one, and why. It says so of itself, without data."""
    _log.error("%s; what is asked meanwhile is answered 503", fault)
