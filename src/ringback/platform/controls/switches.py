"""GET|PUT /_local/quirks and GET|PUT|DELETE /_local/limits: what a world does differently."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.limits import DEFAULTS, Limit
from ringback.platform.quirks import QUIRKS, check
from ringback.platform.serving.request_body import read_json

from .answers import local_world, number, told, wrong

_MOST_APPS = 1_000


async def quirks(request: Request) -> Response:
    """GET every quirk with its value in force; PUT {"name": "value"} switches some: all of them, or none."""
    world = local_world(request)
    if request.method == "PUT":
        body = await read_json(request)
        if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()):
            raise wrong("body", f"it must be an object of names and values; names: {', '.join(QUIRKS)}")
        try:
            for name, value in body.items():
                check(name, value)
        except ValueError as fault:
            raise wrong("quirk", str(fault)[:600]) from None
        with world.lock:
            for name, value in body.items():
                world.quirks.switch(name, value)
    return told(world.quirks.all())


async def limits(request: Request) -> Response:
    """GET the rate limits; PUT {client ID: {group: {"limit", "window", "penalty"}}} for apps of their own.

    An app's groups that are left out have the defaults again. DELETE takes all of them away and empties all
    buckets. Contract 8: limit, window and penalty can differ per app.
    """
    world = local_world(request)
    if request.method == "PUT":
        body = await read_json(request)
        if not isinstance(body, dict) or len(body) > _MOST_APPS:
            raise wrong("body", f"it must be an object of at most {_MOST_APPS} client IDs")
        given = {client_id[:200]: _limits(told_limits) for client_id, told_limits in body.items()}
        with world.lock:
            for client_id, own in given.items():
                world.limits.give(client_id, own)
    elif request.method == "DELETE":
        with world.lock:
            for client_id in world.limits.own():
                world.limits.give(client_id, {})
            world.limits.forgive()
    return told(
        {
            "enabled": world.limits.enabled,
            "defaults": _shown(DEFAULTS),
            "apps": {client_id: _shown(own) for client_id, own in world.limits.own().items()},
        }
    )


def _limits(given: Any) -> dict[str, Limit]:
    if not isinstance(given, dict):
        raise wrong("limits", f"an app has an object of groups: {', '.join(DEFAULTS)}")
    found = {}
    for group, figures in given.items():
        if group not in DEFAULTS:
            raise wrong("group", f"it is one of {', '.join(DEFAULTS)}")
        if not isinstance(figures, dict) or not set(figures) <= {"limit", "window", "penalty"}:
            raise wrong(group, "it has limit, window and penalty, and nothing else")
        standard = DEFAULTS[group]
        calls = number("limit", figures.get("limit", standard.calls))
        if calls != int(calls):
            raise wrong("limit", "it must be a whole number")
        try:
            found[group] = Limit(
                int(calls),
                number("window", figures.get("window", standard.window)),
                number("penalty", figures.get("penalty", standard.penalty)),
            )
        except ValueError as fault:
            raise wrong(group, str(fault)) from None
    return found


def _shown(limits: Any) -> dict[str, dict[str, float]]:
    return {
        group: {"limit": limit.calls, "window": limit.window, "penalty": limit.penalty}
        for group, limit in limits.items()
    }
