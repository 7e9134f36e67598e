"""A track: records of one log in the order in which they begin, by position; and a view of a part of it.

The scheduled calls of the company are a track, those of one extension another; so are the live calls, and the
calls that a scenario added. Positions rise with time. A view leaves out what does not show.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from .call import Call, Entry

Row = tuple[Call, Entry]


class Track(ABC):
    """Records by position, oldest first. Times are milliseconds since 1970."""

    @abstractmethod
    def before(self, ms: int) -> int:
        """The position of the first record that begins at `ms` or later."""

    @abstractmethod
    def row(self, position: int) -> Row:
        """The record at a position."""

    def start(self, position: int) -> int:
        """When the record at a position begins."""
        return self.row(position)[1].part.start

    @abstractmethod
    def first_open(self, ms: int) -> int:
        """A time before which no record began whose call did not show yet at `ms`."""

    def open(self, ms: int) -> list[int]:
        """The positions of the records that have begun by `ms` and do not show yet, rising."""
        first, end = self.before(self.first_open(ms)), self.before(ms + 1)
        return [n for n in range(first, end) if self.row(n)[0].visible > ms]


class View:
    """The positions from `first` to before `end` of a track, without the `hidden` (rising); newest first."""

    def __init__(self, track: Track, first: int, end: int, hidden: Sequence[int]) -> None:
        self.track = track
        self._first = first
        self._end = max(first, end)
        self._hidden = hidden[bisect_left(hidden, first) : bisect_left(hidden, self._end)]

    def __len__(self) -> int:
        return self._end - self._first - len(self._hidden)

    def position(self, index: int) -> int:
        """The position of the record with this index, the newest being 0."""
        found = self._end - 1 - index
        while True:
            later = len(self._hidden) - bisect_left(self._hidden, found)
            if self._end - 1 - index - later == found:
                return found
            found = self._end - 1 - index - later

    def since(self, ms: int) -> int:
        """How many of the view's records begin at `ms` or later."""
        first = max(self._first, min(self._end, self.track.before(ms)))
        return self._end - first - (len(self._hidden) - bisect_left(self._hidden, first))

    def rows(self, skip: int) -> Iterator[Row]:
        """The records after the first `skip`, newest first."""
        if skip >= len(self):
            return
        hidden = set(self._hidden)
        for position in range(self.position(skip), self._first - 1, -1):
            if position not in hidden:
                yield self.track.row(position)


def merged(views: Sequence[View], skip: int) -> Iterator[Row]:
    """The records of several views, newest first, after the first `skip`; later views win ties.

    Costs the logarithm of the first view's length, so it should be the longest.
    """
    views = [view for view in views if len(view)]
    if not views:
        return iter(())
    if len(views) == 1:
        return views[0].rows(skip)
    return _merge(views, _taken(views, skip))


def _taken(views: Sequence[View], skip: int) -> list[int]:
    """How many of the newest `skip` records are in each view."""
    first, others = views[0], views[1:]
    if not others:
        return [min(skip, len(first))]

    def rank(index: int) -> int:
        start = first.track.start(first.position(index))
        return index + sum(view.since(start) for view in others)

    mine = bisect_left(range(min(len(first), skip)), skip, key=rank)
    return [mine, *_taken(others, skip - mine)]


def _merge(views: Sequence[View], taken: Sequence[int]) -> Iterator[Row]:
    readers = [view.rows(skip) for view, skip in zip(views, taken, strict=True)]
    heads = [next(reader, None) for reader in readers]
    while True:
        best, newest = -1, -1
        for place, row in enumerate(heads):
            if row is not None and row[1].part.start >= newest:
                best, newest = place, row[1].part.start
        row = heads[best] if best >= 0 else None
        if row is None:
            return
        heads[best] = next(readers[best], None)
        yield row
