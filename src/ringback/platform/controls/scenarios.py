"""GET|POST /_local/scenarios: calls, amendments and deletions that a test tells, put into a world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.clock import iso
from ringback.platform.company import Call
from ringback.platform.company.scenario import happened, play
from ringback.platform.company.scenario_file import Scenario, ScenarioError, load, packed, read
from ringback.platform.company.views import moment_of
from ringback.platform.world import World

from .answers import local_world, read_object, told, wrong

_FIELDS = frozenset({"name", "toml"})


async def scenarios(request: Request) -> Response:
    """GET the names and titles; POST {"name": one of them} or {"toml": a text of one's own}: its calls, 201.

    400 with the reason, and then nothing has changed.
    """
    world = local_world(request)
    if request.method == "POST":
        body = await read_object(request, _FIELDS)
        field, scenario = await anyio.to_thread.run_sync(chosen, body)
        with world.lock:
            return told(played(world, field, scenario), 201)
    return told({"scenarios": [{"name": name, "title": title} for name, title in packed().items()]})


def chosen(body: dict[str, Any]) -> tuple[str, Scenario]:
    """Which field of a JSON object gives a scenario, and what it is. Raises ApiError 400."""
    if len(body) != 1:
        raise wrong("body", "give name or toml")
    ((field, value),) = body.items()
    if not isinstance(value, str):
        raise wrong(field, "it must be text")
    try:
        # A name is never taken for a file: only who starts the platform may name one.
        return field, read(value) if field == "toml" else load(_known(value))
    except ScenarioError as fault:
        raise wrong(field, str(fault)) from None


def played(world: World, field: str, scenario: Scenario) -> dict[str, Any]:
    """Play a scenario; what came of it. Raises ApiError 400, which names the field it was given in."""
    try:
        made = play(world, scenario)
    except ScenarioError as fault:
        raise wrong(field, str(fault)) from None
    return _answer(world, scenario, made)


def _known(name: str) -> str:
    names = packed()
    if name not in names:
        raise ScenarioError(f"there is no scenario {name[:60]!r}; there are {', '.join(names)}")
    return name


def _answer(world: World, scenario: Scenario, made: Sequence[Call]) -> dict[str, Any]:
    now = world.clock.now()
    return {
        "title": scenario.title,
        "now": iso(now),
        "happened": iso(moment_of(happened(scenario, made, now))),
        "calls": [_call(step.name, call) for step, call in zip(scenario.call, made, strict=True)],
    }


def _call(name: str | None, call: Call) -> dict[str, Any]:
    """A call's ids in each log, and when it begins, ends and shows there."""
    return {
        "name": name,
        "type": call.type,
        "sessionId": call.session_id,
        "telephonySessionId": call.telephony_id,
        "startTime": iso(moment_of(call.start)),
        "endTime": iso(moment_of(call.end)),
        "shownFrom": iso(moment_of(call.visible)),
        "companyRecordId": call.entries[0].id,
        "extensionRecords": [
            {"extensionId": str(entry.part.extension_id), "id": entry.id} for entry in call.entries
        ],
    }
