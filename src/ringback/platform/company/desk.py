"""One day at the switchboard while its calls are being made: who is talking when, and the calls so far."""

from __future__ import annotations

from datetime import date
from random import Random

from .call import Draft, Side
from .cast import Cast
from .hours import midnight_ms


class Desk:
    """The state of one day under construction. Times are milliseconds since 1970."""

    def __init__(self, cast: Cast, day: date, rng: Random) -> None:
        self.cast = cast
        self.day = day
        self.rng = rng
        self.midnight = midnight_ms(day)
        self.drafts: list[Draft] = []
        self._talking: dict[int, list[tuple[int, int]]] = {}

    def free(self, extension_id: int, start: int, end: int) -> bool:
        """Whether that extension talks to nobody in this span."""
        return all(end <= a or b <= start for a, b in self._talking.get(extension_id, ()))

    def occupy(self, extension_id: int, start: int, end: int) -> None:
        """From now on that extension is talking in this span."""
        self._talking.setdefault(extension_id, []).append((start, end))

    def add(self, kind: str, *sides: Side) -> None:
        """One more call; the first side is the one it counts for."""
        self.drafts.append(Draft(type=kind, sides=sides))

    def pick(self, weighted: tuple[tuple[str, float], ...]) -> str:
        """One of the words, as often as its weight says."""
        point = self.rng.random() * sum(weight for _, weight in weighted)
        for word, weight in weighted:
            point -= weight
            if point < 0:
                return word
        return weighted[-1][0]

    def recorded(self, duration: int, chance: float) -> bool:
        """Whether an answered call was recorded; nothing under 30 seconds is kept (contract 11.9)."""
        return self.rng.random() < chance and duration >= 30_000
