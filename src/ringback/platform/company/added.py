"""The track of calls that were added to the schedule: few, so they are simply kept in order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from .call import Call
from .track import Row, Track


class AddedTrack(Track):
    """Added calls as the company log shows them, or as one extension's does."""

    def __init__(self, calls: Iterable[Call], extension_id: int | None) -> None:
        rows = [
            (call, entry)
            for call in calls
            for entry in (call.entries[:1] if extension_id is None else call.entries)
            if extension_id is None or entry.part.extension_id == extension_id
        ]
        self._rows = sorted(rows, key=lambda row: (row[1].part.start, row[0].session_id))
        self._starts = [row[1].part.start for row in self._rows]

    def before(self, ms: int) -> int:
        return bisect_left(self._starts, ms)

    def row(self, position: int) -> Row:
        return self._rows[position]

    def first_open(self, ms: int) -> int:
        return self._starts[0] if self._starts else ms
