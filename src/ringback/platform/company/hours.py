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

# When the shared lines are staffed, hours of the day: on a working day, and else.
_STAFFED = {False: (8, 18), True: (10, 16)}
_NEW_YEAR, _INDEPENDENCE, _CHRISTMAS = (1, 1), (7, 4), (12, 25)


@lru_cache(maxsize=1)
def zone() -> tzinfo:
    """The account's zone; where a host has no time zone data, Pacific standard time all year round."""
    try:
        return ZoneInfo("America/Los_Angeles")
    except ZoneInfoNotFoundError:
        return timezone(timedelta(hours=-8), "PST")


def quiet(day: date) -> bool:
    """Saturday, Sunday, or one of the holidays on which hardly anybody works (New Year's Day, 4 July,
    Thanksgiving, Christmas)."""
    thanksgiving = day.month == 11 and day.weekday() == 3 and 22 <= day.day <= 28
    holiday = (day.month, day.day) in (_NEW_YEAR, _INDEPENDENCE, _CHRISTMAS) or thanksgiving
    return day.weekday() >= 5 or holiday


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


def time_of_day(idle: bool, part: float) -> int:
    """The time of day, milliseconds after midnight, by which this part (0 to below 1) of the day's calls has
    begun; `idle` is for a quiet day."""
    curve = _CURVES[idle]
    height = part * curve[-1]
    slot = min(bisect(curve, height), len(curve) - 1)
    below = curve[slot - 1] if slot else 0
    return int((_FIRST_SLOT + slot + (height - below) / (curve[slot] - below)) * HALF_HOUR)


def staffed_part(idle: bool) -> tuple[float, float]:
    """Which part of the day's calls has begun when the shared lines open, and when they close."""
    curve = _CURVES[idle]
    opens, closes = (curve[2 * hour - _FIRST_SLOT - 1] / curve[-1] for hour in _STAFFED[idle])
    return opens, closes


def talk(rng: Random, longest: int = 75 * 60) -> int:
    """How long people talk, in milliseconds: two minutes as a rule, a few seconds or an hour at times."""
    return int(1000 * min(longest * (0.9 + rng.random() / 10), 6 + rng.lognormvariate(4.85, 1.0)))


def seconds(rng: Random, low: float, high: float) -> int:
    """A span between two numbers of seconds, in milliseconds."""
    return int(1000 * (low + (high - low) * rng.random()))
