"""GET|DELETE /_local/journal: what was asked of the platform, and why it was refused."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.world import World

from .answers import local_world, told, wrong

MOST_DIGITS = 15


async def journal(request: Request) -> Response:
    """Its entries, oldest first. `after=N`: those with a number above N; `details=1`: all that is known."""
    world = local_world(request)
    with world.lock:
        if request.method == "DELETE":
            world.journal.clear()
            return Response(status_code=204)
        after = request.query_params.get("after")
        details = request.query_params.get("details") == "1"
        if after is None and not details:
            return told({"entries": world.journal.entries()})
        return told(numbered(world, number_of(after or "0"), details=details))


def number_of(text: str) -> int:
    """A number of an entry. Raises ApiError 400."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise wrong("after", "it must be a whole number")
    return int(text)


def numbered(world: World, after: int, *, details: bool) -> dict[str, Any]:
    """Entries with their numbers, and the number to go on from."""
    entries = world.journal.numbered(after)
    shown = [{"number": key, **(entry if details else world.journal.shown(entry))} for key, entry in entries]
    return {"entries": shown, "last": world.journal.last}
