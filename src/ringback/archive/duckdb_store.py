"""The archive in a DuckDB file: every step is one transaction, so a crash leaves no gap and no double."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, astuple, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .duckdb_file import DuckFile
from .duckdb_numbers import counted_by, numbered
from .joining import Found, Related, joined_anew
from .opening import version_of
from .parquet import draft_in, refused, write_months
from .rows import RecordRow
from .schema import CALLS, STORED_CALL_COLUMNS, THESE, UPSERT, VERSION, as_lists, insert_from_lists, values_of
from .store import Join
from .values import Held, Log, Progress, Query, Step, Totals, Window, in_chunks

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_INSERT_CALLS = insert_from_lists("calls", STORED_CALL_COLUMNS)
_HELD = "id, json, deleted_at"
_ROWS_AT_ONCE = 1000


class DuckStore:
    """An archive in a DuckDB file, held open for one transaction at a time. Implements ArchiveStore."""

    def __init__(self, file: DuckFile) -> None:
        self._file = file

    def __repr__(self) -> str:
        return f"<DuckStore {self.place}>"

    @property
    def place(self) -> str:
        """The file."""
        return str(self._file.path)

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else syncs it meanwhile. Raises ArchiveInUse when somebody does."""
        return self._file.alone()

    def outdated(self) -> bool:
        """Was it made by an earlier Ringback, so that `upgrade` has something to do?"""
        with self._file.reading(any_version=True) as db:
            return version_of(db) != VERSION

    def upgrade(self, join: Join, tell: Callable[[str], None]) -> None:
        """Make the calls anew that an earlier Ringback joined, in one transaction."""
        done = 0
        with self._file.writing(any_version=True) as db:
            db.execute("DROP TABLE calls")
            db.execute("DROP TABLE IF EXISTS people")
            for statement in CALLS:
                db.execute(statement)
            after: tuple[Any, ...] | None = None
            while rows := _newest_first(db, "id, start_time", [], [], after, _ROWS_AT_ONCE * 5):
                _join_anew(db, {row[0] for row in rows}, join)
                after = (rows[-1][1], rows[-1][0])
                done += len(rows)
                tell(f"bringing the archive up to date: {done} records")
            db.execute("UPDATE about SET value = ? WHERE name = 'version'", [VERSION])

    def log(self) -> Log | None:
        """The log that is kept here; None while it is nobody's. Also told of an outdated archive."""
        with self._file.reading(any_version=True) as db:
            return log_in(db)

    def claim(self, log: Log) -> None:
        """From now on this log is kept here."""
        with self._file.writing() as db:
            for name, value in asdict(log).items():
                db.execute("DELETE FROM about WHERE name = ?", [name])
                db.execute("INSERT INTO about VALUES (?, ?)", [name, value])

    def progress(self) -> Progress:
        """How far it is."""
        with self._file.reading() as db:
            return progress_in(db)

    def windows(self) -> list[Window]:
        """The windows of its history, newest first."""
        with self._file.reading() as db:
            return windows_in(db)

    def plan(self, windows: Iterable[Window], progress: Progress) -> None:
        """Add windows that are still to be read, and set the progress, in one transaction."""
        with self._file.writing() as db:
            for one in windows:
                db.execute("INSERT INTO windows VALUES (?, ?, NULL, NULL)", [one.begin, one.end])
            _set(db, progress)

    def apply(self, step: Step, join: Join) -> None:
        """Store a step in one transaction, and join the calls anew that it touches."""
        with self._file.writing() as db:
            _put(db, list(step.records.values()), step)
            if step.window is not None and step.read is not None:
                _prove(db, step.window, step.read)
            gone = step.all_gone(partial(_live_in, db), partial(_unread_since, db))
            _join_anew(db, {*step.records, *_mark(db, gone, step.moment)}, join)
            _set(db, step.reached)

    def held(self, record_id: str) -> Held | None:
        """The record with this id."""
        with self._file.reading() as db:
            row = db.execute(f"SELECT {_HELD} FROM records WHERE id = ?", [record_id]).fetchone()
        return None if row is None else _held(row)

    def between(self, begin: datetime, end: datetime) -> dict[str, Held]:
        """The records that began in a window, by id."""
        with self._file.reading() as db:
            rows = db.execute(
                f"SELECT {_HELD} FROM records WHERE start_time >= ? AND start_time < ?", [begin, end]
            ).fetchall()
        return {row[0]: _held(row) for row in rows}

    def records(self, query: Query) -> Iterator[Held]:
        """The records that a query asks for, newest first. Others may write between every thousand."""
        terms, values = _where(query)
        left, after = query.limit, None
        while left is None or left > 0:
            most = _ROWS_AT_ONCE if left is None else min(_ROWS_AT_ONCE, left)
            with self._file.reading() as db:
                rows = _newest_first(db, f"{_HELD}, start_time", terms, values, after, most)
            yield from map(_held, rows)
            if len(rows) < most:
                return
            after = (rows[-1][3], rows[-1][0])
            left = None if left is None else left - most

    def totals(self) -> Totals:
        """How much there is."""
        with self._file.reading() as db:
            row = db.execute(
                "SELECT (SELECT count(*) FROM records), (SELECT count(deleted_at) FROM records), "
                "(SELECT count(*) FROM calls)"
            ).fetchone()
        return Totals(*row) if row else Totals(0, 0, 0)

    def export(self, folder: Path) -> None:
        """Write Parquet files to `folder`: `records` and `calls`, each partitioned by month (UTC)."""
        import duckdb

        with self._file.reading() as db:
            try:
                with draft_in(folder) as draft:
                    write_months(db, folder, draft)
            except (duckdb.Error, OSError) as error:
                raise refused(error, folder) from None

    def close(self) -> None:
        """Nothing is held open."""


def log_in(db: DuckDBPyConnection) -> Log | None:
    """The log that an archive is of."""
    found = dict(db.execute("SELECT name, value FROM about").fetchall())
    if "path" not in found:
        return None
    return Log(found["server"], found["user_id"], found["path"], found.get("account_id"))


def progress_in(db: DuckDBPyConnection) -> Progress:
    """How far an archive is."""
    row = db.execute("SELECT since, sync_state, restarted, reading, synced_at FROM state").fetchone()
    return Progress() if row is None else Progress(*row)


def windows_in(db: DuckDBPyConnection) -> list[Window]:
    """The windows of an archive's history, newest first."""
    rows = db.execute('SELECT "begin", "end", proven_at, count FROM windows ORDER BY "begin" DESC').fetchall()
    return [Window(*row) for row in rows]


def _put(db: DuckDBPyConnection, rows: Sequence[RecordRow], step: Step) -> None:
    for some in in_chunks(rows, _ROWS_AT_ONCE):
        reading = step.progress.reading
        db.execute(UPSERT, [*as_lists(map(values_of, some)), step.moment, reading])
        # Also those that an older answer could not change: they were read.
        db.execute(
            f"UPDATE records SET reading = ? WHERE reading <> ? AND id IN {THESE}",
            [reading, reading, [row.id for row in some]],
        )


def _live_in(db: DuckDBPyConnection, window: Window) -> set[str]:
    rows = db.execute(
        "SELECT id FROM records WHERE start_time >= ? AND start_time < ? AND deleted_at IS NULL",
        [window.begin, window.end],
    ).fetchall()
    return {row[0] for row in rows}


def _unread_since(db: DuckDBPyConnection, since: datetime, reading: int) -> set[str]:
    rows = db.execute(
        "SELECT id FROM records WHERE start_time >= ? AND deleted_at IS NULL AND reading < ?",
        [since, reading],
    ).fetchall()
    return {row[0] for row in rows}


def _prove(db: DuckDBPyConnection, window: Window, read: Window) -> None:
    if read.begin > window.begin:
        db.execute(
            'UPDATE windows SET "end" = ? WHERE "begin" = ? AND "end" = ?',
            [read.begin, window.begin, window.end],
        )
        db.execute("INSERT INTO windows VALUES (?, ?, ?, ?)", list(astuple(read)))
        return
    db.execute(
        'UPDATE windows SET proven_at = ?, count = ? WHERE "begin" = ? AND "end" = ?',
        [read.proven_at, read.count, window.begin, window.end],
    )


def _mark(db: DuckDBPyConnection, ids: set[str], moment: datetime) -> set[str]:
    """Mark what is gone; those that the archive has."""
    marked: set[str] = set()
    for some in in_chunks(sorted(ids), _ROWS_AT_ONCE):
        rows = db.execute(
            f"UPDATE records SET deleted_at = ? WHERE deleted_at IS NULL AND id IN {THESE} RETURNING id",
            [moment, some],
        ).fetchall()
        marked |= {row[0] for row in rows}
    return marked


def _join_anew(db: DuckDBPyConnection, ids: set[str], join: Join) -> None:
    if not ids:
        return
    found = _calls_of(db, ids)
    sessions = list({one.session_id for one in found.values()})
    db.execute(f"DELETE FROM calls WHERE session_id IN {THESE}", [sessions])
    for some in in_chunks(list(joined_anew(found, join)), _ROWS_AT_ONCE):
        people = numbered(db, [row for row, _ in some])
        db.execute(
            _INSERT_CALLS, as_lists((*values_of(row), *counted_by(row, people), gone) for row, gone in some)
        )


def _calls_of(db: DuckDBPyConnection, ids: set[str]) -> dict[str, Found]:
    """All records of the calls that these are of."""
    related = Related()
    # Their JSON is read last, by the key: a search that carries it along reads all of the table.
    select = "SELECT id, session_id, telephony_session_id, '', deleted_at FROM records WHERE "
    where, values = f"id IN {THESE}", [list(ids)]
    while more := related.with_rows(db.execute(select + where, values).fetchall()):
        where = f"session_id IN {THESE} OR telephony_session_id IN {THESE}"
        values = list(more)
    texts = json_of(db, related.found)
    return {key: replace(one, json=texts[key]) for key, one in related.found.items()}


def json_of(db: DuckDBPyConnection, ids: Iterable[str]) -> dict[str, str]:
    """The JSON of these records, found by their key."""
    found: dict[str, str] = {}
    for some in in_chunks(list(ids), _ROWS_AT_ONCE):
        places = ", ".join("?" * len(some))
        found |= dict(db.execute(f"SELECT id, json FROM records WHERE id IN ({places})", some).fetchall())
    return found


def _newest_first(
    db: DuckDBPyConnection,
    columns: str,
    terms: Sequence[str],
    values: Sequence[Any],
    after: tuple[Any, ...] | None,
    most: int,
) -> list[tuple[Any, ...]]:
    """The next records after the one that began at `after[0]` and has the id `after[1]`."""
    if after is not None:
        terms = [*terms, "start_time <= ? AND (start_time, id) < (?, ?)"]
        values = [*values, after[0], *after]
    where = " AND ".join(terms) or "true"
    return db.execute(
        f"SELECT {columns} FROM records WHERE {where} ORDER BY start_time DESC, id DESC LIMIT {most}", values
    ).fetchall()


def _set(db: DuckDBPyConnection, progress: Progress) -> None:
    db.execute(
        "UPDATE state SET since = ?, sync_state = ?, restarted = ?, reading = ?, synced_at = ?",
        list(astuple(progress)),
    )


def _held(row: Sequence[Any]) -> Held:
    return Held(row[0], row[1].encode(), row[2])


def _where(query: Query) -> tuple[list[str], list[Any]]:
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
    return terms, values
