"""What a chart consists of: bars, texts, grid lines, a legend, and the table of its numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle. `look` names its colour and pattern; `told` is what it says when pointed at."""

    look: str
    x: float
    y: float
    width: float
    height: float
    told: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of text. `anchor`: start, middle or end; `look`: a further class of its own."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    look: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. `key`: its id in a page; `legend`: look and name of each kind of bar; `rows`: numbers."""

    key: str
    title: str
    description: str
    width: int
    height: int
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    grid: tuple[float, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()


def bar(look: str, x: float, y: float, width: float, height: float, told: str) -> Bar:
    """A bar with its figures rounded, a unit wide and high at least, so that one call is seen."""
    return Bar(look, round(x, 2), round(y, 2), round(max(width, 1.0), 2), round(max(height, 1.0), 2), told)


def nice(most: int) -> int:
    """The least round even number that is not below `most`, for the top of a scale."""
    size = 1
    while True:
        for factor in (2, 4, 6, 8, 10, 12, 16):
            if factor * size >= most:
                return factor * size
        size *= 10
