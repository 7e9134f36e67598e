"""The small numbers that DuckDB counts calls by, in place of times, outcomes and names: see `COUNTED_BY`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from .local_slots import slot_of
from .rows import CallRow

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COUNTED_BY = {
    "slot": "INTEGER",
    "outcome_no": "UTINYINT",
    "talker_no": "INTEGER",
    "talker_2_no": "INTEGER",
}
"""Columns beside a call's own: the quarter of an hour that it began in, its outcome's place in OUTCOMES, and
the numbers of who talked in it (`people`)."""
OUTCOMES = (
    "other",
    "answered",
    "missed",
    "voicemail",
    "abandoned",
    "rejected",
    "blocked",
    "busy",
    "no_answer",
    "cancelled",
    "failed",
    "fax_received",
    "fax_sent",
    "fax_failed",
    "in_progress",
)
"""Their places are stored: a new one goes to the end."""
PEOPLE = "CREATE TABLE people (no INTEGER, key VARCHAR, name VARCHAR, named_at TIMESTAMPTZ)"
"""Everybody of the company who ever talked, with the name that their newest call has."""
_OUTCOME_NO = {name: place for place, name in enumerate(OUTCOMES)}
_THESE = "(SELECT unnest(CAST(? AS VARCHAR[])))"


def talkers_in(row: CallRow) -> Iterator[tuple[str, str]]:
    """Key and name of everybody who talked in a call."""
    if row.talker is not None:
        yield row.talker, row.talker_name or ""
    if row.talker_2 is not None:
        yield row.talker_2, row.talker_2_name or ""
    if row.more_talkers:
        for key, name, _ in json.loads(row.more_talkers):
            yield key, name


def counted_by(row: CallRow, people: Mapping[str, int]) -> tuple[int, int, int | None, int | None]:
    """The values of COUNTED_BY. KeyError for somebody who has no number."""
    return (
        slot_of(row.start_time),
        _OUTCOME_NO[row.outcome],
        None if row.talker is None else people[row.talker],
        None if row.talker_2 is None else people[row.talker_2],
    )


def numbered(db: DuckDBPyConnection, rows: Iterable[CallRow]) -> dict[str, int]:
    """The numbers of those who talked in these calls; who has none gets one. New names are kept."""
    told = _names_in(rows)
    known = {
        key: (no, _Named(name, named_at))
        for key, no, name, named_at in db.execute(
            f"SELECT key, no, name, named_at FROM people WHERE key IN {_THESE}", [list(told)]
        ).fetchall()
    }
    renamed = [(no, *told[key]) for key, (no, held) in known.items() if told[key].replaces(held)]
    if renamed:
        db.execute(
            "UPDATE people SET name = new.name, named_at = new.named_at FROM (SELECT unnest(?) AS no, "
            "unnest(?) AS name, unnest(CAST(? AS TIMESTAMPTZ[])) AS named_at) AS new "
            "WHERE people.no = new.no",
            _columns(renamed),
        )
    return {key: no for key, (no, _) in known.items()} | _added(
        db, [(key, *named) for key, named in told.items() if key not in known]
    )


def numbers_in(db: DuckDBPyConnection, rows: Iterable[CallRow]) -> tuple[dict[str, int], dict[str, str]]:
    """The same without storing anything: who has no number gets one below 0; these people's names."""
    told = _names_in(rows)
    numbers: dict[str, int] = dict(
        db.execute(f"SELECT key, no FROM people WHERE key IN {_THESE}", [list(told)]).fetchall()
    )
    names = {key: named.name for key, named in told.items() if key not in numbers}
    return numbers | {key: -1 - place for place, key in enumerate(names)}, names


class _Named(NamedTuple):
    name: str
    at: datetime

    def replaces(self, held: _Named) -> bool:
        """Is it the newer name? One is never taken away."""
        return bool(self.name) and (self.at > held.at or not held.name)


def _names_in(rows: Iterable[CallRow]) -> dict[str, _Named]:
    told: dict[str, _Named] = {}
    for row in rows:
        for key, name in talkers_in(row):
            named = _Named(name, row.start_time)
            if key not in told or named.replaces(told[key]):
                told[key] = named
    return told


def _added(db: DuckDBPyConnection, people: Sequence[tuple[str, str, datetime]]) -> dict[str, int]:
    if not people:
        return {}
    row = db.execute("SELECT coalesce(max(no), -1) + 1 FROM people").fetchone()
    first = row[0] if row else 0
    numbers = {key: first + place for place, (key, _, _) in enumerate(people)}
    db.execute(
        "INSERT INTO people SELECT unnest(?), unnest(?), unnest(?), unnest(CAST(? AS TIMESTAMPTZ[]))",
        [list(numbers.values()), *_columns(people)],
    )
    return numbers


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows as lists of columns; a moment as text, as DuckDB takes it without pytz."""
    return [
        [one.isoformat() if isinstance(one, datetime) else one for one in column]
        for column in zip(*rows, strict=True)
    ]
