"""The connections to a SQLite file that threads share, and what becomes of them when the process forks.

SQLite keeps POSIX locks, which a forked child does not have, and a list of them in memory, which it does: the
child would believe in locks it does not hold, and others would remove the write-ahead log under its hands
(sqlite.org, "How To Corrupt", 2.6). So a fork waits until no connection is in use, and closes the idle ones.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from .errors import VaultUnavailable

FileId = tuple[int, int]
"""Device and inode."""

_FORK_SECONDS = 15.0  # longer than any use of a connection lasts, which waits 10 s for a lock at most


class _Loan:
    """One use of a connection by one thread; `connection` is None while it is being opened."""

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        self.thread = threading.get_ident()
        self.connection = connection


class Pool:
    """Idle connections to one file, and loans of them. `writing` is for the one thread that may write."""

    def __init__(self, connect: Callable[[float], sqlite3.Connection]) -> None:
        """`connect` opens a connection, and waits for locks until the given time.monotonic()."""
        self.writing = threading.Lock()
        self.file_id: FileId | None = None
        self._connect = connect
        self._idle: list[sqlite3.Connection] = []
        self._loans: set[_Loan] = set()
        self._closed = False
        with _forks.state:
            _forks.pools.add(self)

    @contextmanager
    def lend(self, until: float) -> Iterator[sqlite3.Connection]:
        """A connection for this thread alone. Raises VaultUnavailable when there is none before `until`."""
        with self.hold(until) as loan:
            if loan.connection is None:
                loan.connection = self._connect(until)
            yield loan.connection

    @contextmanager
    def hold(self, until: float) -> Iterator[_Loan]:
        """A loan of an idle connection, or of one yet to be opened; it keeps other threads from forking."""
        loan = self._take(until)
        try:
            yield loan
        finally:
            self._give_back(loan)

    def close(self) -> None:
        """Close the idle connections; those in use are closed when they come back."""
        with _forks.state:
            self._closed = True
            loans = [_Loan(connection) for connection in self._idle]
            self._idle = []
            self._loans.update(loans)
        for loan in loans:
            self._give_back(loan)

    def close_idle(self) -> None:
        """Close the idle connections for a fork; the caller holds the state."""
        idle, self._idle = self._idle, []
        for connection in idle:
            with suppress(sqlite3.Error):
                connection.close()

    def threads(self) -> set[int]:
        """The threads that use a connection."""
        return {loan.thread for loan in self._loans}

    def begin_again(self) -> FileId | None:
        """After a fork, in the child; the file's id if one of the parent's connections was carried across."""
        left, self._loans, self._idle = self._loans, set(), []
        self.writing = threading.Lock()
        _left_to_the_parent.extend(loan.connection for loan in left if loan.connection is not None)
        return self.file_id if left else None

    def _take(self, until: float) -> _Loan:
        with _forks.state:
            _forks.wait_out(until)
            if self._closed:
                raise VaultUnavailable("The vault was closed", remedy="Make a new RingCentral client.")
            if self.file_id in _forks.spoiled:
                raise VaultUnavailable(
                    "This process was forked while another thread of its parent used the vault",
                    remedy="Start this process anew.",
                )
            loan = _Loan(self._idle.pop() if self._idle else None)
            self._loans.add(loan)
            return loan

    def _give_back(self, loan: _Loan) -> None:
        with _forks.state:
            if loan not in self._loans:
                return  # this is a fork's child, and the connection the parent's
            if not self._closed:
                if loan.connection is not None:
                    self._idle.append(loan.connection)
                self._return(loan)
                return
        try:
            if loan.connection is not None:
                loan.connection.close()
        finally:
            with _forks.state:
                self._return(loan)

    def _return(self, loan: _Loan) -> None:
        self._loans.discard(loan)
        _forks.state.notify_all()


class _Forks:
    """What a fork must know: every pool, whether one is about to happen, which files it has spoiled."""

    def __init__(self) -> None:
        # Reentrant: a signal handler may fork while its thread is inside.
        self.state = threading.Condition(threading.RLock())
        self.pools: weakref.WeakSet[Pool] = weakref.WeakSet()
        self.spoiled: set[FileId | None] = set()
        self.waiting = 0

    def wait_out(self, until: float) -> None:
        """Let a fork that waits go first, unless it waits for this thread; the caller holds the state."""
        if self.waiting and threading.get_ident() not in self._threads():
            self.state.wait_for(lambda: not self.waiting, until - time.monotonic())

    def before(self) -> None:
        """Wait for the connections of other threads, close all that are idle, and keep new ones away."""
        self.state.acquire()
        self.waiting += 1
        own = {threading.get_ident()}
        self.state.wait_for(lambda: self._threads() <= own, _FORK_SECONDS)
        for pool in list(self.pools):
            pool.close_idle()

    def after_in_parent(self) -> None:
        """Let everybody go on."""
        self.waiting -= 1
        self.state.notify_all()
        self.state.release()

    def after_in_child(self) -> None:
        """No other thread is here: new locks for those they may have held, and nothing of the parent's."""
        self.state = threading.Condition(threading.RLock())
        self.waiting = 0
        self.spoiled |= {pool.begin_again() for pool in list(self.pools)} - {None}

    def _threads(self) -> set[int]:
        return {thread for pool in list(self.pools) for thread in pool.threads()}


_forks = _Forks()
_left_to_the_parent: list[sqlite3.Connection] = []  # never closed: that would be the parent's to do

if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_forks.before,
        after_in_parent=_forks.after_in_parent,
        after_in_child=_forks.after_in_child,
    )
