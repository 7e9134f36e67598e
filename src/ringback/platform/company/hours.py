"""The company's day: its time zone, when its telephones are busy, and how long people talk."""

from __future__ import annotations

from bisect import bisect
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

HALF_HOUR = 30 * 60 * 1000

# How busy each half hour is, from 06:00; the working day has a morning and an afternoon with lunch between.
_WORKDAY = (
    1,
    2,
    4,
    9,
    22,
    30,
    36,
    38,
    36,
    34,
    30,
    24,
    13,
    12,
    20,
    30,
    34,
    35,
    33,
    30,
    26,
    22,
    13,
    8,
    5,
    3,
    2,
    2,
    1,
    1,
)
_WEEKEND = (0, 0, 1, 2, 4, 6, 8, 10, 11, 11, 10, 9, 8, 8, 8, 8, 8, 7, 7, 6, 6, 5, 5, 4, 4, 3, 2, 2, 1, 1)
_CURVES = {True: tuple(accumulate(_WEEKEND)), False: tuple(accumulate(_WORKDAY))}
_FIRST_SLOT = 12

# The two times of day (minutes after midnight) at which everybody has a call for certain: see day.py.
_CERTAIN = {
    False: ((8 * 60, 11 * 60), (15 * 60 + 30, 18 * 60)),
    True: ((9 * 60, 12 * 60), (15 * 60, 19 * 60)),
}


@lru_cache(maxsize=1)
def zone() -> tzinfo:
    """The account's zone; where a host has no time zone data, Pacific standard time all year round."""
    try:
        return ZoneInfo("America/Los_Angeles")
    except ZoneInfoNotFoundError:
        return timezone(timedelta(hours=-8), "PST")


def weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= 5


def midnight_ms(day: date) -> int:
    """Local midnight in milliseconds since 1970, by the offset that holds at noon.

    One offset for the whole day keeps the calls of neighbouring days apart on the two days a year when the
    clock is changed: nothing starts before 06:00 or after 21:30.
    """
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone())
    return (int(noon.timestamp()) - 12 * 3600) * 1000


def local_date(ms: int) -> date:
    """The account-local date of a time in milliseconds since 1970."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).astimezone(zone()).date()


def moment(rng: Random, day: date) -> int:
    """A time of day, milliseconds after midnight, as often as the day's curve is high there."""
    curve = _CURVES[weekend(day)]
    slot = bisect(curve, rng.random() * curve[-1])
    return int((_FIRST_SLOT + slot + rng.random()) * HALF_HOUR)


def certain_moments(day: date) -> tuple[tuple[int, int], tuple[int, int]]:
    """The two spans (milliseconds after midnight) in each of which every user has a call."""
    (a, b), (c, d) = _CERTAIN[weekend(day)]
    return (a * 60_000, b * 60_000), (c * 60_000, d * 60_000)


def talk(rng: Random, longest: int = 75 * 60) -> int:
    """How long people talk, in milliseconds: two minutes as a rule, a few seconds or an hour at times."""
    return int(1000 * min(longest * (0.9 + rng.random() / 10), 6 + rng.lognormvariate(4.85, 1.0)))


def seconds(rng: Random, low: float, high: float) -> int:
    """A span between two numbers of seconds, in milliseconds."""
    return int(1000 * (low + (high - low) * rng.random()))
