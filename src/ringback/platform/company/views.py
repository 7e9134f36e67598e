"""Reads the schedule, the live stream and the overlay as one: which records a log shows, and where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from .added import AddedTrack
from .call import Call, Entry
from .hidden import OpenCalls, under_marks
from .hours import local_date
from .ids import ADDED, LIVE, SCHEDULED, session_id, taken_apart
from .kept import Kept
from .live import LiveStream, LiveTrack
from .overlay import Overlay
from .schedule import Schedule
from .track import Track, View
from .tracks import CompanyTrack, ExtensionTrack

RETENTION = 400  # days that the log reaches back from now, where it was not asked for more
_CHAPTER = 64  # days, as in ledger.py: positions stay the same while the oldest day is in one of them
_TRACKS_KEPT, _PLACES_KEPT = 256, 5000

Place = tuple[int, int]


class Views:
    """The records of one world by log. `extension_id` None is the company log."""

    def __init__(self, schedule: Schedule, overlay: Overlay, live: bool) -> None:
        self._schedule = schedule
        self._overlay = overlay
        self._live = LiveStream(schedule, milliseconds(schedule.start)) if live else None
        self.begins = schedule.start - timedelta(days=schedule.size.days)
        self._retention = timedelta(days=max(RETENTION, schedule.size.days))
        self._tracks: Kept[tuple[int | None, int, int], list[Track]] = Kept(_TRACKS_KEPT)
        self._places: Kept[tuple[int | None, int, int, str], list[Place]] = Kept(_PLACES_KEPT)
        self._open = OpenCalls()

    def oldest(self, now: datetime) -> datetime:
        """From when on the log has calls at `now`."""
        try:
            return max(self.begins, now - self._retention)
        except OverflowError:
            return self.begins

    def views(
        self,
        extension_id: int | None,
        since: datetime,
        until: datetime,
        now: datetime,
        show_deleted: bool = False,
    ) -> list[View]:
        """What one log shows at `now` of what began in this span, both ends included."""
        low, high = milliseconds(max(since, self.oldest(now))), milliseconds(min(until, now))
        if low > high:
            return []
        now_ms = milliseconds(now)
        gone = [] if show_deleted else self._deleted_places(extension_id, now)
        marks = [] if show_deleted else self._overlay.marks(extension_id, now_ms)
        found = []
        for number, track in enumerate(self.tracks(extension_id, now)):
            first, end = track.before(low), track.before(high + 1)
            hidden = self.open(track, now_ms)
            if marks:
                left, more = under_marks(track, marks)
                first = max(first, left)
                hidden = hidden + more
            if gone:
                hidden = hidden + [place for owner, place in gone if owner == number]
            found.append(View(track, first, end, sorted(set(hidden)) if marks or gone else hidden))
        return found

    def tracks(self, extension_id: int | None, now: datetime) -> list[Track]:
        """The tracks of one log; the schedule's first, which is the longest."""
        anchor = self._anchor(now)
        key = (extension_id, anchor // _CHAPTER, self._overlay.added)
        return self._tracks.get(key, partial(self._new_tracks, extension_id, anchor))

    def open(self, track: Track, now_ms: int) -> list[int]:
        """The positions of what has begun by now and does not show yet."""
        if isinstance(track, CompanyTrack):
            return self._open.positions(track, now_ms)
        return track.open(now_ms)

    def call(self, number: int) -> Call | None:
        """The call with this number (ids.py), at whatever time."""
        start, source, low = taken_apart(number)
        call: Call | None = None
        if source == SCHEDULED:
            call = self._schedule.numbered(start, low)
        elif source == LIVE and self._live is not None:
            call = self._live.at(start)
        elif source == ADDED:
            call = self._overlay.calls.get(session_id(number))
        return call if call is not None and call.session_id == session_id(number) else None

    def record(self, record_id: str) -> tuple[Call, Entry] | None:
        """The record with this id, at whatever time."""
        found = self._schedule.ids.of_record(record_id)
        call = None if found is None else self.call(found[0])
        if found is None or call is None or found[1] >= len(call.entries):
            return None
        return call, call.entries[found[1]]

    def shows(self, call: Call, entry: Entry, now: datetime) -> bool:
        """Whether the record is in the log by now and not too old for it."""
        return call.visible <= milliseconds(now) and entry.part.start >= milliseconds(self.oldest(now))

    def _anchor(self, now: datetime) -> int:
        return local_date(milliseconds(self.oldest(now))).toordinal() - 1

    def _new_tracks(self, extension_id: int | None, anchor: int) -> list[Track]:
        tracks: list[Track]
        if extension_id is None:
            tracks = [CompanyTrack(self._schedule, anchor)]
        else:
            tracks = [ExtensionTrack(self._schedule, extension_id, anchor)]
        if self._live is not None:
            cycle = None if extension_id is None else self._live.cycle(extension_id)
            if extension_id is None or cycle is not None:
                tracks.append(LiveTrack(self._live, extension_id, cycle))
        if self._overlay.calls:
            tracks.append(AddedTrack(list(self._overlay.calls.values()), extension_id))
        return tracks

    def _deleted_places(self, extension_id: int | None, now: datetime) -> list[Place]:
        """The single records deleted from a log: the numbers of their tracks and their positions there."""
        found: list[Place] = []
        deletions = self._overlay.deletions(extension_id, milliseconds(now))
        chapter = self._anchor(now) // _CHAPTER if deletions else 0
        for deletion in deletions:
            record_id = deletion.record_id
            key = (extension_id, chapter, self._overlay.added, record_id)
            found += self._places.get(key, partial(self._places_of, extension_id, record_id, now))
        return found

    def _places_of(self, extension_id: int | None, record_id: str, now: datetime) -> list[Place]:
        row = self.record(record_id)
        if row is None or row[1].part.start < milliseconds(self.oldest(now)):
            return []
        start = row[1].part.start
        return [
            (number, place)
            for number, track in enumerate(self.tracks(extension_id, now))
            for place in range(track.before(start), track.before(start + 1))
            if track.row(place)[1].id == record_id
        ]


def milliseconds(moment: datetime) -> int:
    """An aware time as milliseconds since 1970, cut off."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def moment_of(ms: int) -> datetime:
    """The aware UTC time of milliseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
