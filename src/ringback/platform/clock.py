"""The platform's own clock: starts where it is told, runs with real time or stands, can be moved ahead."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from ringback.platform.state import State, Table

LATEST = datetime(9000, 1, 1, tzinfo=UTC)
MOST_PARTIES = 64
_KEY = "clock"


class Mode(StrEnum):
    """RUNNING goes with real time; FROZEN stands; AUTO stands and jumps when all parties wait."""

    RUNNING = "running"
    FROZEN = "frozen"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class ClockRow:
    """What is kept: the virtual time `at`, what it was in real time then (`real`), mode and parties."""

    mode: Mode
    at: datetime
    real: datetime
    parties: int = 0


class VirtualClock:
    """An aware UTC clock that never runs backwards by itself; safe to use from several threads.

    With a `state` it outlives a restart: a running clock has kept running meanwhile, one that stands still
    stands where it stood. A restored snapshot brings back the time of its dump. `monotonic` and `wall` are
    the real time, `lock` the world's, under which rows are changed.
    """

    def __init__(
        self,
        start: datetime,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        state: State | None = None,
        lock: AbstractContextManager[object] | None = None,
    ) -> None:
        self._monotonic = monotonic
        self._wall = wall
        self._world_lock = lock or threading.RLock()
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        state = state or State()
        self._table: Table[ClockRow] = state.table("clock", ClockRow)
        row = self._table.get(_KEY)
        self._began = monotonic()
        if row is None:
            self._mode, self._at, self._parties = Mode.RUNNING, start.astimezone(UTC), 0
        else:
            away = max(timedelta(), wall() - row.real) if row.mode is Mode.RUNNING else timedelta()
            self._mode, self._at, self._parties = row.mode, min(row.at + away, LATEST), row.parties
        self._write()
        state.on_load(self._restored)
        state.before_dump(self._write)

    def now(self) -> datetime:
        """The time."""
        with self._lock:
            return self._now()

    @property
    def mode(self) -> Mode:
        """Whether it runs."""
        return self._mode

    @property
    def parties(self) -> int:
        """How many wait before an AUTO clock jumps; 0 in other modes."""
        return self._parties

    def advance(self, seconds: float) -> datetime:
        """Move ahead by `seconds`; the new time. ValueError when negative, not finite or past year 9000."""
        if not math.isfinite(seconds) or seconds < 0:
            raise ValueError("advance takes a finite number of seconds, 0 or more")
        with self._world_lock, self._lock:
            if seconds > (LATEST - self._now()).total_seconds():
                raise ValueError("the clock cannot go past the year 9000")
            now = self._move(self._now() + timedelta(seconds=seconds))
        self._tell()
        return now

    def set_to(self, moment: datetime) -> datetime:
        """Move ahead to `moment`; the new time. ValueError when it is past, naive or after the year 9000."""
        if moment.tzinfo is None:
            raise ValueError("the time must carry a zone, such as Z")
        with self._world_lock, self._lock:
            if moment < self._now():
                raise ValueError("the clock moves forward only")
            if moment > LATEST:
                raise ValueError("the clock cannot go past the year 9000")
            now = self._move(moment.astimezone(UTC))
        self._tell()
        return now

    def reach(self, moment: datetime) -> datetime:
        """Move ahead to `moment` unless it has come already; the time then."""
        with self._world_lock, self._lock:
            now = self._move(max(self._now(), min(moment.astimezone(UTC), LATEST)))
        self._tell()
        return now

    def switch(self, mode: Mode, parties: int = 0) -> datetime:
        """Run, stand, or jump when `parties` wait; the time. ValueError for a wrong number of them."""
        if mode is Mode.AUTO and not 1 <= parties <= MOST_PARTIES:
            raise ValueError(f"parties must be 1 to {MOST_PARTIES}")
        with self._world_lock, self._lock:
            now = self._now()
            self._mode, self._parties = mode, parties if mode is Mode.AUTO else 0
            self._move(now)
        self._tell()
        return now

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call this whenever the clock was moved, or its mode changed; from any thread."""
        self._listeners.append(listener)

    def _now(self) -> datetime:
        if self._mode is not Mode.RUNNING:
            return self._at
        return min(self._at + timedelta(seconds=self._monotonic() - self._began), LATEST)

    def _move(self, moment: datetime) -> datetime:
        self._at, self._began = moment, self._monotonic()
        self._write()
        return moment

    def _write(self) -> None:
        """Keep where the clock is now. A running one needs no more than that, however long it runs."""
        self._table[_KEY] = ClockRow(self._mode, self._now(), self._wall(), self._parties)

    def _restored(self) -> None:
        """Rows were replaced: it is the time of the dump again. Without a row nothing changes."""
        with self._lock:
            row = self._table.get(_KEY)
            if row is not None:
                self._mode, self._at, self._parties = row.mode, row.at, row.parties
                self._began = self._monotonic()
            self._write()
        self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def iso(moment: datetime) -> str:
    """RingCentral's way to write a time: UTC, ISO 8601, milliseconds, Z (contract 2)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
