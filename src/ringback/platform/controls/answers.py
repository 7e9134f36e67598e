"""What all controls share: their guard, JSON objects in, JSON out that nobody keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ringback.platform.errors import ApiError
from ringback.platform.serving.context import world_of
from ringback.platform.serving.local_guard import refuse_strangers
from ringback.platform.serving.request_body import read_json
from ringback.platform.world import World

NO_STORE = {"Cache-Control": "no-store"}


def local_world(request: Request) -> World:
    """The world of a request from this machine. Raises ApiError 403 for anybody else."""
    refuse_strangers(request)
    return world_of(request)


def told(value: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return JSONResponse(value, status, NO_STORE)


def wrong(name: str, why: str) -> ApiError:
    """400: a field's value is not one that is taken, and why (a sentence without its full stop)."""
    return ApiError(
        400, "CMN-101", f"Parameter [{name}] value is invalid: {why}", parameterName=name, why=why
    )


async def read_object(request: Request, known: frozenset[str]) -> dict[str, Any]:
    """A JSON object with no other fields than these. Raises ApiError 400 or 415."""
    body = await read_json(request)
    if not isinstance(body, dict):
        raise wrong("body", "it must be a JSON object")
    for name in body:
        if name not in known:
            raise wrong(name[:60], f"there is no such field; there are: {', '.join(sorted(known))}")
    return body


def number(name: str, value: Any) -> float:
    """A finite number. Raises ApiError 400."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(name, "it must be a number")
    try:
        found = float(value)
    except OverflowError:
        raise wrong(name, "it is too large") from None
    if found != found or found in (float("inf"), float("-inf")):
        raise wrong(name, "it must be finite")
    return found


def moment(name: str, value: Any) -> datetime:
    """A time in ISO 8601 with its zone. Raises ApiError 400."""
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise wrong(name, "it must be a time such as 2026-11-23T15:00:00Z") from None
    if found.utcoffset() is None:
        raise wrong(name, "it must say its zone, such as Z at its end")
    return found
