"""The latest calls with their legs: the company's for administrators, else one's own; scenarios to play."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ringback.platform.company import Part, Party
from ringback.platform.company.scenario import play
from ringback.platform.company.scenario_file import ScenarioError, packed
from ringback.platform.console.doors import Visit, admins_only, posted, shown
from ringback.platform.serving.parameters import Parameters

PER_PAGE = 25
_LOOKED_BACK = timedelta(days=400)
_FARTHEST_PAGE = 400
_DIRECTIONS = {"Inbound": ("arrow-down-left", "↙"), "Outbound": ("arrow-up-right", "↗")}


@shown
def calls(visit: Visit) -> Response:
    """GET /console/calls?page=…: a page of calls, newest first; later pages go back in time."""
    asked = visit.query("page")
    number = min(max(1, int(asked)), _FARTHEST_PAGE) if asked.isdecimal() and len(asked) < 7 else 1
    scope = None if visit.user.admin else visit.user.id
    now = visit.now
    rows = visit.world.calls.page(scope, now - _LOOKED_BACK, now, now, (number - 1) * PER_PAGE, PER_PAGE + 1)
    return visit.page(
        "console_calls.html",
        calls=[_row(call.type, entry) for call, entry in rows[:PER_PAGE]],
        number=number,
        more=len(rows) > PER_PAGE and number < _FARTHEST_PAGE,
        directions=_DIRECTIONS,
        whole_company=visit.user.admin,
        scenarios=packed() if visit.user.admin and number == 1 else {},
        played=visit.query("played"),
        now=now.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )


@posted
def play_scenario(visit: Visit, form: Parameters) -> Response:
    """POST /console/calls: play a scenario by name; its calls come as the clock goes on."""
    admins_only(visit)
    name = form.get("scenario") or ""
    if name not in packed():
        raise HTTPException(404, "there is no scenario of this name")
    try:
        play(visit.world, name)
    except ScenarioError as fault:
        raise HTTPException(409, str(fault)) from None
    return visit.go(f"/console/calls?played={name}")


def _row(kind: str, entry: Any) -> dict[str, Any]:
    return {"id": entry.id, "type": kind, **_part(entry.part), "legs": [_part(leg) for leg in entry.legs]}


def _part(part: Part) -> dict[str, Any]:
    start = datetime.fromtimestamp(part.start / 1000, UTC)
    return {
        "at": start.strftime("%Y-%m-%d %H:%M:%S"),
        "direction": part.direction,
        "action": part.action,
        "result": part.result,
        "caller": _party(part.caller),
        "callee": _party(part.callee),
        "duration": f"{part.duration // 60_000}:{part.duration // 1000 % 60:02d}",
        "leg_type": part.leg_type,
        "recorded": part.recording is not None,
    }


def _party(party: Party) -> str:
    number = party.extension_number or party.number or ""
    if party.name and number:
        return f"{party.name} ({number})"
    return party.name or number or "unknown"
