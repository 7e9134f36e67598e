"""The archives that the call pages read, and to whom: only who may see that very log at RingCentral."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ringback import ConfigurationError
from ringback.client.calls.call_log import Scope, log_path

if TYPE_CHECKING:
    from ringback.archive.questions import CallReader
    from ringback.archive.values import Log

    from .callers import Caller

NAME = "RINGBACK_ARCHIVE"
OVERLAP = timedelta(hours=1)
"""Before an archive's end the log itself is read: a call is in the log when it is over, by its begin."""


@dataclass(frozen=True, slots=True)
class Part:
    """What of a window an archive answers: all of it, or what began before `cut` (aware).

    `as_of`: the end of the archive's last sync.
    """

    reader: CallReader
    as_of: datetime
    cut: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the calls of a window come from: `part`, or the log alone.

    Why the log alone, where an archive of it is here: it `begins` later than the window, could not be read
    (`failed`), or was not to be asked (`skipped`).
    """

    part: Part | None = None
    begins: datetime | None = None
    failed: bool = False
    skipped: bool = False


class Archives:
    """The archives of one application; safe between threads."""

    def __init__(self, readers: Sequence[CallReader] = ()) -> None:
        self._readers = tuple(readers)

    @classmethod
    def of(cls, places: Sequence[str]) -> Archives:
        """Those at these places, each looked at now. Raises ConfigurationError, which says what is wrong."""
        if not places:
            return cls()
        from ringback.archive import ArchiveError, ArchiveInUse
        from ringback.archive.opening import open_reader

        readers: list[CallReader] = []
        for place in places:
            try:
                reader = open_reader(place)
                readers.append(reader)
                reader.state()
            except ArchiveInUse:
                continue  # a sync is at it: it is there
            except ArchiveError as error:
                raise ConfigurationError(f"{NAME}: {error.message}", remedy=error.remedy) from None
        return cls(readers)

    def choose(
        self, server: str, user_id: str, caller: Caller, scope: Scope, begin: datetime, end: datetime
    ) -> Choice:
        """Where the calls of `scope` from `begin` to `end` come from, for this user at `server`."""
        if not self._readers:
            return Choice()
        from ringback.archive import ArchiveError

        found = Choice()
        for reader in self._readers:
            try:
                state = reader.state()
            except ArchiveError:
                found = Choice(failed=True)
                continue
            if state.log is None or state.stretch is None:
                continue
            if not may_see(state.log, server, user_id, caller, scope):
                continue
            stretch = state.stretch
            if begin < stretch.begin:
                found = Choice(begins=stretch.begin)
                continue
            cut = stretch.end - OVERLAP
            if begin < cut:
                return Choice(Part(reader, stretch.end, cut if end >= cut else None))
        return found


def may_see(log: Log, server: str, user_id: str, caller: Caller, scope: Scope) -> bool:
    """May this user see that log? Not when anything that speaks for it is unknown.

    An account's log: administrators of that account. An extension's: its own user.
    """
    if log.server != server:
        return False
    if scope == "account":
        same_account = log.account_id is not None and log.account_id == caller.account_id
        return log.path == log_path("account") and same_account and caller.is_admin
    if log.path == log_path("extension"):
        return log.user_id == user_id
    same_account = log.account_id is not None and log.account_id == caller.account_id
    return log.path == log_path("extension", user_id) and same_account if user_id.isdigit() else False
