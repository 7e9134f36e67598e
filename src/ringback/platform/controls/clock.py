"""GET|POST /_local/clock and GET /_local/clock/wait: the virtual clock, moved, stopped, waited for."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.clock import MOST_PARTIES, Mode, iso
from ringback.platform.clock_waits import MOST_WAITING, TooManyWaiting
from ringback.platform.errors import ApiError
from ringback.platform.world import World

from .answers import local_world, moment, number, read_object, told, wrong

WAIT_SECONDS = 60.0
PARTY_LENGTH = 200
_WAYS = "advance, set, mode, or mode with parties"


async def clock(request: Request) -> Response:
    """GET the time and the mode; POST one of {"advance": seconds}, {"set": ISO time}, {"mode": …}."""
    world = local_world(request)
    if request.method == "POST":
        move(world, await read_object(request, frozenset({"advance", "set", "mode", "parties"})))
    return told(clock_answer(world))


def clock_answer(world: World) -> dict[str, Any]:
    """Time and mode; for an automatic clock also how many must wait, and who does."""
    answer: dict[str, Any] = {"now": iso(world.clock.now()), "mode": world.clock.mode.value}
    if world.clock.mode is Mode.AUTO:
        answer["parties"] = world.clock.parties
        answer["waiting"] = {party: iso(until) for party, until in world.clock_waits.waiting.items()}
    return answer


def move(world: World, body: dict[str, Any]) -> None:
    """Do what a POST to the clock asks for. Raises ApiError 400, and then nothing has changed."""
    if set(body) == {"advance"}:
        seconds = number("advance", body["advance"])
        _move("advance", lambda: world.clock.advance(seconds))
    elif set(body) == {"set"}:
        target = moment("set", body["set"])
        _move("set", lambda: world.clock.set_to(target))
    elif set(body) in ({"mode"}, {"mode", "parties"}):
        mode, parties = _mode(body)
        _move("parties", lambda: world.clock.switch(mode, parties))
    else:
        raise wrong("body", f"give one of {_WAYS}")


def _mode(body: dict[str, Any]) -> tuple[Mode, int]:
    names = [mode.value for mode in Mode]
    if body["mode"] not in names:
        raise wrong("mode", f"it is one of {', '.join(names)}")
    mode = Mode(body["mode"])
    if (mode is Mode.AUTO) != ("parties" in body):
        raise wrong("parties", "it goes with the mode auto, and only with it")
    parties = body.get("parties", 0)
    if isinstance(parties, bool) or not isinstance(parties, int):
        raise wrong("parties", f"it must be a whole number, 1 to {MOST_PARTIES}")
    return mode, parties


def _move(name: str, step: Any) -> None:
    try:
        step()
    except (ValueError, OverflowError) as fault:
        raise wrong(name, str(fault)) from None


async def wait(request: Request) -> Response:
    """Answer when the clock says `until`, or after a minute of real time, so that the caller asks again.

    A caller that goes away waits no more. 503 when too many wait.
    """
    world = local_world(request)
    until = moment("until", _one(request, "until"))
    party = request.query_params.get("party") or None
    if party is not None and len(party) > PARTY_LENGTH:
        raise wrong("party", f"it has at most {PARTY_LENGTH} characters")
    waiting = asyncio.ensure_future(world.clock_waits.wait(until, party, WAIT_SECONDS))
    leaving = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({waiting, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            return Response(status_code=204)
        now: datetime = waiting.result()
    except TooManyWaiting:
        raise ApiError(
            503, "RBK-503", f"There are {MOST_WAITING} waiting already", headers={"Retry-After": "1"}
        ) from None
    finally:
        for task in (waiting, leaving):
            task.cancel()
        await asyncio.gather(waiting, leaving, return_exceptions=True)
    return told({**clock_answer(world), "now": iso(now)})


def _one(request: Request, name: str) -> str:
    """A query parameter; the + of an offset may have been sent unescaped."""
    return request.query_params.get(name, "").replace(" ", "+")


async def _gone(request: Request) -> None:
    """Returns when the caller has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        continue
