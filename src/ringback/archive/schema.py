"""The archive's tables in DuckDB. Times are in UTC; `json` is the platform's own text, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from .rows import CallRow, RecordRow

VERSION = "3"
"""2: `calls` has what the call pages filter, sort and sum by. 3: and small numbers to count them by."""
EARLIER = ("1", "2")

COUNTED_BY = {
    "slot": "INTEGER",
    "outcome_no": "UTINYINT",
    "talker_no": "INTEGER",
    "talker_2_no": "INTEGER",
}
"""Columns beside a call's own: the quarter of an hour that it began in, its outcome's place in
duckdb_numbers.OUTCOMES, and the numbers of who talked in it (`people`)."""
_TYPES = {
    "start_time": "TIMESTAMPTZ",
    "last_modified": "TIMESTAMPTZ",
    "duration": "BIGINT",
    "ring_seconds": "BIGINT",
    "talk_seconds": "BIGINT",
    "newest_time": "TIMESTAMPTZ",
    "number_marks": "BIGINT",
    "extension_marks": "BIGINT",
    "talker_seconds": "BIGINT",
    "talker_2_seconds": "BIGINT",
    "first_seen": "TIMESTAMPTZ",
    "deleted_at": "TIMESTAMPTZ",
    "reading": "BIGINT",
    "deleted": "BOOLEAN",
    "place": "BIGINT",
    "no": "INTEGER",
    "named_at": "TIMESTAMPTZ",
    **COUNTED_BY,
}
RECORD_COLUMNS = tuple(one.name for one in fields(RecordRow))
CALL_COLUMNS = tuple(one.name for one in fields(CallRow))
_VALUES = {RecordRow: attrgetter(*RECORD_COLUMNS), CallRow: attrgetter(*CALL_COLUMNS)}


def values_of(row: RecordRow | CallRow) -> tuple[Any, ...]:
    """A row's values in the order of its columns (`dataclasses.astuple` would copy each of them deeply)."""
    return _VALUES[type(row)](row)


def named_values(row: RecordRow | CallRow) -> dict[str, Any]:
    """A row's values by the names of their columns."""
    columns = RECORD_COLUMNS if isinstance(row, RecordRow) else CALL_COLUMNS
    return dict(zip(columns, values_of(row), strict=True))


def kind(column: str) -> str:
    """A column's type."""
    return _TYPES.get(column, "VARCHAR")


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {kind(name)}" for name in names)


STORED_CALL_COLUMNS = (*CALL_COLUMNS, *COUNTED_BY, "deleted")
PEOPLE_COLUMNS = ("no", "key", "name", "named_at")
PEOPLE = f"CREATE TABLE people ({_columns(PEOPLE_COLUMNS)})"
"""Everybody of the company who ever talked, with the name that their newest call has."""
CALLS = (f"CREATE TABLE calls ({_columns(STORED_CALL_COLUMNS)})", PEOPLE)
TABLES = (
    "CREATE TABLE about (name VARCHAR, value VARCHAR)",
    f"CREATE TABLE records ({_columns(RECORD_COLUMNS)}, first_seen TIMESTAMPTZ, deleted_at TIMESTAMPTZ, "
    "reading BIGINT, PRIMARY KEY (id))",
    *CALLS,
    "CREATE TABLE state (since TIMESTAMPTZ, sync_state VARCHAR, restarted TIMESTAMPTZ, reading BIGINT, "
    "synced_at TIMESTAMPTZ)",
    "INSERT INTO state VALUES (NULL, NULL, NULL, 0, NULL)",
    'CREATE TABLE windows ("begin" TIMESTAMPTZ, "end" TIMESTAMPTZ, proven_at TIMESTAMPTZ, count BIGINT)',
)


THESE = "(SELECT unnest(CAST(? AS VARCHAR[])))"
"""A list of texts, given as one parameter, as a table."""


def insert_from_lists(table: str, columns: tuple[str, ...], more: str = "", more_values: str = "") -> str:
    """An INSERT of many rows, each column given as a list of texts or None."""
    values = ", ".join(f"CAST(unnest(CAST(? AS VARCHAR[])) AS {kind(name)})" for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}{more}) SELECT {values}{more_values}"


def as_lists(rows: Iterable[Sequence[Any]]) -> list[list[str | None]]:
    """Rows as columns, each value as text, for `insert_from_lists`."""
    return [[_text(value) for value in column] for column in zip(*rows, strict=True)]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)


UPSERT = (
    insert_from_lists(
        "records",
        RECORD_COLUMNS,
        ", first_seen, deleted_at, reading",
        ", CAST(? AS TIMESTAMPTZ), NULL, CAST(? AS BIGINT)",
    )
    + " ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in RECORD_COLUMNS[1:])
    + ", deleted_at = NULL, reading = excluded.reading WHERE records.last_modified IS NULL "
    "OR excluded.last_modified IS NULL OR excluded.last_modified >= records.last_modified"
)
