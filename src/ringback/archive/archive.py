"""`Archive`: a call log's copy that keeps everything, fed by syncs and by reading its history back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from ringback.client.calls.call_log import EXTENSION_PATH, Scope, log_path
from ringback.client.errors import PermissionMissing

from .coverage import Stretch, complete
from .errors import ArchiveError
from .following import follow
from .history import read_back, records_in
from .limits import waiting
from .rows import call_rows, record_row
from .values import Held, Log, Progress, Query, Step, Totals, Window, windows_back
from .verifying import Checked, compared

if TYPE_CHECKING:
    from ringback.client import RingCentral, User
    from ringback.client.records import Extension

    from .store import ArchiveStore, Join

HISTORY = timedelta(days=365)
Told = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """Where an archive reads: a user's login, and which log. `now` is the client's clock, in UTC."""

    client: RingCentral
    user: User
    scope: Scope = "account"
    extension_id: str | None = None

    def log(self) -> Log:
        """The log that is read."""
        return Log(self.client.server, self.user.id, log_path(self.scope, self.extension_id))

    def account_id(self) -> str | None:
        """The account that the user belongs to; None where the app may not read it. Raises as `User.get`."""
        from ringback.client.records.decoding import extension_from

        try:
            own = extension_from(self.user.get(EXTENSION_PATH).content)
        except PermissionMissing:
            return None
        return None if own.account is None or own.account.id is None else str(own.account.id)

    def now(self) -> datetime:
        """The time by the client's clock."""
        return datetime.fromtimestamp(self.client.clock.now(), UTC)

    def waiting(self, tell: Told, act: Callable[[], T]) -> T:
        """What `act` gives, after the waits for the rate limit that it needs.

        With `on_limit="raise"` the client does not want to wait: RateLimited is raised.
        """
        patient = self.client.context.policy.on_limit == "wait"
        return waiting(self.client.clock, tell, act, patient=patient)


class Archive:
    """Everything that one call log ever said. One process at a time syncs it."""

    def __init__(self, store: ArchiveStore) -> None:
        self.store = store

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def place(self) -> str:
        """Where it is: a file, or a database and schema without user and password."""
        return self.store.place

    def sync(self, source: Source, *, history: datetime | None = None, tell: Told | None = None) -> Totals:
        """Follow the log, then read what is missing of its history, back to `history` (aware; a year back).

        May be broken off anywhere, also by kill -9: what was stored is whole, and the next call goes on.
        `tell` is given a line now and then. Waits for the rate limit, unless the client was made with
        `on_limit="raise"`. Raises ArchiveInUse when another process syncs it, ArchiveError, ValueError for a
        naive `history`, and what `User.request` does.
        """
        if history is not None and history.tzinfo is None:
            raise ValueError("history must be an aware datetime")
        with self.store.alone():
            self._same_log(source)
            self._sync(source, history, tell or _silent)
        return self.totals()

    def _sync(self, source: Source, history: datetime | None, tell: Told) -> None:
        join = _join(source, tell)
        if self.store.outdated():
            self.store.upgrade(join, tell)
        self._claim(source, tell)
        follow(self.store, source, join, tell)
        begin = (source.now() - HISTORY).replace(hour=0, minute=0, second=0, microsecond=0)
        self._plan(begin if history is None else history.astimezone(UTC))
        progress = self.store.progress()  # nobody else changes it meanwhile
        for unread in [one.begin for one in self.store.windows() if one.proven_at is None]:
            tell(source.waiting(tell, partial(self._read, source, unread, progress, join)))

    def _read(self, source: Source, begin: datetime, progress: Progress, join: Join) -> str:
        """Read what is still to be read of the window that begins then; a line about it."""
        window = next(one for one in self.store.windows() if one.begin == begin)
        count = read_back(self.store, source, window, progress, join)
        return f"{window.begin:%Y-%m-%d} to {window.end:%Y-%m-%d}: {count} records"

    def verify(self, source: Source, *, repair: bool = False, tell: Told | None = None) -> Iterator[Checked]:
        """Read the log again, window by window, and say of each what is missing, extra or different.

        A window that no sync has read yet is not read, and not right. With `repair` all are read, and what
        was read is stored. Raises what `sync` does; ArchiveError when nothing was synced.
        """
        progress = self.store.progress()
        if progress.since is None or progress.synced_at is None:
            raise ArchiveError("The archive was never synced to the end", remedy="Run `ringback calls sync`.")
        self._same_log(source)
        with self.store.alone() if repair else nullcontext():
            join = _join(source, tell or _silent)
            recent = windows_back(progress.synced_at + timedelta(milliseconds=1), progress.since)
            recent = [replace(one, proven_at=progress.synced_at) for one in recent]
            reached = self.store.progress() if repair else progress
            for window in [*recent, *self.store.windows()]:
                if window.proven_at is None and not repair:
                    yield Checked(window, unread=True)
                    continue
                records = list(records_in(source, window))
                held = self.store.between(window.begin, window.end)
                yield compared(window, records, held, progress.synced_at)
                if repair:
                    rows = {record.id: record_row(record) for record in records}
                    self.store.apply(Step(source.now(), reached, rows, window=window), join)

    def held(self, record_id: str) -> Held | None:
        """The record with this id, also one that the log has no more."""
        return self.store.held(record_id)

    def records(self, query: Query | None = None) -> Iterator[Held]:
        """Records, newest first."""
        return self.store.records(query or Query())

    def progress(self) -> Progress:
        """How far the archive is."""
        return self.store.progress()

    def windows(self) -> Sequence[Window]:
        """The windows of its history, newest first."""
        return self.store.windows()

    def complete(self) -> Stretch | None:
        """The newest stretch of the log that it has whole; None before the first sync came to its end."""
        return complete(self.store.progress(), self.store.windows())

    def totals(self) -> Totals:
        """How much it holds."""
        return self.store.totals()

    def export(self, folder: str | Path) -> None:
        """Write Parquet files, partitioned by month (UTC): `folder/records/month=2026-11/…`, and `calls`."""
        self.store.export(Path(folder))

    def close(self) -> None:
        """Let go of the file."""
        self.store.close()

    def _claim(self, source: Source, tell: Told) -> None:
        """Note whose log it is, and of which account, where that is not known yet."""
        kept = self.store.log()
        if kept is None or kept.account_id is None:
            account_id = source.waiting(tell, source.account_id)
            if kept is None or account_id is not None:
                self.store.claim(replace(source.log(), account_id=account_id))

    def _same_log(self, source: Source) -> None:
        log, kept = source.log(), self.store.log()
        if kept is not None and kept != log:
            raise ArchiveError(
                f"The archive is of {kept.path} at {kept.server}, read as user {kept.user_id}",
                remedy="Log in as that user and name that log, or sync into another file or schema.",
            )

    def _plan(self, begin: datetime) -> None:
        """Windows from the oldest one, or from where syncs begin, back to `begin`."""
        progress = self.store.progress()
        if progress.since is not None:
            edge = min([progress.since, *(one.begin for one in self.store.windows())])
            self.store.plan(windows_back(edge, begin), progress)


def _join(source: Source, tell: Told) -> Join:
    """Joins with the account's extensions, or without them where they may not be read."""
    known: Sequence[Extension]
    try:
        known = source.waiting(tell, lambda: tuple(source.user.extensions()))
    except PermissionMissing:
        known = ()
    return lambda texts: call_rows(texts, known)


def _silent(line: str) -> None:
    """Nobody wants to know."""
