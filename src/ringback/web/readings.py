"""Reading call logs beside the pages: a thread reads one window, pages and files take what is there.

A page never waits for RingCentral's rate limit: the reading does, and says how long. What was read is kept
for a little while, so that sorting, paging and exporting ask RingCentral nothing. One reading belongs to one
login of one user, and nobody else's page sees it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from ringback import RateLimited, RingbackError
from ringback.client.calls.joined import JoinedCall, Joiner, join_calls

if TYPE_CHECKING:
    from ringback import CallRecord, Extension

T = TypeVar("T")
CursorT = TypeVar("CursorT")

MOST_RECORDS = 50_000
"""Of one reading. A record takes 8 kB."""
MOST_ROWS = 1_048_575
"""What a worksheet holds below its heading."""
FORGOTTEN_SECONDS = 120.0
SHORT_SECONDS = 2.0
_SLICE = 0.25


class Paused(Exception):
    """RingCentral is not to be asked for so many seconds: it told another process that reads the same."""

    def __init__(self, retry_after: float) -> None:
        super().__init__()
        self.retry_after = retry_after


class TooMany(RingbackError):
    """A window with more records than are read at once."""


class TooLong(RingbackError):
    """More calls than a worksheet holds."""


class Crowded(RingbackError):
    """Other readings take all the room that there is for them."""


@dataclass(frozen=True, slots=True)
class Key:
    """Whose reading of what: the user, the browser's login (holder), the log, and the window's ends."""

    user_id: str
    holder: str
    scope: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Source(Generic[CursorT]):
    """Where a reading takes things from. These may raise RateLimited or Paused, and are then asked again.

    `people`: the account's extensions. `page`: the records at a cursor (None: the first page), and the cursor
    of the next page, or None. `now`: the client's clock, in seconds. `ended`: when the last page was read,
    and whether a pause was waited for; without it, when the reading ends.
    """

    people: Callable[[], Sequence[Extension]]
    page: Callable[[CursorT | None], tuple[Sequence[CallRecord], CursorT | None]]
    now: Callable[[], float]
    ended: Callable[[], tuple[float, bool]] | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reading is. `seconds_left`: of a pause that RingCentral asked for; None without one."""

    records: int
    back_to: datetime | None
    seconds_left: float | None
    finished: bool


class Reading(Generic[CursorT]):
    """One window as it is read. Safe between threads."""

    def __init__(self, key: Key, source: Source[CursorT]) -> None:
        self.key = key
        self.ended_at = 0.0
        self.waited = False
        self.people: Sequence[Extension] = ()
        self.error: BaseException | None = None
        self.tail: object = None  # what a page has made of it (archive_tail)
        self.has_room: Callable[[], bool] = lambda: True
        self._source = source
        self._changed = threading.Condition()
        self._records: list[CallRecord] = []
        self._calls: tuple[JoinedCall, ...] | None = None
        self._waiting_until: float | None = None
        self._finished = False
        self._stopped = False
        self._asked_at = time.monotonic()

    def start(self) -> None:
        """Read in a thread of its own."""
        threading.Thread(target=self.run, name="ringback-reading", daemon=True).start()

    def run(self) -> None:
        """Read to the end, to an error, or until nobody has asked for it for two minutes."""
        try:
            self.people = self._patiently(self._source.people)
            self._read_all()
        except Exception as error:
            self.error = error
        self.ended_at, waited = self._source.ended() if self._source.ended else (self._source.now(), False)
        self.waited = self.waited or waited
        with self._changed:
            self._finished, self._waiting_until = True, None
            self._changed.notify_all()

    def stop(self) -> None:
        """Read no further."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def touch(self) -> None:
        """Somebody still wants it."""
        self._asked_at = time.monotonic()

    @property
    def finished(self) -> bool:
        """Has it come to its end, or to an error?"""
        return self._finished

    @property
    def size(self) -> int:
        """How many records it holds."""
        return len(self._records)

    def progress(self) -> Progress:
        """How far it is now."""
        with self._changed:
            back_to = self._records[-1].start_time if self._records else None
            until, count, finished = self._waiting_until, len(self._records), self._finished
        left = None if until is None else max(0.0, until - self._source.now())
        return Progress(count, back_to, left, finished)

    def settle(self, seconds: float, *, first_page: bool = False) -> bool:
        """Wait for the end, or a pause, at most `seconds`; with `first_page`, only until there is a record.

        True when it has ended.
        """
        self.touch()
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._finished or self._waiting_until is not None or (first_page and bool(self._records))
                ),
                seconds,
            )
            return self._finished

    def calls(self) -> tuple[JoinedCall, ...]:
        """One row per call, newest first, of a reading that has ended well. Raises its error otherwise."""
        self._raise()
        if self._calls is None:
            self._calls = tuple(join_calls(self._records, extensions=self.people))
        return self._calls

    def follow(self) -> Iterator[CallRecord]:
        """The records from the first one on, as they come. Raises the reading's error where it broke off."""
        place = 0
        while True:
            self.touch()
            with self._changed:
                if not self._finished and len(self._records) <= place:
                    self._changed.wait(1.0)
                fresh, finished = self._records[place:], self._finished
            yield from fresh
            place += len(fresh)
            if finished and not fresh:
                self._raise()
                return

    def follow_calls(self) -> Iterator[JoinedCall]:
        """The calls, newest first, each as soon as it is whole; raises as `follow` does."""
        joiner: Joiner | None = None
        for record in self.follow():
            joiner = joiner or Joiner(self.people)  # the people are there before the first record is
            yield from joiner.add(record)
        if joiner is not None:
            yield from joiner.finish()

    def _read_all(self) -> None:
        cursor: CursorT | None = None
        while True:
            records, cursor = self._patiently(lambda at=cursor: self._source.page(at))  # type: ignore[misc]
            with self._changed:
                self._records += records
                self._changed.notify_all()
            if cursor is None:
                return
            if not self.has_room():
                raise Crowded(
                    "Too many calls are being read for others just now",
                    remedy="Try again in a minute, or choose fewer days.",
                )
            if len(self._records) >= MOST_RECORDS:
                raise TooMany(
                    f"There are more than {MOST_RECORDS:,} records in these days",
                    remedy="Choose fewer days, and read them one after the other.",
                )

    def _patiently(self, ask: Callable[[], T]) -> T:
        """What `ask` gives, asked again after each pause that RingCentral wants."""
        while True:
            self._check()
            try:
                return ask()
            except (RateLimited, Paused) as error:
                self._pause(error.retry_after)

    def _pause(self, seconds: float) -> None:
        until = self._source.now() + seconds
        if seconds > SHORT_SECONDS:  # a shorter one is not worth a page of its own
            with self._changed:
                self._waiting_until, self.waited = until, True
                self._changed.notify_all()
        while self._source.now() < until:
            self._check()
            with self._changed:
                self._changed.wait(_SLICE)
        with self._changed:
            self._waiting_until = None

    def _check(self) -> None:
        if self._stopped or time.monotonic() - self._asked_at > FORGOTTEN_SECONDS:
            raise RingbackError("Nobody asked for these calls any longer", remedy="Ask for them again.")

    def _raise(self) -> None:
        if self.error is not None:
            raise self.error.with_traceback(None)
