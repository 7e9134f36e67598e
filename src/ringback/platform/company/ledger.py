"""Counts over ranges of days: running totals by chapters of 64 days, made when asked for."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from .kept import Kept

_DAYS = 64
_CHAPTERS_KEPT = 4096

Totals: TypeAlias = "array[int]"


class Ledger:
    """Positions of records that come day after day; `count` says how many a day has. Days are ordinals.

    A position counts from the beginning of the chapter that holds the day `anchor`.
    """

    __slots__ = ("_chapters", "_count", "_first", "_scope")

    def __init__(
        self, chapters: Kept[tuple[int, int], Totals], scope: int, count: Callable[[int], int], anchor: int
    ) -> None:
        self._chapters = chapters
        self._scope = scope
        self._count = count
        self._first = anchor // _DAYS

    def before(self, day: int) -> int:
        """How many records the days before this one have, which is not before the anchor."""
        last, rest = divmod(day, _DAYS)
        return sum(self._chapter(n)[_DAYS] for n in range(self._first, last)) + self._chapter(last)[rest]

    def locate(self, position: int) -> tuple[int, int]:
        """The day of a position, and its index in that day."""
        number = self._first
        chapter = self._chapter(number)
        while position >= chapter[_DAYS]:
            position -= chapter[_DAYS]
            number += 1
            chapter = self._chapter(number)
        day = bisect_right(chapter, position) - 1
        return number * _DAYS + day, position - chapter[day]

    def _chapter(self, number: int) -> Totals:
        return self._chapters.get((self._scope, number), partial(self._totals, number))

    def _totals(self, number: int) -> Totals:
        totals = array("q", [0])
        for day in range(number * _DAYS, (number + 1) * _DAYS):
            totals.append(totals[-1] + self._count(day))
        return totals


def new_chapters() -> Kept[tuple[int, int], Totals]:
    """The memory that the ledgers of one schedule share; at most about two megabytes."""
    return Kept(_CHAPTERS_KEPT)
