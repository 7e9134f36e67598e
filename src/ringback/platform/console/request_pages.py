"""The inspector: what was asked of the platform and why it was refused, as it happens."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ringback.platform.app_values import App
from ringback.platform.console.doors import Visit, shown
from ringback.platform.console.inspector import NO_APP, STATUSES, Wanted, find

_MOST_TYPED = 200
_MOST_DIGITS = 15


@shown
def requests(visit: Visit) -> Response:
    """GET /console/requests?app=…&path=…&status=…&family=…&console=yes&before=…: newest first, a hundred.

    Administrators see every request of the world, other developers those of their own apps.
    """
    apps = _apps(visit)
    wanted = _wanted(visit)
    before = _number(visit.query("before"))
    return visit.page(
        "console_requests.html",
        **_rows(visit, wanted, apps, before=before),
        wanted=wanted,
        apps=apps,
        statuses={**STATUSES, **_seen_statuses(visit, wanted.status, _own(visit, apps))},
        no_app=NO_APP,
        before=before,
        last=visit.world.journal.last,
    )


@shown
def newer(visit: Visit) -> Response:
    """GET /console/live/requests?…&after=…: the rows since then; the journal leaves this one out.

    The open page asks for it, and puts them on top.
    """
    after = _number(visit.query("after")) or 0
    return visit.page(
        "console_request_rows.html",
        **_rows(visit, _wanted(visit), _apps(visit), after=after),
        last=visit.world.journal.last,
    )


def _rows(visit: Visit, wanted: Wanted, apps: dict[str, App], **span: Any) -> dict[str, Any]:
    found = find(visit.world.journal.newest(), wanted, _own(visit, apps), **span)
    people = {row.entry["extensionId"] for row in found.rows} - {None}
    known = ((person, visit.world.company.extension(int(person))) for person in people)
    return {
        "found": found,
        "names": {client_id: _name(app) for client_id, app in apps.items()},
        "people": {person: extension.name for person, extension in known if extension is not None},
    }


def _apps(visit: Visit) -> dict[str, App]:
    """The apps whose requests the visitor may see, by client ID, those in production among them."""
    every = visit.world.apps.all()
    return {app.client_id: app for app in every if visit.user.admin or app.owner == visit.user.id}


def _own(visit: Visit, apps: dict[str, App]) -> frozenset[str] | None:
    """The client IDs whose requests the visitor may see; None: every request."""
    return None if visit.user.admin else frozenset(apps)


def _name(app: App) -> str:
    return f"{app.name} (production)" if app.production_of is not None else app.name


def _wanted(visit: Visit) -> Wanted:
    typed = {name: visit.query(name).strip()[:_MOST_TYPED] for name in ("app", "path", "status", "family")}
    return Wanted(**typed, console=visit.query("console") == "yes")


def _seen_statuses(visit: Visit, wanted: str, own: frozenset[str] | None) -> dict[str, str]:
    """Each status that the visitor's requests were answered with, lowest first, and the one asked for."""
    seen = {
        str(entry["status"])
        for _, entry in visit.world.journal.newest()
        if own is None or entry["clientId"] in own
    }
    return {status: status for status in sorted((seen | {wanted}) - set(STATUSES))}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None
