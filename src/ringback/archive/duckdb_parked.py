"""A read-only connection that is kept between pages, and let go of as soon as a writer waits.

To open a file and read its first blocks costs as much as an answer. What is kept is one database of this
process; each reader has a connection of its own to it. Before a reader joins it passes the turnstile, so that
readers who come one after the other keep no writer out.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .duckdb_file import DuckFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEEP_SECONDS = 5.0
"""How long it is kept after the last reader; 0: not at all."""
_LOOK_SECONDS = 0.05


class ParkedFile:
    """Reads a file as `DuckFile.reading` does. Safe between threads; a fork begins anew."""

    def __init__(self, file: DuckFile) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._begin()

    @contextmanager
    def reading(self) -> Iterator[DuckDBPyConnection]:
        """A connection that only reads, for a short time. Raises ArchiveError."""
        if KEEP_SECONDS <= 0:
            with self.file.reading() as connection:
                yield connection
            return
        with self.file.told():
            base = self._joined()
            try:
                connection = base.cursor()
                try:
                    connection.execute("SET TimeZone = 'UTC'")
                    yield connection
                finally:
                    connection.close()
            finally:
                self._leave()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._base: DuckDBPyConnection | None = None
        self._inode = 0
        self._readers = 0
        self._left_at = 0.0

    def _joined(self) -> DuckDBPyConnection:
        """The database, opened where it is not open, with one reader more."""
        with self.file.passing(), self._lock:
            if self._pid != os.getpid():
                self._begin()  # what a forked process has of it is its parent's
            if self._base is not None and self._readers == 0 and self._inode != self._inode_now():
                self._close()  # another file is in its place
            if self._base is None:
                self._base = self.file.opened()
                self._inode = self._inode_now()
                threading.Thread(target=self._watch, name="ringback-archive", daemon=True).start()
            self._readers += 1
            return self._base

    def _leave(self) -> None:
        with self._lock:
            self._readers -= 1
            self._left_at = time.monotonic()

    def _watch(self) -> None:
        """Close it when nobody has read for a while, or a writer waits and nobody reads."""
        while True:
            time.sleep(_LOOK_SECONDS)
            with self._lock:
                idle = self._readers == 0 and self._base is not None
                late = time.monotonic() - self._left_at > KEEP_SECONDS
                if idle and (late or self.file.writer_waits()):
                    self._close()
                if self._base is None:
                    return

    def _close(self) -> None:
        if self._base is not None:
            self._base.close()
            self._base = None

    def _inode_now(self) -> int:
        try:
            return self.file.path.stat().st_ino
        except OSError:
            return 0
