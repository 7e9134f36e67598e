"""Clock & faults: the virtual clock, ordered faults, switches and limits of a world, shown and changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ringback.platform.clock import Mode, iso
from ringback.platform.console.doors import Visit, posted, shown
from ringback.platform.console.fault_form import (
    CUTS,
    FIELDS,
    METHODS,
    WHENS,
    FaultForm,
    read_fault,
    strikes_on,
    what_happens,
)
from ringback.platform.limits import DEFAULTS
from ringback.platform.quirks import QUIRKS, check
from ringback.platform.serving.context import note_of
from ringback.platform.serving.parameters import Parameters

CLOCK = "/console/clock"
STEPS: Mapping[str, str] = {"60": "1 minute", "3600": "1 hour", "86400": "1 day"}
_MODES: Mapping[str, str] = {
    "running": "It runs with real time.",
    "frozen": "It stands still.",
    "auto": "It stands, and jumps ahead when all who are to wait do.",
}
# What was just done: the section that says so, and how.
_DONE: Mapping[str, tuple[str, str]] = {
    "moved": ("clock", "The clock was moved ahead."),
    "running": ("clock", "The clock runs."),
    "frozen": ("clock", "The clock stands still."),
    "fault": ("faults", "The fault is ordered."),
    "deleted": ("faults", "The fault is taken away."),
    "cleared": ("faults", "All faults are taken away."),
    "switched": ("switches", "The switches are set."),
}
_MOST_PREFILLED = 512


@shown
def show(visit: Visit) -> Response:
    """GET /console/clock: all of it; `method` and `path` begin a fault for such requests."""
    begun = {name: visit.query(name)[:_MOST_PREFILLED] for name in ("method", "path")}
    typed = {"times": "1", **{name: value for name, value in begun.items() if value}}
    return _page(visit, fault=FaultForm(typed))


@posted
def move(visit: Visit, form: Parameters) -> Response:
    """POST /console/clock: move the clock ahead by `advance` seconds, or let it run or stand (`mode`)."""
    _admins_only(visit)
    mode = form.get("mode")
    if mode is not None:
        if mode not in (Mode.RUNNING, Mode.FROZEN):
            raise HTTPException(400, "the clock runs or stands still")
        visit.world.clock.switch(Mode(mode))
        return _go(visit, mode)
    typed = (form.get("advance") or "").strip()[:40]
    try:
        if not typed.isascii() or "_" in typed:
            raise ValueError
        visit.world.clock.advance(float(typed))
    except (ValueError, OverflowError):
        error = "Give the seconds to go ahead by, such as 90: 0 or more, and not past the year 9000."
        return _refused(visit, {"advance": error}, advance=typed)
    if visit.browser.signed_in_until is not None and visit.now >= visit.browser.signed_in_until:
        # The sign-in ran out by this very step: whoever moves the clock stays.
        visit.world.browsers.sign_in(
            visit.browser, visit.user.id, visit.now, remembered=visit.browser.remembered
        )
    return _go(visit, "moved")


@posted
def order_fault(visit: Visit, form: Parameters) -> Response:
    """POST /console/clock/faults: order one, as `POST /_local/faults` does."""
    _admins_only(visit)
    asked, fault = read_fault(form)
    if fault is not None:
        try:
            visit.world.faults.add(fault)
        except ValueError as full:
            asked.errors["fault"] = f"{str(full)[:1].upper()}{str(full)[1:]}."
        else:
            return _go(visit, "fault")
    note_of(visit.request).why = "; ".join(asked.errors.values())[:500]
    return _page(visit, status=400, fault=asked)


@posted
def delete_fault(visit: Visit, form: Parameters) -> Response:
    """POST /console/clock/faults/delete: take one away by `id`, or all of them (`all`)."""
    _admins_only(visit)
    if form.get("all") == "yes":
        visit.world.faults.clear()
        return _go(visit, "cleared")
    if not visit.world.faults.remove(form.get("id") or ""):
        raise HTTPException(404, "there is no such fault; perhaps it was taken away already")
    return _go(visit, "deleted")


@posted
def switch(visit: Visit, form: Parameters) -> Response:
    """POST /console/clock/switches: `quirk.NAME` for each that is to have another value; all or none."""
    _admins_only(visit)
    names = [name.removeprefix("quirk.") for name in form.names() if name.startswith("quirk.")]
    asked = {name: form.get(f"quirk.{name}") or "" for name in names}
    errors = {}
    for name, value in asked.items():
        if name not in QUIRKS:
            raise HTTPException(400, "there is no such switch")
        try:
            check(name, value)
        except ValueError:
            errors[f"quirk.{name}"] = f"Choose {' or '.join(QUIRKS[name].values)}."
    if errors:
        return _refused(visit, errors, quirks={**visit.world.quirks.all(), **asked})
    now = visit.world.quirks.all()
    for name, value in asked.items():
        if value != now[name]:
            visit.world.quirks.switch(name, value)
    return _go(visit, "switched")


def _admins_only(visit: Visit) -> None:
    if not visit.user.admin:
        raise HTTPException(403, "only administrators move the clock, order faults and set switches")


def _go(visit: Visit, done: str) -> Response:
    return visit.go(f"{CLOCK}?done={done}#{_DONE[done][0]}")


def _refused(visit: Visit, errors: dict[str, str], **typed: Any) -> Response:
    note_of(visit.request).why = "; ".join(errors.values())[:500]
    return _page(visit, status=400, errors=errors, **typed)


def _page(
    visit: Visit,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    fault: FaultForm | None = None,
    advance: str = "",
    quirks: Mapping[str, str] | None = None,
) -> Response:
    world, fault = visit.world, fault or FaultForm()
    apps = world.apps.all()
    own = {app.client_id for app in apps if visit.user.admin or app.owner == visit.user.id}
    faults = [one for one in world.faults.all() if visit.user.admin or one.client_id in {None, *own}]
    names = {app.client_id: app.name for app in apps}
    mode = world.clock.mode
    return visit.page(
        "console_clock.html",
        status=status,
        errors={**(errors or {}), **fault.errors},
        now=world.clock.now().astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        now_iso=iso(world.clock.now()),
        mode=mode.value,
        mode_told=_MODES[mode.value],
        parties=world.clock.parties,
        waiting={name: iso(until) for name, until in world.clock_waits.waiting.items()},
        steps=STEPS,
        advance=advance,
        faults=[(one, strikes_on(one), what_happens(one)) for one in faults],
        names=names,
        fault=fault,
        first_wrong=next((name for name in FIELDS if name in fault.errors), ""),
        choices={"method": METHODS, "clientId": {"": "Any", **names}, "when": WHENS, "cut": CUTS},
        quirks=[(quirk, world.quirks.value(quirk.name)) for quirk in QUIRKS.values()],
        chosen=quirks or world.quirks.all(),
        limits=world.limits,
        default_limits=DEFAULTS,
        done=_DONE.get(visit.query("done"), ("", "")),
    )
