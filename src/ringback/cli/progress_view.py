"""What is shown of a long command's progress: two lines that fit a terminal, or one for a log (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LEAST_WAIT = 1.0
"""Shorter pauses, in seconds, are not worth a word."""
_LEAST_BAR, _MOST_BAR = 6, 40
_SURE_SHARE, _SURE_SECONDS = 0.05, 5.0


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of time whose calls are read, newest first; both ends are aware."""

    begin: datetime
    end: datetime

    def share(self, moment: datetime) -> float:
        """How much of it lies behind a reading that has come back to `moment`: 0 to 1."""
        whole = (self.end - self.begin).total_seconds()
        done = (self.end - moment).total_seconds()
        return min(1.0, max(0.0, done / whole)) if whole > 0 else 1.0


@dataclass(slots=True)
class View:
    """How far a command is. Times are seconds of one monotonic clock.

    `share`: the part that is done, 0 to 1; None: nobody can tell; `first_share`: what was done before it
    begun. `at`: where it is. `goes_on_at`: the end of
    a pause for the rate limit; `waited`: what all such pauses have cost, in seconds.
    """

    what: str
    begun: float
    count: int = 0
    unit: str = ""
    share: float | None = None
    first_share: float = 0.0
    at: str = ""
    goes_on_at: float | None = None
    waited: float = 0.0

    def counted(self) -> str:
        """What there is so far: `1,250 records`."""
        return f"{self.count:,} {self.unit}" if self.unit else ""

    def pause_left(self, now: float) -> float | None:
        """Seconds until the rate limit lets it go on; None when it does not wait."""
        left = None if self.goes_on_at is None else self.goes_on_at - now
        return left if left is not None and left > 0 else None

    def left(self, now: float) -> float | None:
        """Seconds that the rest takes at the speed so far, pauses included; None while that is a guess."""
        done, pause = (self.share or 0.0) - self.first_share, self.pause_left(now) or 0.0
        if done < _SURE_SHARE or now - self.begun < _SURE_SECONDS:
            return None
        return pause + (now - self.begun + pause) / done * (1 - done - self.first_share)


@dataclass(frozen=True, slots=True)
class Picture:
    """Two lines: what is done, a bar (`full` and `empty` cells of it) and what is left; then the details."""

    what: str
    full: int
    empty: int
    rest: str
    details: str
    paused: bool


def picture(view: View, now: float, width: int) -> Picture:
    """What a terminal of `width` columns shows; each line takes less than that."""
    width = max(width - 1, 8)
    percent = "" if view.share is None else f" {view.share * 100:.0f}%"
    left = view.left(now)
    time_left = "" if left is None else f", about {clock(left)} left"
    what = _cut(view.what, max(8, width - len(percent) - 1))
    free = width - len(what) - len(percent) - 1
    if free < _LEAST_BAR or view.share is None:
        bar, full = 0, 0
        rest = percent.lstrip()
    else:
        rest = percent + (time_left if free - len(time_left) >= _LEAST_BAR else "")
        bar = min(_MOST_BAR, width - len(what) - len(rest) - 1)
        full = int(view.share * bar)
    details, paused = _details(view, now, width)
    return Picture(what, full, bar - full, rest, details, paused)


def clock(seconds: float) -> str:
    """A duration: `43 s`, from two minutes on `2:05`."""
    whole = max(0, round(seconds))
    if whole < 120:
        return f"{whole} s"
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def log_line(view: View) -> str:
    """The progress as a line of a log."""
    percent = "" if view.share is None else f"{view.share * 100:.0f}%"
    told = ", ".join(part for part in (view.counted(), view.at, percent) if part)
    return f"{view.what}: {told}" if told else view.what


def _details(view: View, now: float, width: int) -> tuple[str, bool]:
    """The longest way to say it that fits."""
    left = view.pause_left(now)
    counted, waited = view.counted(), f" ({clock(view.waited)} waited)" if view.waited >= LEAST_WAIT else ""
    if left is None:
        where = ", ".join(part for part in (counted, view.at) if part)
        limit = f"; rate limit:{waited.replace('(', '').replace(')', '')}" if waited else ""
        ways = [where + limit, where, counted]
    else:
        long, short = f"rate limit: goes on in {clock(left)}", f"goes on in {clock(left)}"
        where = ", ".join(part for part in (counted, view.at) if part)
        before, after = f"{counted}; " if counted else "", f"{where}; " if where else ""
        ways = [after + long + waited, after + long, before + long, before + short, short]
    fitting = next((one for one in ways if len(one) <= width), None)
    return fitting if fitting is not None else _cut(ways[-1], width), left is not None


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
