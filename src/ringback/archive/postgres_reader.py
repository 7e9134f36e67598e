"""Reading an archive's calls in PostgreSQL: totals, charts, pages and streams. Implements CallReader."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection

from .conditions import conditions
from .coverage import complete
from .memo import Memo
from .postgres_answers import DIALECT, PostgresAnswers, json_of
from .postgres_store import PostgresStore
from .questions import Question, State, Tail
from .values import Query

_CALLS_AT_ONCE = 1000
_ANSWER_SECONDS = 30
_LONGEST_CALL = timedelta(hours=24)


class PostgresReader:
    """Reads while others sync. Closing the store closes it."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self._memo = Memo()

    @property
    def place(self) -> str:
        """Where it is, without user and password."""
        return self._store.place

    def state(self) -> State:
        """What it is of and how far."""
        return State(self._store.log(), complete(self._store.progress(), self._store.windows()))

    @contextmanager
    def ask(self, wanted: Question, tail: Tail | None = None) -> Iterator[PostgresAnswers]:
        """Answers about these calls, all of one state of the archive."""
        with self._store.reading() as db:
            db.exec_driver_sql(f"SET LOCAL statement_timeout = '{_ANSWER_SECONDS}s'")
            yield PostgresAnswers(db, wanted, tail, self._memo)

    def stream(self, wanted: Question) -> Iterator[tuple[bytes, ...]]:
        """The records' JSON of each call, newest call first."""
        terms, values = conditions(wanted, DIALECT)
        after: tuple[datetime, str] | None = None
        while True:
            more = [] if after is None else ["(start_time, newest_id) < (%s, %s)"]
            with self._store.reading() as db:
                rows = db.exec_driver_sql(
                    "SELECT start_time, newest_id, record_ids FROM calls "
                    f"WHERE {' AND '.join([*terms, *more])} "
                    f"ORDER BY start_time DESC, newest_id DESC LIMIT {_CALLS_AT_ONCE}",
                    (*values, *(after or ())),
                ).all()
                calls = _records_of(db, [row[2] for row in rows])
            yield from calls
            if len(rows) < _CALLS_AT_ONCE:
                return
            after = (rows[-1][0], rows[-1][1])

    def records(self, begin: datetime, end: datetime) -> Iterator[bytes]:
        """The JSON of all records that the log still has, newest first."""
        return (one.json for one in self._store.records(Query(date_from=begin, date_to=end)))

    def sharing(
        self, before: datetime, sessions: Collection[str], telephony_sessions: Collection[str]
    ) -> dict[str, tuple[bytes, ...]]:
        """Calls that began within a day before a moment and share a session."""
        with self._store.reading() as db:
            rows = db.exec_driver_sql(
                "SELECT session_id, record_ids FROM calls "
                "WHERE start_time >= %s AND start_time < %s AND NOT deleted "
                "AND (session_id = ANY(%s) OR telephony_session_id = ANY(%s))",
                (before - _LONGEST_CALL, before, list(sessions), list(telephony_sessions)),
            ).all()
            calls = _records_of(db, [row[1] for row in rows])
            return dict(zip([row[0] for row in rows], calls, strict=True))


def _records_of(db: Connection, told: list[str]) -> list[tuple[bytes, ...]]:
    """The records' JSON of calls, given each call's `record_ids`."""
    ids = [one.split("; ") for one in told]
    texts = json_of(db, [key for some in ids for key in some])
    return [tuple(texts[key].encode() for key in some if key in texts) for some in ids]
