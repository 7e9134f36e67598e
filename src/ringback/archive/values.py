"""What an archive holds and is told, as values: its log, its windows, and a step to store as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from .rows import RecordRow

WINDOW = timedelta(days=7)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Log:
    """The one call log that an archive keeps: at which server, whose login reads it, and its path.

    `account_id`: the account it is of; None in an archive that was not synced since that is noted.
    """

    server: str
    user_id: str
    path: str
    account_id: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of history: records that began at `begin` or later and before `end` (aware, UTC).

    `proven_at`: when it was last read as a whole; None: it is still to be read.
    """

    begin: datetime
    end: datetime
    proven_at: datetime | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an archive is. `since`: syncs follow records that began then or later; None before the first.

    `restarted`: the log is being read anew since then, and what does not come is gone. `synced_at`: the end
    of the last whole sync.
    """

    since: datetime | None = None
    sync_state: str | None = None
    restarted: datetime | None = None
    reading: int = 0
    synced_at: datetime | None = None

    def ended(self, moment: datetime) -> Progress:
        """The same after a whole sync that ended then."""
        return replace(self, restarted=None, synced_at=moment)


@dataclass(frozen=True, slots=True)
class Step:
    """What is stored in one transaction: changes, and how far the archive is with them.

    `moment`: when the archive learnt of it. `gone`: ids that the log has no more. `window`: `records` are all
    that the log has there; with `cut`, those that began then or later, and the rest of the window is still to
    be read. `whole`: the sync has come to its end, so that what was not read since a restart is gone.
    """

    moment: datetime
    progress: Progress
    records: Mapping[str, RecordRow] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    window: Window | None = None
    cut: datetime | None = None
    whole: bool = False

    @property
    def read(self) -> Window | None:
        """The window, or the part of it, of which `records` are all; None where there is none."""
        if self.window is None:
            return None
        begin = self.window.begin if self.cut is None else self.cut
        return Window(begin, self.window.end, self.moment, len(self.records))

    @property
    def reached(self) -> Progress:
        """How far the archive is after it."""
        return self.progress.ended(self.moment) if self.whole else self.progress

    def all_gone(
        self, live_in: Callable[[Window], set[str]], unread_since: Callable[[datetime, int], set[str]]
    ) -> set[str]:
        """What the log has no more, by what the archive holds once `records` are stored.

        `live_in`: the ids of a window's records that are not gone yet. `unread_since`: of those that began
        then or later and were not read in this reading.
        """
        gone = set(self.gone)
        if self.read is not None:
            gone |= live_in(self.read) - set(self.records)
        if self.whole and self.progress.restarted is not None:
            gone |= unread_since(self.progress.restarted, self.progress.reading)
        return gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which records of an archive, newest first. Times are aware; `number`: E.164, or of an extension."""

    date_from: datetime | None = None
    date_to: datetime | None = None
    direction: str | None = None
    type: str | None = None
    number: str | None = None
    deleted: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A record as the archive has it: its JSON as the platform gave it, and when it was gone."""

    id: str
    json: bytes
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How much an archive holds: records (those that the log has no more among them), and calls."""

    records: int
    deleted: int
    calls: int


def windows_back(edge: datetime, begin: datetime) -> list[Window]:
    """The windows from `edge` back to `begin`, newest first, a week each; the oldest may be shorter."""
    found = []
    while edge > begin:
        earlier = max(edge - WINDOW, begin)
        found.append(Window(earlier, edge))
        edge = earlier
    return found


def in_chunks(items: Sequence[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    for at in range(0, len(items), size):
        yield list(items[at : at + size])
