"""The platform's own controls under /_local: what the seed made, the clock, the journal."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ringback.platform.clock import iso
from ringback.platform.errors import parameter_invalid
from ringback.platform.permissions import in_order
from ringback.platform.serving.context import world_of
from ringback.platform.serving.local_guard import refuse_strangers
from ringback.platform.serving.request_body import read_json
from ringback.platform.world import World

_NO_STORE = {"Cache-Control": "no-store"}


async def seed(request: Request) -> Response:
    """GET /_local/seed: the seed's apps and users, with their secrets; ids as strings."""
    refuse_strangers(request)
    return JSONResponse(seed_answer(world_of(request)), headers=_NO_STORE)


def seed_answer(world: World) -> dict[str, Any]:
    """The answer of /_local/seed (design.md, "What stays put")."""
    return {
        "apps": [
            {
                "name": app.name,
                "clientId": app.client_id,
                "clientSecret": secret,
                "redirectUris": list(app.redirect_uris),
                "permissions": [permission.id for permission in in_order(app.permissions)],
            }
            for app, secret in world.apps.seeded()
        ],
        "users": [
            {
                "username": extension.email,
                "password": password,
                "extensionNumber": extension.number,
                "extensionId": str(extension.id),
                "accountId": str(extension.account_id),
                "admin": extension.admin,
            }
            for extension, password in world.users()
        ],
    }


async def clock(request: Request) -> Response:
    """GET /_local/clock, or POST {"advance": seconds} to move it ahead."""
    refuse_strangers(request)
    world = world_of(request)
    now = world.clock.now()
    if request.method == "POST":
        body = await read_json(request)
        seconds = body.get("advance") if isinstance(body, dict) and set(body) == {"advance"} else None
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise parameter_invalid("advance")
        try:
            now = world.clock.advance(float(seconds))
        except (ValueError, OverflowError):
            raise parameter_invalid("advance") from None
    return JSONResponse({"now": iso(now)}, headers=_NO_STORE)


async def journal(request: Request) -> Response:
    """GET /_local/journal: its entries, oldest first; DELETE empties it."""
    refuse_strangers(request)
    if request.method == "DELETE":
        world_of(request).journal.clear()
        return Response(status_code=204)
    return JSONResponse({"entries": world_of(request).journal.entries()}, headers=_NO_STORE)
