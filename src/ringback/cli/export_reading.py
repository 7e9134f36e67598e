"""Reading a log into an export's part: from its begin, or on from where an earlier run was broken off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .calls_options import Asked
from .calls_reading import logged_in, people_of, span_of
from .export_part import Kept, Part
from .failures import Failure
from .progress import Progress
from .progress_view import Span

if TYPE_CHECKING:
    from ringback.client import RingCentral, User

LONGEST_OPEN = timedelta(hours=24)
"""How long an export that reaches up to its own begin may be gone on with: after that the log has grown."""


def read_into(part: Part, asked: Asked, kind: str, progress: Progress, *, anew: bool) -> None:
    """Read what is missing of the log. Raises Failure, OSError, and what the client does."""
    filters = asked.filters()
    with logged_in(asked, progress) as (client, user):
        now = datetime.fromtimestamp(client.clock.now(), UTC)
        span = span_of(asked, client.clock.now())
        options = _options(client, user, asked, filters)
        if not anew and _goes_on(part, options, filters["date_to"], now, progress):
            count = f"{len(part.kept.ids):,} records"
            progress.note(f"going on with the export of {_local(part.kept.began, asked)}: {count} are there")
        else:
            part.start(options, now, span.begin)
        kept = part.kept
        if kind != "jsonl" and kept.people is None:
            part.put_people(people_of(asked, progress, client, user))
        if kept.ended:
            return
        progress.begin(f"Reading {asked.the_log}")
        _show(part, progress, asked, span)
        progress.goes_on()
        window = filters | {"date_from": kept.begin, "date_to": next_end(kept, filters["date_to"])}
        for page in user.calls(asked.scope, view="Detailed", original=True, **window).pages():
            part.put_page(page)
            _show(part, progress, asked, span)
        part.put_end()


def _show(part: Part, progress: Progress, asked: Asked, span: Span) -> None:
    if part.kept.oldest is not None:
        moment = part.kept.oldest.astimezone(asked.in_zone)
        progress.read_back(len(part.kept.ids), "records", moment, span)


def next_end(kept: Kept, asked_end: datetime | None) -> datetime | None:
    """Where the window ends whose calls are still missing; None: at the server's now.

    A log that does not come newest first is read anew; what is there already is known by its id.
    """
    from ringback.client.calls.call_log import just_after

    if kept.oldest is None or not kept.ordered:
        return asked_end
    end = just_after(kept.oldest)
    return end if asked_end is None else min(end, asked_end)


def _goes_on(
    part: Part, options: Mapping[str, Any], end: datetime | None, now: datetime, progress: Progress
) -> bool:
    """Is the part of this very export, and still good? Raises Failure when it is of another one."""
    kept = part.kept
    if not kept.ids or kept.began is None:
        return False
    if dict(kept.options) != dict(options):
        raise Failure(
            f"{part.path.name} is of an export with other options ({_told(kept.options)}), which was broken "
            f"off after {len(kept.ids):,} records; go on with those, or give --anew to begin anew"
        )
    if (end is None or end > kept.began) and now - kept.began > LONGEST_OPEN:
        count = f"{len(kept.ids):,}"
        progress.note(f"the {count} records read more than a day ago are left; beginning anew")
        return False
    return True


def _options(client: RingCentral, user: User, asked: Asked, filters: Mapping[str, Any]) -> dict[str, Any]:
    """What makes two exports the same one."""
    times = {name: filters[name] for name in ("date_from", "date_to")}
    return {
        "server": client.server,
        "user": user.id,
        "scope": asked.scope,
        "extension": asked.extension_id,
        "from": times["date_from"] and times["date_from"].isoformat(),
        "to": times["date_to"] and times["date_to"].isoformat(),
        "direction": asked.direction,
        "type": asked.kind,
        "number": asked.number,
    }


def _told(options: Mapping[str, Any]) -> str:
    """Options in words, without the server."""
    told = ", ".join(f"{name} {value}" for name, value in options.items() if value and name != "server")
    return "".join(character if character.isprintable() else "?" for character in told)


def _local(moment: datetime | None, asked: Asked) -> str:
    return "" if moment is None else f"{moment.astimezone(asked.in_zone):%Y-%m-%d %H:%M}"
