"""Numbers, days, moments and amounts as the reader's language writes them; plain English outside a request.

English keeps to what sorts and reads the same everywhere (2026-11-03 14:05:00); other languages follow CLDR.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import reduce

from babel.dates import (
    format_date,
    format_datetime,
    format_interval,
    format_skeleton,
    format_time,
    format_timedelta,
)
from babel.dates import get_day_names as _day_names
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from babel.units import format_unit

from .texts import gettext, locale


def number(value: float) -> str:
    """1,234 in English."""
    if isinstance(value, int) and _english():
        return f"{value:,}"
    return format_decimal(value, locale=locale())


def second(moment: datetime) -> str:
    """A moment to the second: 2026-11-03 14:05:00."""
    return _moment(moment, "%Y-%m-%d %H:%M:%S", "medium")


def minute(moment: datetime) -> str:
    """A moment to the minute: 2026-11-03 14:05."""
    return _moment(moment, "%Y-%m-%d %H:%M", "short")


def time_of_day(moment: datetime) -> str:
    """14:05:00."""
    if _english():
        return f"{moment:%H:%M:%S}"
    return format_time(moment, "medium", tzinfo=moment.tzinfo, locale=locale())


def days_in_words(first: date, last: date) -> str:
    """One day or several: `3 November 2026`, `28 October\N{EN DASH}3 November 2026`."""
    if not _english():
        if first == last:
            return format_date(first, "long", locale=locale())
        return format_interval(first, last, "yMMMMd", locale=locale())
    end = f"{last.day} {last:%B} {last.year}"
    if first == last:
        return end
    begin = f"{first.day}"
    if (first.year, first.month) != (last.year, last.month):
        begin += f" {first:%B}"
    if first.year != last.year:
        begin += f" {first.year}"
    return f"{begin}\N{EN DASH}{end}"


def short_day(day: date) -> str:
    """3 Nov."""
    return f"{day.day} {day:%b}" if _english() else format_skeleton("MMMd", day, locale=locale())


def weekday_and_day(day: date) -> str:
    """Tue 3 Nov 2026."""
    if _english():
        return f"{day:%a} {day.day} {day:%b} {day.year}"
    return format_skeleton("yMMMEd", day, locale=locale())


def month(day: date) -> str:
    """November 2026."""
    return f"{day:%B} {day.year}" if _english() else format_skeleton("yMMMM", day, locale=locale())


def short_month(day: date) -> str:
    """Nov 2026."""
    return f"{day:%b} {day.year}" if _english() else format_skeleton("yMMM", day, locale=locale())


def weekday(number: int, *, short: bool = False) -> str:
    """The name of a weekday, 0 for Monday."""
    return str(_day_names("abbreviated" if short else "wide", "stand-alone", locale=locale())[number])


def hour_of_day(hour: int) -> str:
    """9:00; midnight at the end of a day is 24:00 in English."""
    return f"{hour}:00" if _english() else format_time(time(hour % 24), "short", locale=locale())


def short_number(value: int) -> str:
    """Where there is little room: 12k."""
    if value < 1000:
        return str(value)
    return f"{value / 1000:.0f}k" if _english() else format_compact_decimal(value, locale=locale())


def percent(value: int) -> str:
    """54 %, with a space that does not break."""
    return f"{value}\N{NO-BREAK SPACE}%" if _english() else format_percent(value / 100, locale=locale())


def and_so_on(parts: Iterable[str]) -> str:
    """Things one after another: `inbound, missed`."""
    return reduce(lambda told, one: gettext("%(told)s, %(more)s", told=told, more=one), parts)


def units(*parts: tuple[int, str]) -> str:
    """Amounts of CLDR's units, those of nothing left out: `3 days 4 hours`."""
    told = [format_unit(count, f"duration-{name}", locale=locale()) for count, name in parts if count]
    return reduce(lambda larger, one: gettext("%(larger)s %(smaller)s", larger=larger, smaller=one), told)


def ago(seconds: float) -> str:
    """`10 minutes ago`, `3 hours ago`, `2 days ago`: the largest unit alone, minutes the smallest."""
    return format_timedelta(-int(seconds), "minute", threshold=1, add_direction=True, locale=locale())


def _moment(moment: datetime, english: str, cldr: str) -> str:
    if _english():
        return moment.strftime(english)
    return format_datetime(moment, cldr, tzinfo=moment.tzinfo, locale=locale())


def _english() -> bool:
    return locale().language == "en"
