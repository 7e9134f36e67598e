"""GET|PUT /_local/snapshot and POST /_local/reset: all state of a world, out, in, and away."""

from __future__ import annotations

import json
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.clock import iso
from ringback.platform.errors import ApiError
from ringback.platform.serving.connection import SNAPSHOT_BYTES
from ringback.platform.serving.request_body import BodyRefused, content_type
from ringback.platform.world import World
from ringback.platform.worlds import Worlds

from .answers import NO_STORE, local_world, told

_SECONDS = 30.0


async def snapshot(request: Request) -> Response:
    """GET everything as JSON (it holds secrets); PUT such a thing back: all of it, or nothing and a 4xx."""
    world = local_world(request)
    if request.method == "GET":
        with world.lock:
            dumped = world.state.dump()
        text = await anyio.to_thread.run_sync(_encoded, dumped)
        return Response(text, headers=NO_STORE, media_type="application/json")
    given = await anyio.to_thread.run_sync(_decoded, await _read(request))
    with world.lock:
        _check_company(world, given)
        try:
            world.state.load(given)
        except ValueError as fault:
            raise ApiError(400, "RBK-410", f"The snapshot cannot be restored: {fault}") from None
    return told({"now": iso(world.clock.now())})


async def reset(request: Request) -> Response:
    """The world as it was at its start; 204. Whoever waits for its clock is answered."""
    world = local_world(request)
    worlds: Worlds = request.state.worlds
    if world.id is None or world.id in worlds.ids():
        worlds.reset(world)
    return Response(status_code=204)


def _check_company(world: World, given: Any) -> None:
    """Raise 409 for the snapshot of a world whose company is another one: its ids would mean nothing here."""
    tables = given.get("tables") if isinstance(given, dict) else None
    theirs = tables.get("world") if isinstance(tables, dict) else None
    try:
        facts = dict(theirs or ())
    except (TypeError, ValueError):
        raise ApiError(400, "RBK-410", "The snapshot cannot be restored: it is damaged") from None
    for name, told_as in (
        ("size", "seed, employees, calls per day, days"),
        ("start", "start of the clock"),
    ):
        if facts.get(name) != world.fact(name):
            raise ApiError(
                409,
                "RBK-409",
                f"The snapshot is of a world with another {told_as}: {str(facts.get(name))[:80]},"
                f" here it is {world.fact(name)}",
            )


async def _read(request: Request) -> bytes:
    if content_type(request) != "application/json":
        raise ApiError(
            415, "CMN-407", "Header [Content-Type] value is invalid", why="it must be application/json"
        )
    length = request.headers.get("content-length", "0")
    too_large = f"a snapshot has at most {SNAPSHOT_BYTES} bytes"
    if not length.isdecimal() or len(length) > 10 or int(length) > SNAPSHOT_BYTES - 65_536:
        raise BodyRefused(413, too_large)
    received = bytearray()
    try:
        with anyio.fail_after(_SECONDS):
            async for chunk in request.stream():
                received += chunk
                if len(received) > SNAPSHOT_BYTES:
                    raise BodyRefused(413, too_large)
    except TimeoutError:
        raise BodyRefused(408, f"the body took longer than {_SECONDS:.0f} seconds") from None
    return bytes(received)


def _encoded(dumped: dict[str, Any]) -> bytes:
    return json.dumps(dumped, separators=(",", ":")).encode("ascii")


def _decoded(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ApiError(400, "CMN-103", "JSON cannot be parsed") from None
