"""The archive in a schema of a PostgreSQL database: every step is one transaction, one sync at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, astuple
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    any_,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import ARRAY, insert

from .errors import ArchiveError
from .joining import Found, Related, joined_anew
from .places import PostgresPlace
from .postgres_export import export
from .postgres_link import PostgresLink
from .postgres_schema import (
    INDEXED_NAMES,
    TEXT,
    about,
    calls,
    is_archive,
    make_tables,
    records,
    state,
    windows,
)
from .rows import RecordRow
from .schema import RECORD_COLUMNS, named_values
from .store import Join
from .values import Held, Log, Progress, Query, Step, Totals, Window, in_chunks

_HELD = select(records.c.id, records.c.json, records.c.deleted_at)
_FOUND = select(
    records.c.id, records.c.session_id, records.c.telephony_session_id, records.c.json, records.c.deleted_at
)
_ROWS_AT_ONCE = 1000
_MOST_INDEXED = 100


class PostgresStore:
    """An archive in a schema: one process at a time syncs it, any number read it. Implements ArchiveStore."""

    def __init__(self, place: PostgresPlace, *, create: bool) -> None:
        """Connects, and with `create` makes schema and tables where there are none.

        Raises ArchiveError when there is no archive, when the schema holds something else, and when the
        server refuses or cannot be reached.
        """
        self._link = PostgresLink(place)
        try:
            with self._link.step() as db:
                if create:
                    make_tables(db, place.schema)
                elif not is_archive(db, place.schema):
                    raise ArchiveError(
                        f"There is no archive {self.place}", remedy="`ringback calls sync` makes one."
                    )
        except BaseException:
            self._link.close()
            raise

    def __repr__(self) -> str:
        return f"<PostgresStore {self.place}>"

    @property
    def place(self) -> str:
        """Where it is, for people: without user and password."""
        return self._link.shown

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that only reads, and sees one state of the archive. Raises ArchiveError."""
        return self._link.reading()

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else syncs it meanwhile. Raises ArchiveError when somebody does."""
        return self._link.alone()

    def outdated(self) -> bool:
        """There is no earlier version."""
        return False

    def upgrade(self, join: Join, tell: Callable[[str], None]) -> None:
        """There is no earlier version."""

    def log(self) -> Log | None:
        """The log that is kept here; None while it is nobody's."""
        with self._link.step() as db:
            found = {row.name: row.value for row in db.execute(select(about))}
        if "path" not in found:
            return None
        return Log(found["server"], found["user_id"], found["path"], found.get("account_id"))

    def claim(self, log: Log) -> None:
        """From now on this log is kept here."""
        with self._link.step() as db:
            values = [{"name": name, "value": value} for name, value in asdict(log).items()]
            db.execute(delete(about).where(about.c.name.in_([one["name"] for one in values])))
            db.execute(plain_insert(about), values)

    def progress(self) -> Progress:
        """How far it is."""
        with self._link.step() as db:
            row = db.execute(select(state)).one_or_none()
        return Progress() if row is None else Progress(*row)

    def windows(self) -> list[Window]:
        """The windows of its history, newest first."""
        with self._link.step() as db:
            rows = db.execute(select(windows).order_by(windows.c.begin.desc())).all()
        return [Window(*row) for row in rows]

    def plan(self, windows_to_read: Iterable[Window], progress: Progress) -> None:
        """Add windows that are still to be read, and set the progress, in one transaction."""
        values = [{"begin": one.begin, "end": one.end} for one in windows_to_read]
        with self._link.step() as db:
            if values:
                db.execute(plain_insert(windows), values)
            _set(db, progress)

    def apply(self, step: Step, join: Join) -> None:
        """Store a step in one transaction, and join the calls anew that it touches."""
        with self._link.step() as db:
            _put(db, list(step.records.values()), step)
            if step.window is not None and step.read is not None:
                _prove(db, step.window, step.read)
            gone = step.all_gone(partial(_live_in, db), partial(_unread_since, db))
            _join_anew(db, {*step.records, *_mark(db, gone, step.moment)}, join)
            _set(db, step.reached)

    def held(self, record_id: str) -> Held | None:
        """The record with this id."""
        with self._link.step() as db:
            row = db.execute(_HELD.where(records.c.id == record_id)).one_or_none()
        return None if row is None else _held(row)

    def between(self, begin: datetime, end: datetime) -> dict[str, Held]:
        """The records that began in a window, by id."""
        with self._link.step() as db:
            rows = db.execute(_HELD.where(*_within(begin, end))).all()
        return {row.id: _held(row) for row in rows}

    def records(self, query: Query) -> Iterator[Held]:
        """The records that a query asks for, newest first."""
        with self._link.reading() as db:
            asked = _asked(query).execution_options(yield_per=_ROWS_AT_ONCE)
            for row in db.execute(asked):
                yield _held(row)

    def totals(self) -> Totals:
        """How much there is."""
        with self._link.step() as db:
            row = db.execute(
                select(
                    select(func.count()).select_from(records).scalar_subquery(),
                    select(func.count(records.c.deleted_at)).scalar_subquery(),
                    select(func.count()).select_from(calls).scalar_subquery(),
                )
            ).one()
        return Totals(*row)

    def export(self, folder: Path) -> None:
        """Write Parquet files to `folder`: `records` and `calls`, each partitioned by month (UTC)."""
        with self._link.reading() as db:
            export(db, folder)

    def close(self) -> None:
        """Close the connections."""
        self._link.close()


def _put(db: Connection, rows: Sequence[RecordRow], step: Step) -> None:
    reading = step.progress.reading
    for some in in_chunks(rows, _ROWS_AT_ONCE):
        told = {"first_seen": step.moment, "deleted_at": None, "reading": reading}
        db.execute(_UPSERT, [{**_clean(named_values(row)), **told} for row in some])
        # Also those that an older answer could not change: they were read.
        db.execute(
            update(records)
            .where(_among(records.c.id, [row.id for row in some]), records.c.reading != reading)
            .values(reading=reading)
        )


def _upsert() -> Any:
    new = insert(records)
    changed = {name: new.excluded[name] for name in RECORD_COLUMNS if name != "id"}
    return new.on_conflict_do_update(
        index_elements=[records.c.id],
        set_={**changed, "deleted_at": None, "reading": new.excluded.reading},
        where=or_(
            records.c.last_modified.is_(None),
            new.excluded.last_modified.is_(None),
            new.excluded.last_modified >= records.c.last_modified,
        ),
    )


_UPSERT = _upsert()


def _clean(row: dict[str, Any]) -> dict[str, Any]:
    """Without the character that PostgreSQL's texts cannot hold (in `json` it is written as an escape)."""
    return {
        name: value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
        for name, value in row.items()
    }


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """With names cut to what an index can hold; RingCentral's end before that."""
    return row | {name: row[name][:_MOST_INDEXED] for name in INDEXED_NAMES if row[name] is not None}


def _among(column: ColumnElement[Any], values: Collection[str]) -> ColumnElement[bool]:
    """Is it one of these? One parameter, however many there are."""
    return column == any_(literal(list(values), ARRAY(TEXT)))


def _within(begin: datetime, end: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return records.c.start_time >= begin, records.c.start_time < end


def _live_in(db: Connection, window: Window) -> set[str]:
    asked = select(records.c.id).where(*_within(window.begin, window.end), records.c.deleted_at.is_(None))
    return set(db.scalars(asked))


def _unread_since(db: Connection, since: datetime, reading: int) -> set[str]:
    asked = select(records.c.id).where(
        records.c.start_time >= since, records.c.deleted_at.is_(None), records.c.reading < reading
    )
    return set(db.scalars(asked))


def _prove(db: Connection, window: Window, read: Window) -> None:
    this = update(windows).where(windows.c.begin == window.begin, windows.c.end == window.end)
    if read.begin > window.begin:
        db.execute(this.values(end=read.begin))
        db.execute(plain_insert(windows).values(asdict(read)))
    else:
        db.execute(this.values(proven_at=read.proven_at, count=read.count))


def _mark(db: Connection, ids: set[str], moment: datetime) -> set[str]:
    """Mark what is gone; those that the archive has."""
    if not ids:
        return set()
    marking = update(records).where(records.c.deleted_at.is_(None), _among(records.c.id, ids))
    return set(db.scalars(marking.values(deleted_at=moment).returning(records.c.id)))


def _join_anew(db: Connection, ids: set[str], join: Join) -> None:
    if not ids:
        return
    found = _calls_of(db, ids)
    sessions = {one.session_id for one in found.values()}
    db.execute(delete(calls).where(_among(calls.c.session_id, sessions)))
    rows = [_short(_clean({**named_values(row), "deleted": gone})) for row, gone in joined_anew(found, join)]
    for some in in_chunks(rows, _ROWS_AT_ONCE):
        db.execute(plain_insert(calls), some)


def _calls_of(db: Connection, ids: set[str]) -> dict[str, Found]:
    """All records of the calls that these are of."""
    related = Related()
    asked: Select[Any] | None = _FOUND.where(_among(records.c.id, ids))
    while asked is not None:
        more = related.with_rows(db.execute(asked).all())
        asked = more and _FOUND.where(
            or_(
                _among(records.c.session_id, more[0]),
                _among(records.c.telephony_session_id, more[1]),
            )
        )
    return related.found


def _set(db: Connection, progress: Progress) -> None:
    db.execute(update(state).values(dict(zip(state.c.keys(), astuple(progress), strict=True))))


def _held(row: Any) -> Held:
    return Held(row.id, row.json.encode(), row.deleted_at)


def _asked(query: Query) -> Select[Any]:
    asked = _HELD.order_by(records.c.start_time.desc(), records.c.id.desc()).limit(query.limit)
    if not query.deleted:
        asked = asked.where(records.c.deleted_at.is_(None))
    if query.date_from is not None:
        asked = asked.where(records.c.start_time >= query.date_from)
    if query.date_to is not None:
        asked = asked.where(records.c.start_time <= query.date_to)
    if query.direction is not None:
        asked = asked.where(records.c.direction == query.direction)
    if query.type is not None:
        asked = asked.where(records.c.type == query.type)
    if query.number is not None:
        ends = (
            records.c.from_number,
            records.c.to_number,
            records.c.from_extension,
            records.c.to_extension,
        )
        asked = asked.where(or_(*(one == query.number for one in ends)))
    return asked
