"""The small numbers that DuckDB counts calls by, in place of times, outcomes and names: schema.COUNTED_BY."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from .local_slots import slot_of
from .rows import CallRow
from .schema import PEOPLE_COLUMNS, THESE, as_lists, insert_from_lists

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

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
_OUTCOME_NO = {name: place for place, name in enumerate(OUTCOMES)}
_INSERT = insert_from_lists("people", PEOPLE_COLUMNS)


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
            f"SELECT key, no, name, named_at FROM people WHERE key IN {THESE}", [list(told)]
        ).fetchall()
    }
    numbers = {key: no for key, (no, _) in known.items()}
    new = [key for key in told if key not in known]
    renamed = [key for key, (_, held) in known.items() if told[key].replaces(held)]
    if new:
        row = db.execute("SELECT coalesce(max(no), -1) + 1 FROM people").fetchone()
        numbers |= {key: no for no, key in enumerate(new, row[0] if row else 0)}
    if renamed:
        db.execute(f"DELETE FROM people WHERE key IN {THESE}", [renamed])
    if new or renamed:
        db.execute(_INSERT, as_lists((numbers[key], key, *told[key]) for key in (*new, *renamed)))
    return numbers


def numbers_in(db: DuckDBPyConnection, rows: Iterable[CallRow]) -> tuple[dict[str, int], dict[str, str]]:
    """The same without storing anything: who has no number gets one below 0; these people's names."""
    told = _names_in(rows)
    numbers: dict[str, int] = dict(
        db.execute(f"SELECT key, no FROM people WHERE key IN {THESE}", [list(told)]).fetchall()
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
