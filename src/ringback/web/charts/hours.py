"""When calls come: hours by weekdays as a heat map, each field with its number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from .shapes import Bar, Chart, Mark, bar

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
STEPS = 5
_LEFT, _TOP, _CELL_WIDTH, _CELL_HEIGHT = 40, 20, 28, 24
_WIDTH, _HEIGHT = _LEFT + 24 * _CELL_WIDTH + 4, _TOP + 7 * _CELL_HEIGHT + 4


def hours_by_weekday(starts: Iterable[datetime]) -> Chart:
    """The chart of calls by their begin, which is aware and in the user's zone."""
    counts = Counter((start.weekday(), start.hour) for start in starts)
    most = max(counts.values(), default=0)
    bars: list[Bar] = []
    marks = [Mark(_LEFT + hour * _CELL_WIDTH + 1, 13, f"{hour}") for hour in range(0, 24, 3)]
    for day, name in enumerate(DAYS):
        y = _TOP + day * _CELL_HEIGHT
        marks.append(Mark(0, y + 16, name))
        for hour in range(24):
            count, x = counts[day, hour], _LEFT + hour * _CELL_WIDTH
            step = _step(count, most)
            told = f"{_LONG[day]} {hour}:00 to {hour + 1}:00: {count} calls"
            bars.append(bar(f"heat-{step}", x + 1, y + 1, _CELL_WIDTH - 2, _CELL_HEIGHT - 2, told))
            if count:
                look = f"in-heat-{step}"
                marks.append(Mark(x + _CELL_WIDTH / 2, y + 16, _short(count), "middle", look))
    rows = tuple(
        (_LONG[day], *(str(counts[day, hour]) for hour in range(24)), str(_of_day(counts, day)))
        for day in range(7)
    )
    told = "No calls."
    if most:
        day, hour = max(counts, key=lambda one: (counts[one], -one[0], -one[1]))
        told = f"Most calls begin on {_LONG[day]} between {hour}:00 and {hour + 1}:00: {most}."
    return Chart(
        key="hours",
        title="Calls by weekday and hour",
        description=told,
        width=_WIDTH,
        height=_HEIGHT,
        bars=tuple(bars),
        marks=tuple(marks),
        headings=("Weekday", *(f"{hour}:00" for hour in range(24)), "All"),
        rows=rows,
    )


def _step(count: int, most: int) -> int:
    """0 for none, else 1 to STEPS."""
    return -(-count * STEPS // most) if count else 0


def _short(count: int) -> str:
    return str(count) if count < 1000 else f"{count / 1000:.0f}k"


def _of_day(counts: Counter[tuple[int, int]], day: int) -> int:
    return sum(counts[day, hour] for hour in range(24))
