"""The company's call log: days made when first asked for, kept while they are wanted, read newest first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from .call import Call, Entry
from .cast import Cast
from .day import calls_of
from .hours import local_date
from .model import Account, Extension

HISTORY = timedelta(days=90)  # how far the log reaches back from the clock's start
RETENTION = timedelta(days=400)  # and from now, however far the clock has moved on
_DAYS_KEPT = 128
_HOUR = 3_600_000
_ONE_DAY = timedelta(days=1)

Row = tuple[Call, Entry]


class Day:
    """One day's calls as each log shows them, newest first. Scope None is the company log."""

    def __init__(self, calls: tuple[Call, ...]) -> None:
        self.calls = calls
        rows: dict[int | None, list[Row]] = {None: [(call, call.entries[0]) for call in calls]}
        for call in calls:
            for entry in call.entries:
                rows.setdefault(entry.part.extension_id, []).append((call, entry))
        self.rows = {
            scope: tuple(sorted(found, key=lambda row: (row[1].part.start, row[1].id), reverse=True))
            for scope, found in rows.items()
        }


class CallLog:
    """Reads the calls of a company. Safe to use from several threads."""

    def __init__(
        self, seed: int, account: Account, extensions: tuple[Extension, ...], start: datetime
    ) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._days: OrderedDict[date, Day] = OrderedDict()
        self._account = account
        self._extensions = extensions
        self._cast: Cast | None = None
        self.begins = start - HISTORY

    def day(self, day: date) -> Day:
        """The calls of an account-local day, also of one that is not over yet."""
        with self._lock:
            found = self._days.get(day)
            if found is None:
                if self._cast is None:
                    self._cast = Cast(self._seed, self._account, self._extensions)
                found = self._days[day] = Day(calls_of(self._seed, self._cast, day))
                if len(self._days) > _DAYS_KEPT:
                    self._days.popitem(last=False)
            else:
                self._days.move_to_end(day)
            return found

    def days_missing(self, since: datetime, until: datetime, now: datetime) -> int:
        """How many days would have to be made to read this span, at a few milliseconds each."""
        low, high = self._span(since, until, now)
        if low > high:
            return 0
        first, last = local_date(low), local_date(high)
        with self._lock:
            present = sum(1 for day in self._days if first <= day <= last)
        return (last - first).days + 1 - present

    def newest_first(
        self, extension_id: int | None, since: datetime, until: datetime, now: datetime
    ) -> Iterator[Row]:
        """What one log shows at `now` of the calls that began from `since` to `until`, both included (UTC).

        `extension_id` None is the company log. Days are made only as far as the reader goes.
        """
        low, high = self._span(since, until, now)
        if low > high:
            return
        now_ms = milliseconds(now)
        day, first = local_date(high + _HOUR), local_date(low - _HOUR)
        while day >= first:
            for call, entry in self.day(day).rows.get(extension_id, ()):
                if low <= entry.part.start <= high and call.visible <= now_ms:
                    yield call, entry
            day -= _ONE_DAY

    def _span(self, since: datetime, until: datetime, now: datetime) -> tuple[int, int]:
        oldest = max(self.begins, now - RETENTION)
        return milliseconds(max(since, oldest)), milliseconds(min(until, now))


def milliseconds(moment: datetime) -> int:
    """An aware time as milliseconds since 1970, cut off."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
