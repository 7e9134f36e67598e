"""When calls come: hours by weekdays as a heat map, each field with its number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from ringback.client.calls.sums import hour_counts
from ringback.web.formats import hour_of_day, number, short_number, weekday
from ringback.web.texts import gettext, ngettext

from .shapes import Bar, Chart, Mark, bar

STEPS = 5
_LEFT, _TOP, _CELL_WIDTH, _CELL_HEIGHT = 40, 20, 28, 24
_WIDTH, _HEIGHT = _LEFT + 24 * _CELL_WIDTH + 4, _TOP + 7 * _CELL_HEIGHT + 4


def hours_by_weekday(starts: Iterable[datetime]) -> Chart:
    """The chart of calls by their begin, which is aware and in the user's zone."""
    return hours_chart(hour_counts(starts))


def hours_chart(counts: Counter[tuple[int, int]]) -> Chart:
    """The chart of how many calls begin in each hour of each weekday (0 is Monday)."""
    most = max(counts.values(), default=0)
    bars: list[Bar] = []
    marks = [Mark(_LEFT + hour * _CELL_WIDTH + 1, 13, f"{hour}") for hour in range(0, 24, 3)]
    for day in range(7):
        y = _TOP + day * _CELL_HEIGHT
        marks.append(Mark(0, y + 16, weekday(day, short=True)))
        for hour in range(24):
            count, x = counts[day, hour], _LEFT + hour * _CELL_WIDTH
            step = _step(count, most)
            told = _told(day, hour, count)
            bars.append(bar(f"heat-{step}", x + 1, y + 1, _CELL_WIDTH - 2, _CELL_HEIGHT - 2, told))
            if count:
                look = f"in-heat-{step}"
                marks.append(Mark(x + _CELL_WIDTH / 2, y + 16, short_number(count), "middle", look))
    rows = tuple(
        (weekday(day), *(str(counts[day, hour]) for hour in range(24)), str(_of_day(counts, day)))
        for day in range(7)
    )
    told = gettext("No calls.")
    if most:
        day, hour = max(counts, key=lambda one: (counts[one], -one[0], -one[1]))
        told = gettext(
            "Most calls begin on %(day)s between %(begin)s and %(end)s: %(count)s.",
            day=weekday(day),
            begin=hour_of_day(hour),
            end=hour_of_day(hour + 1),
            count=number(most),
        )
    return Chart(
        key="hours",
        title=gettext("Calls by weekday and hour"),
        description=told,
        width=_WIDTH,
        height=_HEIGHT,
        bars=tuple(bars),
        marks=tuple(marks),
        headings=(gettext("Weekday"), *(hour_of_day(hour) for hour in range(24)), gettext("All")),
        rows=rows,
    )


def _step(count: int, most: int) -> int:
    """0 for none, else 1 to STEPS."""
    return -(-count * STEPS // most) if count else 0


def _told(day: int, hour: int, count: int) -> str:
    return ngettext(
        "%(day)s %(begin)s to %(end)s: %(count)s call",
        "%(day)s %(begin)s to %(end)s: %(count)s calls",
        count,
        day=weekday(day),
        begin=hour_of_day(hour),
        end=hour_of_day(hour + 1),
        count=number(count),
    )


def _of_day(counts: Counter[tuple[int, int]], day: int) -> int:
    return sum(counts[day, hour] for hour in range(24))
