"""Reading request bodies within limits of size, time and form."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.requests import ClientDisconnect, Request

from ringback.platform.errors import ApiError, OAuthError
from ringback.platform.serving.parameters import Parameters, parse

MAX_BYTES = 65_536
MAX_SECONDS = 10.0
FORM = "application/x-www-form-urlencoded"


class BodyRefused(Exception):
    """The body is too large (413) or came too slowly (408); the connection is closed after the answer."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


async def read_body(request: Request) -> bytes:
    """The whole body. Raises BodyRefused past 64 kB or 10 seconds."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or len(length) > 10 or int(length) > MAX_BYTES:
        raise BodyRefused(413, f"the body is larger than {MAX_BYTES} bytes")
    received = bytearray()
    try:
        async with asyncio.timeout(MAX_SECONDS):
            more = True
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                received += message.get("body", b"")
                more = message.get("more_body", False)
                if len(received) > MAX_BYTES:
                    raise BodyRefused(413, f"the body is larger than {MAX_BYTES} bytes")
    except TimeoutError:
        raise BodyRefused(408, f"the body took longer than {MAX_SECONDS:.0f} seconds") from None
    return bytes(received)


async def read_form(request: Request) -> Parameters:
    """The fields of a form body. Raises OAuthError 415 for another content type, 400 for a malformed one."""
    if content_type(request) != FORM or request.headers.get("content-encoding", "identity") != "identity":
        raise OAuthError(
            415,
            "invalid_request",
            "Unsupported Media Type",
            why=f"the body must be {FORM}, not encoded further",
        )
    return parse(await read_body(request), strict=True)


async def read_json(request: Request) -> Any:
    """A JSON body. Raises ApiError 415 for another content type, 400 CMN-103 when it cannot be parsed."""
    if content_type(request) != "application/json":
        raise ApiError(
            415, "CMN-407", "Header [Content-Type] value is invalid", why="it must be application/json"
        )
    try:
        return json.loads(await read_body(request))
    except (ValueError, RecursionError):
        raise ApiError(400, "CMN-103", "JSON cannot be parsed") from None


def content_type(request: Request) -> str:
    """The media type of the body, without parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
