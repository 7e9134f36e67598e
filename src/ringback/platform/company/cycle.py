"""Numbers that repeat: the rounds of a cycle that one seat takes part in, counted without listing them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable


class Cycle:
    """All numbers from 0 on whose remainder by `length` is one of `remainders`."""

    __slots__ = ("_length", "_remainders")

    def __init__(self, length: int, remainders: Iterable[int]) -> None:
        self._length = length
        self._remainders = tuple(sorted(remainders))

    def below(self, number: int) -> int:
        """How many of them are smaller than `number`, which is not negative."""
        rounds, rest = divmod(number, self._length)
        return rounds * len(self._remainders) + bisect_left(self._remainders, rest)

    def nth(self, index: int) -> int:
        """The one with this index, from 0. ZeroDivisionError where there are none."""
        rounds, rest = divmod(index, len(self._remainders))
        return rounds * self._length + self._remainders[rest]
