"""`ringback calls list` and `show`: records of the log or of an archive, as a table, lines or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from .breaking_off import breakable
from .calls_options import Asked
from .calls_reading import logged_in, patiently, records_of
from .failures import WRONG_OPTION, Failure
from .progress import progress_of

if TYPE_CHECKING:
    from ringback.client.calls.bulk import Found
    from ringback.client.records import CallRecord, Leg, Party

_HEADINGS = ("Start", "Direction", "Type", "From", "To", "Result", "Duration", "ID")


def run_list(asked: Asked, *, limit: int | None, as_json: bool) -> None:
    """Print the records. Raises Failure, and what the client does."""
    progress = progress_of(asked.quiet)
    rows: list[tuple[str, ...]] | None = [] if sys.stdout.isatty() and not as_json else None
    with breakable(lambda: f"{progress.view.counted() or 'nothing'} read, nothing is kept"):
        with progress, records_of(asked, progress) as records:
            for record in islice(records, limit):
                if rows is not None:
                    rows.append(_cells(record, asked.in_zone))
                else:
                    cells = "\t".join(_cells(record, asked.in_zone))
                    progress.out(one_line_of(record) if as_json else cells)
        if rows is not None:
            _table(rows, asked.in_zone)


def run_show(asked: Asked, record_id: str, *, as_json: bool) -> str:
    """One record, as text. Raises Failure when there is none, and what the client does."""
    record, gone = _one(asked, record_id)
    if as_json:
        return json.dumps(record.to_dict(), indent=2)
    lines = [f"{name}: {value}" for name, value in zip(_HEADINGS, _cells(record, asked.in_zone), strict=True)]
    if gone:
        lines.append(f"Deleted: {gone}")
    for number, leg in enumerate(record.legs, 1):
        lines.append(f"Leg {number}: " + _leg(leg))
    return "\n".join(lines)


def one_line_of(record: CallRecord) -> str:
    """A record's own JSON, without line breaks."""
    if record.original is None:
        return json.dumps(record.to_dict())
    return record.original.decode("utf-8").replace("\r", " ").replace("\n", " ")


def _one(asked: Asked, record_id: str) -> tuple[CallRecord, Any]:
    if asked.archive is not None:
        from ringback.archive import open_archive
        from ringback.archive.rows import record_of

        with open_archive(asked.archive, create=False) as archive:
            held, place = archive.held(record_id), archive.place
        if held is None:
            raise Failure(f"There is no record {_plain(record_id)} in {place}")
        return record_of(held.json), held.deleted_at
    progress = progress_of(asked.quiet)
    with breakable(lambda: "nothing is kept"), progress, logged_in(asked, progress) as (client, user):

        def ask() -> list[Found]:
            told = user.call_records(
                [record_id], asked.scope, view="Detailed", extension_id=asked.extension_id
            )
            return list(told)

        progress.begin(f"Reading record {_plain(record_id)}")
        try:
            found = patiently(asked, progress, client, ask)
        except ValueError as error:
            raise Failure(str(error), WRONG_OPTION) from None
    if found[0].record is None:
        raise found[0].error or Failure(f"There is no record {_plain(record_id)}")
    return found[0].record, None


def _table(rows: Iterable[tuple[str, ...]], zone: tzinfo) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="bold")
    for heading in _HEADINGS:
        table.add_column(heading, no_wrap=heading in ("Start", "Duration", "ID"))
    for start, *others in rows:
        table.add_row(*(Text(cell) for cell in (start[: len("2026-11-02 09:00:00")], *others)))
    Console().print(table)
    click.echo(f"{table.row_count} records; times are in {zone}")


def _cells(record: CallRecord, zone: tzinfo) -> tuple[str, ...]:
    cells = (
        record.start_time.astimezone(zone).isoformat(" ", timespec="seconds"),
        record.direction,
        record.type,
        _who(record.from_),
        _who(record.to),
        record.result or "",
        _duration(record.duration),
        record.id,
    )
    return tuple(_plain(cell) for cell in cells)


def _leg(leg: Leg) -> str:
    parts = (
        leg.leg_type,
        leg.direction,
        _who(leg.from_),
        "to",
        _who(leg.to),
        leg.result,
        _duration(leg.duration),
    )
    return _plain(" ".join(part for part in parts if part))


def _who(party: Party | None) -> str:
    from ringback.client.calls.phones import shown_phone

    if party is None:
        return ""
    number = shown_phone(party.phone_number) if party.phone_number else party.extension_number or ""
    return f"{party.name} {number}".strip() if party.name else number


def _duration(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds // 60}:{seconds % 60:02}"


def _plain(text: str) -> str:
    """Without characters that would steer a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)
