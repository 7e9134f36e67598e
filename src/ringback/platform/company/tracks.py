"""The tracks of the schedule: the company's log, and one extension's."""

from __future__ import annotations

from .hours import local_date
from .ledger import Ledger
from .schedule import Schedule
from .track import Row, Track

_COMPANY = 0


class CompanyTrack(Track):
    """All scheduled calls from a day on; each is shown by its first entry."""

    def __init__(self, schedule: Schedule, anchor: int) -> None:
        self._schedule = schedule
        self._ledger = Ledger(schedule.chapters, _COMPANY, lambda day: schedule.day(day).total, anchor)

    def before(self, ms: int) -> int:
        day = local_date(ms).toordinal()
        return self._ledger.before(day) + self._schedule.begun(day, ms)

    def row(self, position: int) -> Row:
        call = self._schedule.call(*self._ledger.locate(position))
        return call, call.entries[0]

    def start(self, position: int) -> int:
        day, index = self._ledger.locate(position)
        return self._schedule.day(day).start(index)

    def first_open(self, ms: int) -> int:
        return self._schedule.first_open(ms)


class ExtensionTrack(Track):
    """The scheduled calls of one extension from a day on."""

    def __init__(self, schedule: Schedule, extension_id: int, anchor: int) -> None:
        self._schedule = schedule
        self._extension_id = extension_id
        self._ledger = Ledger(
            schedule.chapters, extension_id, lambda day: schedule.count(extension_id, day), anchor
        )

    def before(self, ms: int) -> int:
        day = local_date(ms).toordinal()
        return self._ledger.before(day) + self._schedule.begun_of(self._extension_id, day, ms)

    def row(self, position: int) -> Row:
        return self._schedule.record(self._extension_id, *self._ledger.locate(position))

    def first_open(self, ms: int) -> int:
        return self._schedule.first_open(ms)
