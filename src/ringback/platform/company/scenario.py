"""Plays a scenario: puts its calls, amendments and deletions beside the schedule, relative to the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from .call import Call, Entry, Part
from .company import Company
from .desk import Desk
from .dice import dice
from .hours import zone
from .ids import ADDED, number, session_id
from .inbound import REASONS
from .log import CallLog
from .numbering import numbered
from .scenario_calls import RESULTS, draft
from .scenario_file import CallStep, Scenario, ScenarioError, load
from .views import milliseconds

_CALLS_AT_MOST = 10_000
_CHANGES_WITHIN = timedelta(days=400)


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time, aware, UTC."""


class Stage(Protocol):
    """Where a scenario is played: a world."""

    @property
    def company(self) -> Company:
        """Whose people have the calls."""

    @property
    def calls(self) -> CallLog:
        """Where they are put."""

    @property
    def clock(self) -> Clock:
        """What times are relative to."""


def play(world: Stage, scenario: Scenario | str | Path) -> list[Call]:
    """Play a scenario, given as such, or by name, path or text (scenario_file.py); its calls, in its order.

    Steps of the past have happened at once: their records show from now on, so that a sync finds them new.
    The others happen as the clock goes on. Under the world's lock. ScenarioError: what is wrong with it;
    then nothing has changed.
    """
    told = scenario if isinstance(scenario, Scenario) else load(scenario)
    overlay, now = world.calls.overlay, world.clock.now()
    if len(overlay.calls) + len(told.call) > _CALLS_AT_MOST:
        raise ScenarioError(f"there are {_CALLS_AT_MOST} calls of scenarios already")
    made: dict[str, Call] = {}
    named: dict[str, Call] = {}
    origins: dict[str, datetime] = {"now": now}
    for place, step in enumerate(told.call, 1):
        if step.after not in origins:
            origins[step.after] = _change_of_clocks(step.after == "clocks-back", world, now)
        call = _call(world, step, place, milliseconds(now), milliseconds(origins[step.after]), made)
        made[call.session_id] = call
        if step.name is not None and named.setdefault(step.name, call) is not call:
            raise ScenarioError(f"call {place}: the name {step.name!r} comes twice")
    for kind, steps in (("amend", told.amend), ("delete", told.delete)):
        for other in steps:
            if other.call not in named:
                raise ScenarioError(f"{kind}: there is no call named {other.call!r}")
    for change in told.amend:
        if change.result not in (None, *RESULTS) or change.result == "Voicemail":
            raise ScenarioError(f"amend: the result cannot become {change.result!r}")
    for call in made.values():
        overlay.add(call)
    start = milliseconds(now)
    for change in told.amend:
        for entry in named[change.call].entries:
            amended = _amended(entry, change.result, change.recording)
            overlay.amend(amended, start + round(change.at * 1000))
    for deletion in told.delete:
        at = start + round(deletion.at * 1000)
        for entry in named[deletion.call].entries:
            if deletion.log != "company":
                overlay.delete(entry.part.extension_id, entry.id, at)
            if deletion.log != "extensions" and entry.index == 0:
                overlay.delete(None, entry.id, at)
    return list(made.values())


def happened(scenario: Scenario, calls: Sequence[Call], now: datetime) -> int:
    """When all of a scenario that was played at `now` has happened, milliseconds since 1970.

    Its calls, and what comes late of them, show by then; its amendments and deletions are done.
    """
    start = milliseconds(now)
    ats = [amendment.at for amendment in scenario.amend] + [deletion.at for deletion in scenario.delete]
    return max(start, *(call.settled for call in calls), *(start + round(at * 1000) for at in ats))


def _call(world: Stage, step: CallStep, place: int, now: int, origin: int, made: dict[str, Call]) -> Call:
    """The call of a step; `now` and what its `at` counts from are milliseconds since 1970."""
    schedule, overlay = world.calls.schedule, world.calls.overlay
    start = origin + round(step.at * 1000)
    # Ids come from the millisecond; a second call in the same one begins a little later.
    while session_id(number(start, ADDED, 0)) in overlay.calls or session_id(number(start, ADDED, 0)) in made:
        start += 1
    desk = Desk(schedule.cast, dice(schedule.key, "scenario", start), {})
    try:
        told = draft(desk, world.company, schedule.roster, step, start)
    except ScenarioError as fault:
        raise ScenarioError(f"call {place}: {fault}") from None
    call = numbered(told, number(start, ADDED, 0), schedule.ids, schedule.key)
    visible = max(call.visible, now)
    return msgspec.structs.replace(call, visible=visible, settled=max(call.settled, visible))


def _change_of_clocks(back: bool, world: Stage, now: datetime) -> datetime:
    """When the clocks of the account's zone were put back (or forward) last, as far as the log reaches; else
    when they will be next. ScenarioError where they never are."""
    account = zone()
    oldest = world.calls.oldest(now)
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    for step in (-1, 1):
        at = hour
        while oldest <= at <= now + _CHANGES_WITHIN:
            before, after = ((at + timedelta(hours=n)).astimezone(account).utcoffset() for n in (-1, 0))
            if before is not None and after is not None and before != after and (after < before) == back:
                return at
            at += timedelta(hours=step)
    raise ScenarioError("the clocks of the account's zone are never changed")


def _amended(entry: Entry, result: str | None, recording: str | None) -> Entry:
    """The entry with another result of its own, or recorded where it was answered."""

    def changed(part: Part) -> Part:
        if result is not None and part.extension_id == entry.part.extension_id:
            part = msgspec.structs.replace(part, result=result, reason=REASONS.get(result))
        answered = part.result in ("Accepted", "Call connected") and part.duration >= 30_000
        return msgspec.structs.replace(part, recording=recording) if recording and answered else part

    return msgspec.structs.replace(
        entry, part=changed(entry.part), legs=tuple(changed(leg) for leg in entry.legs)
    )
