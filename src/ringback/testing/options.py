"""What a test may say of its world: the keywords of `LocalRingCentral` and of the marker `ringcentral`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
"""Where a world's clock stands unless told otherwise: a Tuesday, in office hours all over North America,
with a day of calls behind it."""

NOW = "now"
_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldChoices:
    """A world's own seed, size, limits, start and switches; None is the platform's default.

    `start` is an aware datetime, at which the clock stands until it is moved, or "now": real time, running.
    `redirect_uri` is the seeded app's, where the code under test expects its callback. `quirks` are the
    switches of docs/fidelity.md.
    """

    seed: int = 1
    rate_limits: bool = True
    start: datetime | str = START
    redirect_uri: str | None = None
    employees: int | None = None
    calls_per_day: int | None = None
    days: int | None = None
    live: bool = False
    quirks: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """ValueError for a start that is neither an aware datetime nor "now"."""
        aware = isinstance(self.start, datetime) and self.start.utcoffset() is not None
        if not aware and self.start != NOW:
            raise ValueError('start is a datetime with a time zone, or "now"')

    @property
    def stands_at(self) -> datetime | None:
        """The time at which the clock is to stand; None: it runs."""
        return self.start if isinstance(self.start, datetime) else None

    def for_platform(self) -> dict[str, Any]:
        """The platform's own options. Its clock begins a moment early, to be stopped in time."""
        stands_at = self.stands_at
        return {
            "seed": self.seed,
            "rate_limits": self.rate_limits,
            "start": None if stands_at is None else stands_at.astimezone(UTC) - _MOMENT,
            "web_redirect_uri": self.redirect_uri,
            "employees": self.employees,
            "calls_per_day": self.calls_per_day,
            "days": self.days,
            "live": self.live,
            "quirks": dict(self.quirks) or None,
        }


def choices_from(told: Mapping[str, Any]) -> WorldChoices:
    """Choices by keyword. TypeError names one that there is not, with those that there are."""
    known = WorldChoices.__slots__
    unknown = sorted(set(told) - set(known))
    if unknown:
        raise TypeError(f"there is no {unknown[0]}; there are: {', '.join(known)}")
    return WorldChoices(**told)
