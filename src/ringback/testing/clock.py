"""The clock of a test's world: tokens, limits, data and windows all live by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from .talk import control


class Clock:
    """Read it, move it ahead, let it stand or run. Times are aware UTC datetimes."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def now(self) -> datetime:
        """The time in this world."""
        return self._time(control("GET", self._base_url, "clock"))

    @property
    def mode(self) -> str:
        """frozen, running or auto."""
        return str(control("GET", self._base_url, "clock")["mode"])

    def advance(self, seconds: float | timedelta) -> datetime:
        """Move ahead; the new time. ValueError when negative: the clock never runs backwards."""
        if isinstance(seconds, timedelta):
            seconds = seconds.total_seconds()
        return self._time(control("POST", self._base_url, "clock", {"advance": seconds}))

    def set(self, moment: datetime) -> datetime:
        """Move ahead to this moment. ValueError when it is past, or has no time zone."""
        if moment.utcoffset() is None:
            raise ValueError("the clock is set to a datetime with a time zone, for example datetime.now(UTC)")
        return self._time(control("POST", self._base_url, "clock", {"set": moment.isoformat()}))

    def freeze(self) -> None:
        """Let time stand until it is moved. A test's world starts so."""
        control("POST", self._base_url, "clock", {"mode": "frozen"})

    def run(self) -> None:
        """Let time run on from here, as fast as real time."""
        control("POST", self._base_url, "clock", {"mode": "running"})

    def auto(self, parties: int) -> None:
        """Let time jump whenever `parties` programs wait (`/_local/clock/wait`), to the earliest of them."""
        control("POST", self._base_url, "clock", {"mode": "auto", "parties": parties})

    def _time(self, told: dict[str, str]) -> datetime:
        return datetime.fromisoformat(told["now"])
