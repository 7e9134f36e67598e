"""Where the bars of a chart stand: columns by day and rows by endpoint, in the units of an SVG's viewBox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ringback.platform.console.analytics import OUTCOMES, Sum

WIDTH = 480
COLUMNS_HEIGHT = 140
ROW_HEIGHT = 42
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 12, 24
_ROW_LABEL, _BAR_HEIGHT = 18, 14
_LONG_START = "/restapi/v1.0/account/{accountId}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: which outcome it stands for, where it is, and what it says when pointed at."""

    outcome: str
    x: float
    y: float
    width: float
    height: float
    told: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of text."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its size, bars and texts, and the heights of its grid lines."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    grid: tuple[float, ...] = ()


def columns(days: Sequence[Sum]) -> Chart:
    """A column a day, outcomes stacked, with a scale on the left."""
    top = _nice(max((day.total for day in days), default=0))
    plot = COLUMNS_HEIGHT - _TOP - _BOTTOM
    step = (WIDTH - _LEFT - _RIGHT) / max(len(days), 1)
    bars: list[Bar] = []
    marks: list[Mark] = []
    every = max(1, -(-len(days) // 8))
    for place, day in enumerate(days):
        x, y = _LEFT + place * step, float(COLUMNS_HEIGHT - _BOTTOM)
        for outcome, calls in zip(OUTCOMES, day.calls, strict=True):
            if calls:
                height = plot * calls / top
                y -= height
                told = f"{day.name}: {calls} {outcome}"
                bars.append(_bar(outcome, x + step * 0.15, y, step * 0.7, height, told))
        if place % every == 0:
            marks.append(Mark(round(x + step / 2, 1), COLUMNS_HEIGHT - 8, day.name[5:]))
    grid = tuple(_TOP + plot * part for part in (0.0, 0.5, 1.0))
    scale = [Mark(_LEFT - 8, y + 4, f"{top * part:g}") for y, part in zip(grid, (1.0, 0.5, 0.0), strict=True)]
    return Chart(WIDTH, COLUMNS_HEIGHT, tuple(bars), (*scale, *marks), grid)


def rows(sums: Sequence[Sum]) -> Chart:
    """A row for each endpoint: its name above, a bar of its outcomes below, the sum at the end."""
    most = max((one.total for one in sums), default=1)
    bars: list[Bar] = []
    marks: list[Mark] = []
    for place, one in enumerate(sums):
        x, y = 0.0, float(place * ROW_HEIGHT)
        marks.append(Mark(0, y + 13, one.name.replace(_LONG_START, "…")))
        for outcome, calls in zip(OUTCOMES, one.calls, strict=True):
            width = (WIDTH - 60) * calls / most
            if calls:
                told = f"{one.name}: {calls} {outcome}"
                bars.append(_bar(outcome, x, y + _ROW_LABEL, width, _BAR_HEIGHT, told))
            x += width
        marks.append(Mark(round(x + 6, 1), y + _ROW_LABEL + 11, f"{one.total}"))
    return Chart(WIDTH, max(1, len(sums)) * ROW_HEIGHT, tuple(bars), tuple(marks))


def _bar(outcome: str, x: float, y: float, width: float, height: float, told: str) -> Bar:
    return Bar(outcome, round(x, 2), round(y, 2), round(max(width, 1.0), 2), round(height, 2), told)


def _nice(most: int) -> int:
    """The least round number that is not below `most`, for the top of a scale; always even."""
    size = 1
    while True:
        for factor in (2, 4, 10):
            if factor * size >= most:
                return factor * size
        size *= 10
