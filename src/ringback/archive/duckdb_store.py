"""The archive in a DuckDB file: every step is one transaction, so a crash leaves no gap and no double."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .joining import Found, Related, joined_anew
from .opening import trouble
from .parquet import draft_in, refused, write_months
from .rows import RecordRow
from .schema import CALL_COLUMNS, UPSERT, as_lists, insert_from_lists
from .store import Join
from .values import Held, Log, Progress, Query, Step, Totals, Window, in_chunks

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_INSERT_CALLS = insert_from_lists(
    "calls", CALL_COLUMNS, ", deleted", ", CAST(unnest(CAST(? AS VARCHAR[])) AS BOOLEAN)"
)
_HELD = "SELECT id, json, deleted_at FROM records"
_ROWS_AT_ONCE = 1000


class DuckStore:
    """An archive in a DuckDB file, which one process uses at a time. Implements ArchiveStore."""

    def __init__(self, connection: DuckDBPyConnection, path: Path) -> None:
        self._database = connection
        self._path = path

    def __repr__(self) -> str:
        return f"<DuckStore {self._path}>"

    @property
    def place(self) -> str:
        """The file."""
        return str(self._path)

    def alone(self) -> AbstractContextManager[None]:
        """The file is this process's own while it is open."""
        return nullcontext()

    def log(self) -> Log | None:
        """The log that is kept here; None while it is nobody's."""
        with self._told():
            found = dict(self._database.execute("SELECT name, value FROM about").fetchall())
        if "path" not in found:
            return None
        return Log(found["server"], found["user_id"], found["path"])

    def claim(self, log: Log) -> None:
        """From now on this log is kept here."""
        with self._transaction():
            for name, value in (("server", log.server), ("user_id", log.user_id), ("path", log.path)):
                self._database.execute("INSERT INTO about VALUES (?, ?)", [name, value])

    def progress(self) -> Progress:
        """How far it is."""
        with self._told():
            row = self._database.execute(
                "SELECT since, sync_state, restarted, reading, synced_at FROM state"
            ).fetchone()
        return Progress() if row is None else Progress(*row)

    def windows(self) -> list[Window]:
        """The windows of its history, newest first."""
        with self._told():
            rows = self._database.execute(
                'SELECT "begin", "end", proven_at, count FROM windows ORDER BY "begin" DESC'
            ).fetchall()
        return [Window(*row) for row in rows]

    def plan(self, windows: Iterable[Window], progress: Progress) -> None:
        """Add windows that are still to be read, and set the progress, in one transaction."""
        with self._transaction():
            for one in windows:
                self._database.execute("INSERT INTO windows VALUES (?, ?, NULL, NULL)", [one.begin, one.end])
            self._set(progress)

    def apply(self, step: Step, join: Join) -> None:
        """Store a step in one transaction, and join the calls anew that it touches."""
        with self._transaction():
            self._put(list(step.records.values()), step)
            gone = set(step.gone)
            if step.window is not None and step.read is not None:
                gone |= self._not_read_in(step.read, step.records)
                self._prove(step.window, step.read)
            if step.whole and step.progress.restarted is not None:
                gone |= self._not_read_since(step.progress.restarted, step.progress.reading)
            changed = self._mark(gone, step.moment)
            self._join_anew({*step.records, *changed}, join)
            self._set(step.progress if not step.whole else step.progress.ended(step.moment))

    def held(self, record_id: str) -> Held | None:
        """The record with this id."""
        with self._told():
            row = self._database.execute(f"{_HELD} WHERE id = ?", [record_id]).fetchone()
        return None if row is None else _held(row)

    def between(self, begin: datetime, end: datetime) -> dict[str, Held]:
        """The records that began in a window, by id."""
        with self._told():
            rows = self._database.execute(
                f"{_HELD} WHERE start_time >= ? AND start_time < ?", [begin, end]
            ).fetchall()
        return {row[0]: _held(row) for row in rows}

    def records(self, query: Query) -> Iterator[Held]:
        """The records that a query asks for, newest first."""
        where, values = _where(query)
        limit = "" if query.limit is None else f" LIMIT {int(query.limit)}"
        with self._told():
            cursor = self._database.cursor().execute(
                f"{_HELD} WHERE {where} ORDER BY start_time DESC, id DESC{limit}", values
            )
            while rows := cursor.fetchmany(_ROWS_AT_ONCE):
                yield from map(_held, rows)

    def totals(self) -> Totals:
        """How much there is."""
        with self._told():
            row = self._database.execute(
                "SELECT (SELECT count(*) FROM records), (SELECT count(deleted_at) FROM records), "
                "(SELECT count(*) FROM calls)"
            ).fetchone()
        return Totals(*row) if row else Totals(0, 0, 0)

    def export(self, folder: Path) -> None:
        """Write Parquet files to `folder`: `records` and `calls`, each partitioned by month (UTC)."""
        import duckdb

        try:
            with draft_in(folder) as draft:
                write_months(self._database, folder, draft)
        except (duckdb.Error, OSError) as error:
            raise refused(error, folder) from None

    def close(self) -> None:
        """Let go of the file."""
        with self._told():
            self._database.close()

    def _put(self, rows: Sequence[RecordRow], step: Step) -> None:
        for some in in_chunks(rows, _ROWS_AT_ONCE):
            reading = step.progress.reading
            self._database.execute(UPSERT, [*as_lists(map(astuple, some)), step.moment, reading])
            # Also those that an older answer could not change: they were read.
            self._database.execute(
                "UPDATE records SET reading = ? "
                "WHERE reading <> ? AND list_contains(CAST(? AS VARCHAR[]), id)",
                [reading, reading, [row.id for row in some]],
            )

    def _not_read_in(self, window: Window, read: Iterable[str]) -> set[str]:
        rows = self._database.execute(
            "SELECT id FROM records WHERE start_time >= ? AND start_time < ? AND deleted_at IS NULL",
            [window.begin, window.end],
        ).fetchall()
        return {row[0] for row in rows} - set(read)

    def _not_read_since(self, since: datetime, reading: int) -> set[str]:
        rows = self._database.execute(
            "SELECT id FROM records WHERE start_time >= ? AND deleted_at IS NULL AND reading < ?",
            [since, reading],
        ).fetchall()
        return {row[0] for row in rows}

    def _prove(self, window: Window, read: Window) -> None:
        if read.begin > window.begin:
            self._database.execute(
                'UPDATE windows SET "end" = ? WHERE "begin" = ? AND "end" = ?',
                [read.begin, window.begin, window.end],
            )
            self._database.execute("INSERT INTO windows VALUES (?, ?, ?, ?)", list(astuple(read)))
            return
        self._database.execute(
            'UPDATE windows SET proven_at = ?, count = ? WHERE "begin" = ? AND "end" = ?',
            [read.proven_at, read.count, window.begin, window.end],
        )

    def _mark(self, ids: set[str], moment: datetime) -> set[str]:
        """Mark what is gone; those that the archive has."""
        marked: set[str] = set()
        for some in in_chunks(sorted(ids), _ROWS_AT_ONCE):
            rows = self._database.execute(
                "UPDATE records SET deleted_at = ? WHERE deleted_at IS NULL "
                "AND list_contains(CAST(? AS VARCHAR[]), id) RETURNING id",
                [moment, some],
            ).fetchall()
            marked |= {row[0] for row in rows}
        return marked

    def _join_anew(self, ids: set[str], join: Join) -> None:
        if not ids:
            return
        found = self._calls_of(ids)
        sessions = list({one.session_id for one in found.values()})
        self._database.execute(
            "DELETE FROM calls WHERE list_contains(CAST(? AS VARCHAR[]), session_id)", [sessions]
        )
        for some in in_chunks(list(joined_anew(found, join)), _ROWS_AT_ONCE):
            deleted = [str(gone) for _, gone in some]
            self._database.execute(_INSERT_CALLS, [*as_lists(astuple(row) for row, _ in some), deleted])

    def _calls_of(self, ids: set[str]) -> dict[str, Found]:
        """All records of the calls that these are of."""
        related = Related()
        select = "SELECT id, session_id, telephony_session_id, json, deleted_at FROM records WHERE "
        where, values = "list_contains(CAST(? AS VARCHAR[]), id)", [list(ids)]
        while more := related.with_rows(self._database.execute(select + where, values).fetchall()):
            where = (
                "list_contains(CAST(? AS VARCHAR[]), session_id) "
                "OR list_contains(CAST(? AS VARCHAR[]), telephony_session_id)"
            )
            values = list(more)
        return related.found

    def _set(self, progress: Progress) -> None:
        self._database.execute(
            "UPDATE state SET since = ?, sync_state = ?, restarted = ?, reading = ?, synced_at = ?",
            list(astuple(progress)),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._told():
            self._database.execute("BEGIN")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        import duckdb

        try:
            self._database.execute("ROLLBACK")
        except duckdb.Error:
            return  # a commit that failed has rolled back already

    @contextmanager
    def _told(self) -> Iterator[None]:
        import duckdb

        try:
            yield
        except (duckdb.Error, OSError) as error:
            raise trouble(error, self._path) from None


def _held(row: Sequence[Any]) -> Held:
    return Held(row[0], row[1].encode(), row[2])


def _where(query: Query) -> tuple[str, list[Any]]:
    terms: list[str] = [] if query.deleted else ["deleted_at IS NULL"]
    values: list[Any] = []
    for term, value in (
        ("start_time >= ?", query.date_from),
        ("start_time <= ?", query.date_to),
        ("direction = ?", query.direction),
        ("type = ?", query.type),
    ):
        if value is not None:
            terms.append(term)
            values.append(value)
    if query.number is not None:
        terms.append("? IN (from_number, to_number, from_extension, to_extension)")
        values.append(query.number)
    return " AND ".join(terms) or "true", values
