"""The archive's tables in PostgreSQL, one schema for each log, and how they come into being.

The columns are those of schema.py. Text is compared and ordered by its bytes (collation C), as in DuckDB.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Identity,
    Index,
    MetaData,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.schema import CreateSchema

from .errors import ArchiveError
from .schema import CALL_COLUMNS, RECORD_COLUMNS, kind

VERSION = "2"
"""2: `calls` has what the call pages filter, sort and sum by."""
TEXT = String(collation="C")
TIME = DateTime(timezone=True)
_TYPES: dict[str, Any] = {
    "VARCHAR": TEXT,
    "BIGINT": BigInteger,
    "BOOLEAN": Boolean,
    "TIMESTAMPTZ": TIME,
}
_MAKING = int.from_bytes(b"rb arch.", "big") >> 1
"""The advisory lock under which an archive's tables are made; a name of our own among 2**63."""

METADATA = MetaData()


def _columns(names: tuple[str, ...], key: str | None = None) -> list[Column[Any]]:
    return [Column(name, _TYPES[kind(name)], primary_key=name == key) for name in names]


about = Table("about", METADATA, Column("name", TEXT, primary_key=True), Column("value", TEXT))

records = Table(
    "records",
    METADATA,
    *_columns(RECORD_COLUMNS, "id"),
    Column("first_seen", TIME),
    Column("deleted_at", TIME),
    Column("reading", BigInteger),
)
Index("records_by_start", records.c.start_time, records.c.id)
Index("records_by_session", records.c.session_id)
Index("records_by_telephony_session", records.c.telephony_session_id)

calls = Table(
    "calls",
    METADATA,
    Column("place", BigInteger, Identity(always=True), primary_key=True),
    *_columns(CALL_COLUMNS),
    Column("deleted", Boolean),
)
Index("calls_by_session", calls.c.session_id)
Index(
    "calls_to_count",
    calls.c.start_time,
    calls.c.newest_time,
    calls.c.newest_id,
    # What totals, charts and most filters read, so that they need not go to the wide rows.
    postgresql_include=[
        "place",
        "deleted",
        "direction",
        "type",
        "outcome",
        "queue_id",
        "queue_key",
        "ring_seconds",
        "talk_seconds",
        "duration",
        "talker",
        "talker_seconds",
        "talker_2",
        "talker_2_seconds",
        "number_marks",
        "extension_marks",
    ],
)
Index(
    "calls_of_two",
    calls.c.start_time,
    postgresql_include=["deleted", "direction", "type", "outcome", "talker_2", "talker_2_seconds"],
    postgresql_where=calls.c.talker_2.is_not(None),
)
Index("calls_of_many", calls.c.start_time, postgresql_where=calls.c.more_talkers.is_not(None))
INDEXED_NAMES = ("queue_key", "talker", "talker_2")
"""Columns of `calls` in whose index a name may stand, where a text has its limits."""

state = Table(
    "state",
    METADATA,
    Column("since", TIME),
    Column("sync_state", TEXT),
    Column("restarted", TIME),
    Column("reading", BigInteger),
    Column("synced_at", TIME),
)

windows = Table(
    "windows",
    METADATA,
    Column("begin", TIME, primary_key=True),
    Column("end", TIME),
    Column("proven_at", TIME),
    Column("count", BigInteger),
)


def make_tables(db: Connection, schema: str) -> None:
    """Make schema and tables where there are none; one process does, the others wait for it.

    A schema that somebody else made, and that is empty, is used as it is. Raises ArchiveError when the schema
    holds something else, or an archive of another version.
    """
    if is_archive(db, schema):
        return
    db.execute(select(func.pg_advisory_xact_lock(_MAKING)))
    if is_archive(db, schema):
        return
    if not inspect(db).has_schema(schema):
        db.execute(CreateSchema(schema))
    METADATA.create_all(db, checkfirst=False)
    db.execute(insert(state).values(reading=0))
    db.execute(insert(about).values(name="version", value=VERSION))


def is_archive(db: Connection, schema: str) -> bool:
    """Is there an archive of this version? False for a schema that is empty or not there.

    Raises ArchiveError when the schema holds something else, or an archive of another version.
    """
    found = {name for (name,) in db.execute(_TABLES, {"schema": schema})}
    if not found:
        return False
    version = None
    if METADATA.tables.keys() <= found:
        version = db.scalar(select(about.c.value).where(about.c.name == "version"))
    if version is None:
        raise ArchiveError(
            f"The schema {schema} holds something else than a call archive",
            remedy="Name another schema at the end of the URL: ?schema=NAME",
        )
    if version != VERSION:
        raise ArchiveError(
            f"The archive in the schema {schema} has version {version}, and this Ringback reads {VERSION}",
            remedy="Use the Ringback that made it, or sync into a new schema.",
        )
    return True


_TABLES = text(
    "SELECT relname FROM pg_catalog.pg_class WHERE relnamespace = to_regnamespace(:schema)"
    " AND relkind IN ('r', 'p', 'v', 'm', 'f')"
)
