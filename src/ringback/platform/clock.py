"""The platform's own clock: it starts where it is told, runs with real time, and can be moved ahead."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

LATEST = datetime(9000, 1, 1, tzinfo=UTC)


class VirtualClock:
    """An aware UTC clock that never runs backwards; safe to use from several threads."""

    def __init__(self, start: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._began = monotonic()
        self._start = start.astimezone(UTC)
        self._ahead = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now()

    def advance(self, seconds: float) -> datetime:
        """Move ahead by `seconds`; the new time. ValueError when negative, not finite or past year 9000."""
        if not math.isfinite(seconds) or seconds < 0:
            raise ValueError("advance takes a finite number of seconds, 0 or more")
        with self._lock:
            if seconds > (LATEST - self._now()).total_seconds():
                raise ValueError("the clock cannot go past the year 9000")
            self._ahead += seconds
            return self._now()

    def _now(self) -> datetime:
        return self._start + timedelta(seconds=self._ahead + self._monotonic() - self._began)


def iso(moment: datetime) -> str:
    """RingCentral's way to write a time: UTC, ISO 8601, milliseconds, Z (contract 2)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
