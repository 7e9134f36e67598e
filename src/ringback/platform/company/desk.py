"""The switchboard while one call is being made: chance, the parties, and how long each of them has time."""

from __future__ import annotations

from random import Random

from .call import Draft, Part, Side, alone
from .cast import Cast

_LEAST_TALK = 6_000
_NO_END = 1 << 62


class Desk:
    """One call under construction. Times are milliseconds since 1970.

    `latest` says until when an extension may talk: until its next call. Who is not in it has no next call.
    """

    __slots__ = ("_draft", "cast", "latest", "rng")

    def __init__(self, cast: Cast, rng: Random, latest: dict[int, int]) -> None:
        self.cast = cast
        self.rng = rng
        self.latest = latest
        self._draft: Draft | None = None

    @property
    def draft(self) -> Draft:
        """The call that was made. ValueError before there is one."""
        if self._draft is None:
            raise ValueError("no call was made")
        return self._draft

    def room(self, extension_id: int, start: int) -> int:
        """How many milliseconds that extension has from `start` on; 0 where it has none."""
        return max(0, self.latest.get(extension_id, _NO_END) - start)

    def fitted(self, duration: int, room: int) -> int:
        """A talk of this duration as far as there is room for it; 0 where there is too little for any."""
        if duration <= room:
            return duration
        if room < _LEAST_TALK:
            return 0
        return max(_LEAST_TALK, int(room * (0.4 + 0.58 * self.rng.random())))

    def add(self, kind: str, *sides: Side) -> None:
        """This is the call; the first side is the one it counts for."""
        self._draft = Draft(type=kind, sides=sides)

    def add_alone(self, part: Part) -> None:
        """This is the call, of one leg, in one log."""
        self.add("Voice", alone(part))

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
