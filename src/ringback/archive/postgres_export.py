"""A PostgreSQL archive as Parquet: its rows go through a DuckDB file, which then writes the same files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table, select

from .opening import CONFIG, need_duckdb
from .parquet import draft_in, refused, write_months
from .postgres_schema import calls, records
from .schema import TABLES, as_lists, insert_from_lists

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ROWS_AT_ONCE = 2000


def export(db: Connection, folder: Path) -> None:
    """Write the archive to `folder`. Raises ArchiveError for what the disk refuses, and without duckdb."""
    need_duckdb()
    import duckdb

    try:
        with draft_in(folder) as draft, duckdb.connect(str(draft / "archive.duckdb"), config=CONFIG) as copy:
            copy.execute("SET TimeZone = 'UTC'")
            for statement in TABLES:
                if statement.startswith("CREATE TABLE"):
                    copy.execute(statement)
            for table in (records, calls):
                _fill(copy, db, table)
            write_months(copy, folder, draft)
    except (duckdb.Error, OSError) as error:
        raise refused(error, folder) from None


def _fill(copy: DuckDBPyConnection, db: Connection, table: Table) -> None:
    columns = [column for column in table.c if column.identity is None]
    statement = insert_from_lists(table.name, tuple(column.name for column in columns))
    asked = select(*columns).execution_options(yield_per=_ROWS_AT_ONCE)
    for rows in db.execute(asked).partitions():
        copy.execute(statement, as_lists(tuple(row) for row in rows))
