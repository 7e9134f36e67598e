"""Reading an archive's calls in a DuckDB file: totals, charts, pages and streams. Implements CallReader."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .conditions import conditions
from .coverage import complete
from .duckdb_answers import DIALECT, DuckAnswers
from .duckdb_file import DuckFile
from .duckdb_parked import ParkedFile
from .duckdb_store import DuckStore, json_of, log_in, progress_in, windows_in
from .questions import Question, State, Tail
from .schema import THESE
from .values import Query

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CALLS_AT_ONCE = 1000
_LONGEST_CALL = timedelta(hours=24)


class DuckReader:
    """Holds the file for an answer, and a moment longer unless somebody wants to write."""

    def __init__(self, file: DuckFile) -> None:
        self._file = file
        self._parked = ParkedFile(file)
        self._state: tuple[tuple[int, int, int], State] | None = None

    @property
    def place(self) -> str:
        """The file."""
        return str(self._file.path)

    def state(self) -> State:
        """What it is of and how far; read again when the file has changed."""
        stamp = self._stamp()
        held = self._state
        if held is not None and held[0] == stamp:
            return held[1]
        with self._parked.reading() as db:
            found = State(log_in(db), complete(progress_in(db), windows_in(db)))
        if stamp is not None:
            self._state = (stamp, found)
        return found

    @contextmanager
    def ask(self, wanted: Question, tail: Tail | None = None) -> Iterator[DuckAnswers]:
        """Answers about these calls."""
        with self._parked.reading() as db:
            yield DuckAnswers(db, wanted, tail)

    def stream(self, wanted: Question) -> Iterator[tuple[bytes, ...]]:
        """The records' JSON of each call, newest call first."""
        terms, values = conditions(wanted, DIALECT)
        after: tuple[Any, ...] | None = None
        while True:
            more, known = ([], []) if after is None else (["start_time <= ?", _AFTER], [after[0], *after])
            with self._file.reading() as db:
                rows = db.execute(
                    "SELECT start_time, newest_id, record_ids FROM calls "
                    f"WHERE {' AND '.join([*terms, *more])} "
                    f"ORDER BY start_time DESC, newest_id DESC LIMIT {_CALLS_AT_ONCE}",
                    [*values, *known],
                ).fetchall()
                calls = records_of(db, [row[2] for row in rows])
            yield from calls
            if len(rows) < _CALLS_AT_ONCE:
                return
            after = rows[-1][:2]

    def records(self, begin: datetime, end: datetime) -> Iterator[bytes]:
        """The JSON of all records that the log still has, newest first."""
        return (one.json for one in DuckStore(self._file).records(Query(date_from=begin, date_to=end)))

    def sharing(
        self, before: datetime, sessions: Collection[str], telephony_sessions: Collection[str]
    ) -> dict[str, tuple[bytes, ...]]:
        """Calls that began within a day before a moment and share a session."""
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT session_id, record_ids FROM calls "
                "WHERE start_time >= ? AND start_time < ? AND NOT deleted "
                f"AND (session_id IN {THESE} OR telephony_session_id IN {THESE})",
                [before - _LONGEST_CALL, before, list(sessions), list(telephony_sessions)],
            ).fetchall()
            return dict(zip([row[0] for row in rows], records_of(db, [row[1] for row in rows]), strict=True))

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self._file.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


_AFTER = "(start_time, newest_id) < (?, ?)"


def records_of(db: DuckDBPyConnection, told: list[str]) -> list[tuple[bytes, ...]]:
    """The records' JSON of calls, given each call's `record_ids`."""
    ids = [one.split("; ") for one in told]
    texts = json_of(db, [key for some in ids for key in some])
    return [tuple(texts[key].encode() for key in some if key in texts) for some in ids]
