"""Which positions of a track do not show at a time: calls that are not over, and deleted records."""

from __future__ import annotations

import threading

from .overlay import Mark
from .track import Track

_STEP = 10 * 60_000  # milliseconds


class OpenCalls:
    """The open calls of a long track, found by going on from where they were asked for last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._track: Track | None = None
        self._at = 0
        self._found: list[tuple[int, int]] = []

    def positions(self, track: Track, now_ms: int) -> list[int]:
        """What `track.open(now_ms)` says, cheaper where it was asked for a little earlier."""
        with self._lock:
            known = track is self._track and self._at <= now_ms <= self._at + _STEP
            first = track.before(self._at + 1 if known else track.first_open(now_ms))
            found = self._found if known else []
            found = found + [(n, track.row(n)[0].visible) for n in range(first, track.before(now_ms + 1))]
            self._track, self._at = track, now_ms
            self._found = [(n, visible) for n, visible in found if visible > now_ms]
            return [n for n, _ in self._found]


def under_marks(track: Track, marks: list[Mark]) -> tuple[int, list[int]]:
    """What marks delete from a track: all before a position, and some positions after it, rising.

    A mark leaves what did not show yet when it was set: calls that had begun but were not over.
    """
    covered: list[tuple[int, set[int]]] = []
    for mark in marks:
        end = track.before(mark.until + 1)
        covered.append((end, {n for n in track.open(mark.at) if n < end}))
    last = max(end for end, _ in covered)
    left = {n for _, spared in covered for n in spared}
    survivors = {n for n in left if all(n >= end or n in spared for end, spared in covered)}
    first = min(survivors, default=last)
    return first, [n for n in range(first, last) if n not in survivors]
