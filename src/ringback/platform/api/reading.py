"""Reading many records: off the event loop, few at a time, and never without end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar
from weakref import WeakKeyDictionary

import anyio
from anyio import to_thread

from ringback.platform.company import Call, Company, Entry
from ringback.platform.errors import ApiError

from .api_call import ApiCall
from .record_filter import RecordFilter

# Reads of one company at once; more would only slow each other and everybody else. Long ones have a lane of
# their own, so that nobody waits behind them.
_SHORT_READERS, _LONG_READERS = 4, 2
_SECONDS = 30.0
_LOOK_EVERY = 512  # records
_LONG_SPAN = timedelta(days=3)
LONGEST_CALL = timedelta(hours=6)

Row = tuple[Call, Entry]
_T = TypeVar("_T")

_lanes: WeakKeyDictionary[Company, tuple[anyio.CapacityLimiter, anyio.CapacityLimiter]] = WeakKeyDictionary()


async def aside(company: Company, work: Callable[[], _T], *, long: bool = False) -> _T:
    """Do a piece of reading in a thread, so that everybody else is served; `long`: in the slow lane."""
    lanes = _lanes.get(company)
    if lanes is None:
        lanes = anyio.CapacityLimiter(_SHORT_READERS), anyio.CapacityLimiter(_LONG_READERS)
        _lanes[company] = lanes
    return await to_thread.run_sync(work, limiter=lanes[long])


def is_long(since: datetime, until: datetime) -> bool:
    """Is this a span whose records take a while to filter?"""
    return until - since > _LONG_SPAN


def passing(rows: Iterable[Row], wanted: RecordFilter) -> Iterator[Row]:
    """The rows that pass. ApiError 503 CMN-201 when the reading takes longer than half a minute."""
    if wanted.nothing:
        return
    until = monotonic() + _SECONDS
    takes_all, passes = wanted.takes_all, wanted.passes
    for count, row in enumerate(rows):
        if count % _LOOK_EVERY == 0 and monotonic() > until:
            raise ApiError(
                503,
                "CMN-201",
                "Service Temporary Unavailable",
                why=f"filtering these dates takes longer than {_SECONDS:.0f} seconds; ask for fewer days",
                headers={"Retry-After": "60"},
            )
        if takes_all or passes(*row):
            yield row


def in_session(call: ApiCall, wanted: RecordFilter, show_deleted: bool) -> list[Row]:
    """The records of the session that the filter names, whenever they began."""
    session = wanted.telephony_id or wanted.session_id or ""
    return call.calls.of_session(session, call.extension_id, call.now, show_deleted)


def newest(row: Row) -> int:
    """Sorts rows newest first."""
    return -row[1].part.start
