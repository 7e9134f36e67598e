"""`ringback calls list` and `show`: records of the log or of an archive, as a table, lines or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from .calls_options import Asked
from .failures import WRONG_OPTION, Failure
from .profile import cli_client, cli_profile, cli_user
from .waiting import tell_waits

if TYPE_CHECKING:
    from ringback.client import User
    from ringback.client.records import CallRecord, Leg, Party

_HEADINGS = ("Start", "Direction", "Type", "From", "To", "Result", "Duration", "ID")


def run_list(asked: Asked, *, limit: int | None, as_json: bool) -> None:
    """Print the records. Raises Failure, and what the client does."""
    with ExitStack() as stack:
        records = islice(stack.enter_context(records_of(asked)), limit)
        if as_json:
            for record in records:
                click.echo(one_line_of(record))
        elif sys.stdout.isatty():
            _table(records, asked.in_zone)
        else:
            for record in records:
                click.echo("\t".join(_cells(record, asked.in_zone)))


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


@contextmanager
def records_of(asked: Asked, view: str = "Simple") -> Iterator[Iterator[CallRecord]]:
    """The records that were asked for, newest first, from the archive or the API, with their own JSON."""
    filters = asked.filters()
    if asked.archive is not None:
        from ringback.archive import open_archive
        from ringback.archive.rows import record_of
        from ringback.archive.values import Query
        from ringback.client.calls.phones import normal_phone

        query = Query(
            date_from=filters["date_from"],
            date_to=filters["date_to"],
            direction=asked.direction,
            type=asked.kind,
            number=None if asked.number is None else normal_phone(asked.number),
        )
        with open_archive(asked.archive, create=False) as archive:
            yield (record_of(held.json) for held in archive.records(query))
        return
    with logged_in(asked) as user:
        yield user.calls(
            asked.scope,
            view=view,
            original=True,
            on_limit="raise" if asked.no_wait else None,
            **filters,
        )


@contextmanager
def logged_in(asked: Asked) -> Iterator[User]:
    """Who is logged in here. Waits for the rate limit are told on standard error."""
    profile = cli_profile()
    with cli_client(profile) as client:
        tell_waits(client)
        yield cli_user(client, profile)


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
    with logged_in(asked) as user:
        try:
            found = list(
                user.call_records([record_id], asked.scope, view="Detailed", extension_id=asked.extension_id)
            )
        except ValueError as error:
            raise Failure(str(error), WRONG_OPTION) from None
    if found[0].record is None:
        raise found[0].error or Failure(f"There is no record {_plain(record_id)}")
    return found[0].record, None


def _table(records: Iterable[CallRecord], zone: tzinfo) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="bold")
    for heading in _HEADINGS:
        table.add_column(heading, no_wrap=heading in ("Start", "Duration", "ID"))
    for record in records:
        start, *others = _cells(record, zone)
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
