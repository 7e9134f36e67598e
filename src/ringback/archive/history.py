"""Reading a window of a log's history: newest first, stored in pieces, so that nothing read is read again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ringback.client.calls.call_log import just_after
from ringback.oauth.errors import RingbackError

from .rows import RecordRow, record_row
from .values import Progress, Step, Window

if TYPE_CHECKING:
    from ringback.client.records import CallRecord

    from .archive import Source
    from .store import ArchiveStore, Join

PIECE = 10_000
"""Records that are stored in one transaction; a window with more of them becomes several."""
_MOMENT = timedelta(microseconds=1)


def read_back(store: ArchiveStore, source: Source, window: Window, progress: Progress, join: Join) -> int:
    """Read a window and store it, with how far the archive is; how many records the window has.

    What was read before an error is stored too, and counts as read: the next call goes on from there. Raises
    what `User.request` does, and ArchiveError.
    """
    rows: dict[str, RecordRow] = {}
    earliest, count, in_order = window.end, 0, True

    def keep(cut: datetime | None) -> None:
        """Store what began at `cut` or later, and leave the rest to be read."""
        nonlocal window, count
        read = {key: row for key, row in rows.items() if cut is None or row.start_time >= cut}
        store.apply(Step(source.now(), progress, read, window=window, cut=cut), join)
        count += len(read)
        for key in read:
            del rows[key]
        if cut is not None:
            window = Window(window.begin, cut)

    records = records_in(source, window)
    try:
        for record in records:
            in_order = in_order and record.start_time <= earliest
            earliest = record.start_time
            rows[record.id] = record_row(record)
            # All that began after the last one are here; others of its very moment may follow.
            if len(rows) >= PIECE and in_order and earliest + _MOMENT < window.end:
                keep(earliest + _MOMENT)
    except RingbackError:
        if rows and in_order and earliest + _MOMENT < window.end:
            keep(earliest + _MOMENT)
        raise
    keep(None)
    return count


def records_in(source: Source, window: Window) -> Iterator[CallRecord]:
    """The log's records of a window, newest first, with their own JSON."""
    # Asked for in whole seconds, which a server that compares no less keeps too.
    calls = source.user.calls(
        source.scope,
        extension_id=source.extension_id,
        date_from=window.begin.replace(microsecond=0),
        date_to=just_after(window.end),
        view="Detailed",
        original=True,
    )
    return (record for record in calls if window.begin <= record.start_time < window.end)
