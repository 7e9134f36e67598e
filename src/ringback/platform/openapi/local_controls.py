"""The controls of worlds under /_local: seed, clock, journal, snapshots, logins, readiness (design.md)."""

from __future__ import annotations

from ringback.platform.console.graduation import PROFILES
from ringback.platform.errors import ApiError, parameter_invalid

from .control import Control
from .shapes import ref, text

_NO_WORLD = ApiError(404, "RBK-404", "There is no such world")
_ONE = {"type": "string", "enum": ["1"]}

CONTROLS: tuple[Control, ...] = (
    Control(
        method="GET",
        path="/_local/seed",
        name="seed",
        summary="The apps and users of the seed, with their secrets",
        answer=ref("Seed"),
    ),
    Control(
        method="GET",
        path="/_local/clock",
        name="clock",
        summary="The platform's time, and how it goes",
        answer=ref("ClockState"),
    ),
    Control(
        method="POST",
        path="/_local/clock",
        name="move_clock",
        summary="Move the platform's time ahead, or say how it goes from now on",
        answer=ref("ClockState"),
        body=ref("ClockChange"),
        refusals=(parameter_invalid("advance"),),
    ),
    Control(
        method="GET",
        path="/_local/clock/wait",
        name="wait_for_clock",
        summary="Answered when the platform's time has come, or after a minute of real time",
        answer=ref("ClockState"),
        query={
            "until": text("The time to wait for, with a zone", format="date-time"),
            "party": text("Who waits; a new wait of the same party ends its old one", maxLength=200),
        },
        needed=("until",),
        refusals=(
            parameter_invalid("until"),
            ApiError(503, "RBK-503", "There are 256 waiting already"),
        ),
    ),
    Control(
        method="GET",
        path="/_local/journal",
        name="journal",
        summary="What was asked of the platform, oldest first",
        answer=ref("Journal"),
        query={
            "after": text("Only entries with a number above this", pattern="^[0-9]{1,15}$"),
            "details": {**_ONE, "description": "All that is known of each"},
        },
        refusals=(parameter_invalid("after"),),
    ),
    Control(method="DELETE", path="/_local/journal", name="clear_journal", summary="Empty the journal"),
    Control(
        method="GET",
        path="/_local/snapshot",
        name="snapshot",
        summary="All state of the world, to be put back later",
        answer=ref("Snapshot"),
    ),
    Control(
        method="PUT",
        path="/_local/snapshot",
        name="restore",
        summary="Put a snapshot of a world with the same company back: all of it, or nothing",
        answer=ref("Restored"),
        body=ref("Snapshot"),
        refusals=(
            ApiError(400, "RBK-410", "The snapshot cannot be restored: it is damaged"),
            ApiError(409, "RBK-409", "The snapshot is of a world with another start of the clock"),
        ),
    ),
    Control(method="POST", path="/_local/reset", name="reset", summary="The world as it was at its start"),
    Control(
        method="GET",
        path="/_local/worlds",
        name="worlds",
        summary="The isolated worlds there are",
        answer=ref("Worlds"),
    ),
    Control(
        method="POST",
        path="/_local/worlds",
        name="create_world",
        summary="A new isolated world",
        answer=ref("World"),
        status=201,
        body=ref("WorldOptions"),
        query={"seed": {**_ONE, "description": "Its apps and users too"}},
        refusals=(
            parameter_invalid("options"),
            ApiError(409, "RBK-409", "There is a world ID already"),
        ),
    ),
    Control(
        method="GET",
        path="/_local/worlds/{worldId}",
        name="world",
        summary="Where a world is",
        answer=ref("World"),
        refusals=(_NO_WORLD,),
    ),
    Control(
        method="DELETE",
        path="/_local/worlds/{worldId}",
        name="drop_world",
        summary="End a world, and all that was kept of it",
        refusals=(_NO_WORLD,),
    ),
    Control(
        method="GET",
        path="/_local/scenarios",
        name="scenarios",
        summary="The scenarios that come with the platform",
        answer=ref("Scenarios"),
    ),
    Control(
        method="POST",
        path="/_local/scenarios",
        name="play_scenario",
        summary="Play a scenario: its calls, amendments and deletions, relative to the platform's time",
        answer=ref("Played"),
        status=201,
        body=ref("ScenarioChoice"),
        refusals=(parameter_invalid("toml"),),
    ),
    Control(
        method="POST",
        path="/_local/login",
        name="log_in",
        summary="A login without a browser, through the same pages as with one",
        answer=ref("LoginDone"),
        body=ref("LoginOrder"),
        refusals=(
            parameter_invalid("url"),
            ApiError(400, "RBK-411", "The login stopped at a page with status 400: why"),
        ),
    ),
    Control(
        method="GET",
        path="/_local/readiness",
        name="readiness",
        summary="How far an app is on its way to production",
        answer=ref("Readiness"),
        other_form="application/xml",
        query={
            "clientId": text("The app", minLength=1),
            "profile": text("Whose rules", enum=list(PROFILES), default="2019"),
            "format": text("junit: XML for CI", enum=["json", "junit"], default="json"),
        },
        needed=("clientId",),
        refusals=(
            parameter_invalid("profile"),
            ApiError(404, "CMN-102", "Resource for parameter [clientId] is not found"),
        ),
    ),
    Control(
        method="GET",
        path="/_local/openapi.json",
        name="openapi",
        summary="This document",
        answer={"type": "object"},
    ),
)
