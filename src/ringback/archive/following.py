"""Following a log's changes: each answer is stored with its sync state in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ringback.client.calls.sync_changes import Change, Delete, Restart, Upsert
from ringback.oauth.errors import RingbackError

from .rows import RecordRow, record_row
from .values import Progress, Step, windows_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from .archive import Source
    from .store import ArchiveStore, Join

SPAN = timedelta(days=29)
# A log that must be read anew from longer ago is read in windows, which takes a quarter of the requests.
_TOO_LONG_AGO = timedelta(days=43)


class _TooLongAgo(Exception):
    """The server wants all of a long stretch to be read anew."""


@dataclass
class _Gathered:
    """The changes of one answer, folded: what came last counts."""

    records: dict[str, RecordRow] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    restarted: datetime | None = None

    def __str__(self) -> str:
        return f"{len(self.records)} records, {len(self.gone)} deletions"

    def add(self, change: Change) -> None:
        match change:
            case Upsert(record):
                self.records[record.id] = record_row(record)
                self.gone.discard(record.id)
            case Delete(record_id):
                self.gone.add(record_id)
            case Restart(since):
                self.restarted = since


def follow(store: ArchiveStore, source: Source, join: Join, tell: Callable[[str], None]) -> None:
    """Bring the archive to where the log is now. Raises what `User.sync` does, and ArchiveError."""
    if store.progress().since is None:
        _begin(store, source.now())
    while True:
        try:
            return source.waiting(tell, lambda: _follow(store, source, join, tell))
        except _TooLongAgo:
            _begin(store, source.now())


def _begin(store: ArchiveStore, now: datetime) -> None:
    """Follow what began in the last weeks; what an earlier sync followed before that is read in windows."""
    progress = store.progress()
    since = (now - SPAN).replace(minute=0, second=0, microsecond=0)
    before = progress.since
    windows = [] if before is None else windows_back(since, before)
    store.plan(windows, replace(progress, since=since, sync_state=None, restarted=None))


def _follow(store: ArchiveStore, source: Source, join: Join, tell: Callable[[str], None]) -> None:
    progress = store.progress()
    sync = source.user.sync(
        source.scope,
        state=progress.sync_state,
        since=progress.since,
        view="Detailed",
        extension_id=source.extension_id,
        original=True,
    )
    state, gathered = sync.state, _Gathered()
    changes = iter(sync)
    while True:
        try:
            change = next(changes, None)
        except RingbackError:
            if sync.state != state:  # what was read before it is whole
                _store(store, source, join, progress, gathered, sync.state)
                tell(str(gathered))
            raise
        if change is None:
            break
        if sync.state != state:  # the answer before this change has been followed to its end
            progress = _store(store, source, join, progress, gathered, sync.state)
            tell(str(gathered))
            state, gathered = sync.state, _Gathered()
        if isinstance(change, Restart) and source.now() - change.since > _TOO_LONG_AGO:
            raise _TooLongAgo
        gathered.add(change)
    _store(store, source, join, progress, gathered, sync.state, whole=True)
    tell(f"{gathered}; the log is followed to its end")


def _store(
    store: ArchiveStore,
    source: Source,
    join: Join,
    progress: Progress,
    gathered: _Gathered,
    state: str | None,
    *,
    whole: bool = False,
) -> Progress:
    moment = source.now()
    progress = replace(progress, sync_state=state)
    if gathered.restarted is not None:
        progress = replace(progress, restarted=gathered.restarted, reading=progress.reading + 1)
    store.apply(
        Step(moment, progress, gathered.records, frozenset(gathered.gone), whole=whole),
        join,
    )
    return progress
