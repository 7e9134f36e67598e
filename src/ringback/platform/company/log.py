"""The call log: what the logs of the company and of its extensions show at a time, read newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from heapq import merge
from itertools import islice

from .amend import as_of, comes_late
from .call import Call, Entry, Part
from .dice import mixed
from .overlay import Overlay
from .schedule import Schedule
from .track import Row, merged
from .views import Views, milliseconds, moment_of

_LATEST_CHANGE = 150_000  # milliseconds from when a record shows until its last change by itself


class CallLog:
    """Reads the calls of one world. Safe to use from several threads; changes need the world's lock.

    `extension_id` None is the company log. All times asked for are aware UTC times, both ends included.
    """

    def __init__(self, schedule: Schedule, overlay: Overlay, live: bool = False) -> None:
        self.schedule = schedule
        self.overlay = overlay
        self._views = Views(schedule, overlay, live)
        self.begins = self._views.begins

    def page(
        self,
        extension_id: int | None,
        since: datetime,
        until: datetime,
        now: datetime,
        offset: int,
        limit: int,
        show_deleted: bool = False,
    ) -> list[Row]:
        """At most `limit` rows, newest first, after the first `offset`; as dear at any offset."""
        views = self._views.views(extension_id, since, until, now, show_deleted)
        now_ms = milliseconds(now)
        return [self._shown(row, now_ms) for row in islice(merged(views, offset), limit)]

    def newest_first(
        self,
        extension_id: int | None,
        since: datetime,
        until: datetime,
        now: datetime,
        show_deleted: bool = False,
    ) -> Iterator[Row]:
        """What one log shows at `now` of what began in this span. Made only as far as it is read."""
        now_ms = milliseconds(now)
        for row in merged(self._views.views(extension_id, since, until, now, show_deleted), 0):
            yield self._shown(row, now_ms)

    def find(
        self, extension_id: int | None, record_id: str, now: datetime, show_deleted: bool = False
    ) -> Row | None:
        """The record with this id in one log; None where it does not show at `now`."""
        found = self._views.record(record_id)
        if found is None:
            return None
        call, entry = found
        wanted = entry.index == 0 if extension_id is None else entry.part.extension_id == extension_id
        if not wanted or not self._views.shows(call, entry, now):
            return None
        if not show_deleted and self._deleted_ms(extension_id, call, entry, milliseconds(now)) is not None:
            return None
        return self._shown((call, entry), milliseconds(now))

    def of_session(
        self, session: str, extension_id: int | None, now: datetime, show_deleted: bool = False
    ) -> list[Row]:
        """The records of one call in one log, by session id or telephony session id."""
        number = self.schedule.ids.of_session(session)
        call = None if number is None else self._views.call(number)
        if call is None or session not in (call.session_id, call.telephony_id):
            return []
        entries = call.entries[:1] if extension_id is None else call.entries
        rows = (self.find(extension_id, entry.id, now, show_deleted) for entry in entries)
        return [row for row in rows if row is not None]

    def active(self, extension_id: int | None, now: datetime) -> list[Row]:
        """The calls that are going on, newest first: 3 to 10 s after they began (contract 11.7) until 1 to
        8 s after their end."""
        now_ms = milliseconds(now)
        found: list[Row] = []
        for track in self._views.tracks(extension_id, now):
            for position in self._views.open(track, now_ms):
                call, entry = track.row(position)
                chance = mixed(self.schedule.key, call.start, entry.index)
                begun = entry.part.start + 3_000 + chance % 7_001 <= now_ms
                if begun and now_ms < entry.part.end + 1_000 + (chance >> 20) % 7_001:
                    found.append((call, entry))
        return sorted(found, key=_newest)

    def changed(
        self,
        extension_id: int | None,
        after_ms: int,
        now: datetime,
        since: datetime,
        limit: int,
        show_deleted: bool = False,
    ) -> list[Row]:
        """What appeared, was amended or (with `show_deleted`) was deleted after `after_ms` until `now`.

        Only what began since `since`; newest first, one more than `limit` at most.
        """
        now_ms = milliseconds(now)
        begun = min(
            (t.first_open(after_ms - _LATEST_CHANGE) for t in self._views.tracks(extension_id, now)),
            default=after_ms,
        )
        recent = max(since, moment_of(begun))
        sources = [self.newest_first(extension_id, recent, now, now, show_deleted)]
        named = self.overlay.amended(after_ms, now_ms)
        if show_deleted:
            gone = self.overlay.deletions(extension_id, now_ms)
            named += [deletion.record_id for deletion in gone if deletion.at > after_ms]
            for mark in self.overlay.marks(extension_id, now_ms):
                if mark.at > after_ms:
                    until = moment_of(min(mark.until, now_ms))
                    sources.append(self.newest_first(extension_id, since, until, now, show_deleted=True))
        rows = (self.find(extension_id, record_id, now, show_deleted) for record_id in named)
        extra = [row for row in rows if row is not None and row[1].part.start >= milliseconds(since)]
        sources.append(iter(sorted(extra, key=_newest)))
        return list(islice(self._changed(extension_id, after_ms, now_ms, sources), limit + 1))

    def _changed(
        self, extension_id: int | None, after_ms: int, now_ms: int, sources: list[Iterator[Row]]
    ) -> Iterator[Row]:
        last = ""
        seen: set[str] = set()
        for call, entry in merge(*sources, key=_newest):
            if entry.id == last or entry.id in seen:
                continue
            last = entry.id
            changed = self._deleted_ms(extension_id, call, entry, now_ms)
            if changed is None:
                changed = self._modified(call, entry, now_ms)
            if changed > after_ms:
                seen.add(entry.id)
                yield call, entry

    def modified_ms(self, call: Call, entry: Entry, now: datetime) -> int:
        """When the record was last changed by `now`, milliseconds since 1970; deleting it is none of it."""
        return self._modified(call, entry, milliseconds(now))

    def deleted(self, entry_id: str, extension_id: int | None, now: datetime | None = None) -> bool:
        """Whether this record was deleted from that log by `now` (None: or will be, by what is told)."""
        found = self._views.record(entry_id)
        now_ms = 1 << 62 if now is None else milliseconds(now)
        return found is not None and self._deleted_ms(extension_id, *found, now_ms) is not None

    def recording(self, recording_id: str, now: datetime) -> tuple[Call, Part] | None:
        """The call and its recorded leg, that of who answered; None where there is no recording yet."""
        number = self.schedule.ids.of_session("4" + recording_id[1:]) if recording_id[:1] == "7" else None
        call = None if number is None else self._views.call(number)
        if (
            call is None
            or not self._views.shows(call, call.entries[0], now)
            or call.settled > milliseconds(now)
        ):
            return None
        parts = [part for entry in call.entries for part in (*entry.legs, entry.part) if part.recording]
        return (call, min(parts, key=lambda part: part.duration)) if parts else None

    def delete(
        self, extension_id: int, until: datetime, now: datetime, ids: Collection[str] | None = None
    ) -> int:
        """Delete from an extension's log what began until `until`, or of that these ids; how many records.

        The company log keeps them. Under the world's lock.
        """
        now_ms, until_ms = milliseconds(now), milliseconds(until)
        if ids is None:
            count = sum(len(view) for view in self._views.views(extension_id, self.begins, until, now))
            self.overlay.delete_until(extension_id, min(until_ms, now_ms), now_ms)
            return count
        found = [row for row in (self.find(extension_id, one, now) for one in dict.fromkeys(ids)) if row]
        found = [row for row in found if row[1].part.start <= until_ms]
        for _, entry in found:
            self.overlay.delete(extension_id, entry.id, now_ms)
        return len(found)

    def oldest(self, now: datetime) -> datetime:
        """From when on the log has calls at `now`."""
        return self._views.oldest(now)

    def _shown(self, row: Row, now_ms: int) -> Row:
        call, entry = row
        amendment = self.overlay.amendment(entry.id, now_ms)
        if amendment is not None:
            return call, amendment.entry
        return (call, entry) if now_ms >= call.settled else (call, as_of(call, entry, now_ms))

    def _modified(self, call: Call, entry: Entry, now_ms: int) -> int:
        amendment = self.overlay.amendment(entry.id, now_ms)
        if amendment is not None:
            return max(call.visible, amendment.at)
        return call.settled if call.settled <= now_ms and comes_late(entry) else call.visible

    def _deleted_ms(self, extension_id: int | None, call: Call, entry: Entry, now_ms: int) -> int | None:
        """When the record was deleted from that log by now; None: it was not."""
        times = [
            mark.at
            for mark in self.overlay.marks(extension_id, now_ms)
            if entry.part.start <= mark.until and call.visible <= mark.at
        ]
        single = self.overlay.deleted_ms(extension_id, entry.id)
        if single is not None and single <= now_ms:
            times.append(max(single, call.visible))
        return min(times, default=None)


def _newest(row: Row) -> int:
    return -row[1].part.start
