"""The SQLite file under a vault: mode 0600, WAL, synchronous=FULL, one write at a time per process."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ringback.oauth.errors import ConfigurationError

from .errors import VaultUnavailable
from .sqlite_schema import TABLES, VERSION

_BUSY_SECONDS = 10.0
_SWITCH_PAUSE = 0.01


class SqliteFile:
    """Connections to one database file, shared by threads and safe across a fork."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Makes the file (mode 0600) and its tables where they are missing.

        Raises ConfigurationError when the folder is missing or the file is not a vault of this version,
        VaultUnavailable when it cannot be opened.
        """
        self.path = Path(path).absolute()
        self._pid = os.getpid()
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._writing = threading.Lock()
        self._closed = False
        self._make_private_file()
        self._make_tables()

    def close(self) -> None:
        """Close every idle connection."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading; each statement sees a committed state of its own."""
        connection = self._take()
        try:
            yield connection
        except sqlite3.Error as error:
            raise _unavailable(error) from None
        finally:
            self._give_back(connection)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the file's write lock from its start; durable once it ends.

        Raises VaultUnavailable, with everything rolled back, when the file cannot be written.
        """
        with self._writing:
            connection = self._take()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise _unavailable(error) from None
            finally:
                if connection.in_transaction:
                    connection.rollback()
                self._give_back(connection)

    def _take(self) -> sqlite3.Connection:
        with self._guard:
            if self._closed:
                raise VaultUnavailable("The vault was closed", remedy="Make a new RingCentral client.")
            if os.getpid() != self._pid:
                # A connection must not be carried across a fork, nor closed in the child.
                _left_to_the_parent.extend(self._idle)
                self._idle, self._pid = [], os.getpid()
            if self._idle:
                return self._idle.pop()
        try:
            return self._connect()
        except sqlite3.Error as error:
            raise _unavailable(error) from None

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        return connection

    def _make_private_file(self) -> None:
        if not self.path.parent.is_dir():
            raise ConfigurationError(
                f"RINGBACK_VAULT_URL: the folder {self.path.parent} does not exist", remedy="Make it first."
            )
        try:
            try:
                # Only a file that is not there yet is opened here: closing a descriptor of a database
                # that SQLite has open in this process would let go of SQLite's own locks on it.
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
            except FileExistsError:
                if not self.path.is_file():
                    raise OSError(errno.EISDIR, "it is not a file") from None
                if self.path.stat().st_mode & 0o077:
                    self.path.chmod(0o600)
        except OSError as error:
            raise ConfigurationError(
                f"RINGBACK_VAULT_URL: {self.path} cannot be opened ({error.strerror})",
                remedy="Name a file that this user may read and write.",
            ) from None

    def _make_tables(self) -> None:
        try:
            with self.write() as connection:
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version == 0:
                    for statement in TABLES.split(";"):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {VERSION}")
                elif version != VERSION:
                    raise ConfigurationError(
                        f"{self.path} is a vault of version {version}; this Ringback knows {VERSION}",
                        remedy="Upgrade Ringback, or name another file in RINGBACK_VAULT_URL.",
                    )
        except VaultUnavailable as error:
            raise ConfigurationError(
                f"RINGBACK_VAULT_URL: {self.path} is not usable as a vault: {error.message}",
                remedy="Name another file.",
            ) from None


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite does not wait for others that switch a new file at the same moment; this does."""
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(_SWITCH_PAUSE)


_left_to_the_parent: list[sqlite3.Connection] = []


def _unavailable(error: sqlite3.Error) -> VaultUnavailable:
    return VaultUnavailable(
        f"The vault cannot be used now: {error}",
        remedy="Check the disk and the file's permissions, then try again; nothing was changed.",
    )
