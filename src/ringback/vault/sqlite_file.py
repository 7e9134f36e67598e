"""The SQLite file under a vault: mode 0600, WAL, synchronous=FULL, one write at a time per process."""

from __future__ import annotations

import math
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ringback.oauth.errors import ConfigurationError

from .errors import VaultUnavailable
from .sqlite_look import close_to_others, look, uri, version_of
from .sqlite_pool import FileId, Pool
from .sqlite_schema import APPLICATION_ID, STEPS, TABLES, VERSION

_BUSY_SECONDS = 10.0
_SWITCH_PAUSE = 0.01
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class SqliteFile:
    """Connections to one database file, shared by threads and safe across a fork."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Makes the file (mode 0600) and its tables where they are missing, and brings older ones up to date.

        Raises ConfigurationError when the folder is missing, or the file is not a vault of a known version or
        cannot be written; another program's file is left as it is. VaultUnavailable when others have it
        locked for 10 s.
        """
        self.path = Path(path).absolute()
        self._pool = Pool(self._connect)
        self._make_private_file()
        self._make_tables()

    def close(self) -> None:
        """Close every idle connection."""
        self._pool.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading; each statement sees a committed state of its own."""
        try:
            with self._lend(time.monotonic() + _BUSY_SECONDS) as connection:
                yield connection
        except sqlite3.Error as error:
            raise _unavailable(error) from None

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the file's write lock from its start; durable once it ends.

        Waits 10 s in all for other threads and processes. Raises VaultUnavailable, with everything rolled
        back, when the file cannot be written.
        """
        until = time.monotonic() + _BUSY_SECONDS
        writing = self._pool.writing
        if not writing.acquire(timeout=_BUSY_SECONDS):
            raise _Locked("The vault cannot be used now: another process has it locked", remedy=_TRY_AGAIN)
        try:
            with self._lend(until) as connection:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    yield connection
                    connection.execute("COMMIT")
                finally:
                    if connection.in_transaction:
                        connection.rollback()
        except sqlite3.Error as error:
            raise _unavailable(error) from None
        finally:
            writing.release()

    @contextmanager
    def _lend(self, until: float) -> Iterator[sqlite3.Connection]:
        self._check_id()
        with self._pool.lend(until) as connection:
            _wait_until(connection, until)
            yield connection

    def _connect(self, until: float) -> sqlite3.Connection:
        # Never `rwc`: a file that is gone does not come back empty.
        connection = sqlite3.connect(
            uri(self.path, "mode=rw"), uri=True, isolation_level=None, check_same_thread=False
        )
        try:
            _wait_until(connection, until)
            _write_ahead(connection, until)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            self._check_id()
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_id(self) -> None:
        """Raises VaultUnavailable when the path no longer names the file that was there at the start."""
        try:
            same = _file_id(self.path) == self._pool.file_id
        except OSError:
            same = False
        if not same:
            raise VaultUnavailable(
                f"The vault's file is gone: {self.path} was removed or replaced while it was in use",
                remedy="Put the file back, then start this process again.",
            )

    def _make_private_file(self) -> None:
        try:
            if not self.path.parent.is_dir():
                raise ConfigurationError(
                    f"RINGBACK_VAULT_URL: the folder {self.path.parent} does not exist",
                    remedy="Make it first.",
                )
            with self._pool.hold(time.monotonic() + _BUSY_SECONDS):
                try:
                    os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
                except FileExistsError:
                    look(self.path, _BUSY_SECONDS)
                    close_to_others(self.path)
            self._pool.file_id = _file_id(self.path)
        except OSError as error:
            raise ConfigurationError(
                f"RINGBACK_VAULT_URL: {self.path} cannot be opened ({error.strerror})", remedy=_NAME_ANOTHER
            ) from None
        except sqlite3.Error as error:
            raise self._not_usable(_unavailable(error)) from None

    def _make_tables(self) -> None:
        try:
            with self.write() as connection:
                version = version_of(connection, self.path)
                if version == 0:
                    _execute_all(connection, TABLES)
                    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                else:
                    for older in range(version, VERSION):
                        _execute_all(connection, STEPS[older])
                # Written each time: of a file that cannot be written, SQLite gives notice at a write only.
                connection.execute(f"PRAGMA user_version = {VERSION}")
        except VaultUnavailable as error:
            raise self._not_usable(error) from None

    def _not_usable(self, error: VaultUnavailable) -> VaultUnavailable | ConfigurationError:
        if isinstance(error, _Locked):
            return error
        return ConfigurationError(
            f"RINGBACK_VAULT_URL: {self.path} is not usable as a vault: {error.message}", remedy=_NAME_ANOTHER
        )


class _Locked(VaultUnavailable):
    """Others have the file locked: it will pass."""


_NAME_ANOTHER = "Name a file that this user may read and write, in a folder that is so too."
_TRY_AGAIN = "Try again; nothing was changed."


def _execute_all(connection: sqlite3.Connection, statements: str) -> None:
    """One by one: sqlite3's own executescript would end the transaction first."""
    for statement in statements.split(";"):
        connection.execute(statement)


def _file_id(path: Path) -> FileId:
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _wait_until(connection: sqlite3.Connection, until: float) -> None:
    """Let the connection wait for locks until then; in tenths of a second, so that few statements differ."""
    tenths = math.ceil(max(until - time.monotonic(), 0.0) * 10)
    connection.execute(f"PRAGMA busy_timeout = {tenths * 100}")


def _write_ahead(connection: sqlite3.Connection, until: float) -> None:
    """Switch to WAL. SQLite does not wait for others that switch a new file at the same moment; this does."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > until:
                raise
            time.sleep(_SWITCH_PAUSE)


def _is_busy(error: sqlite3.Error) -> bool:
    # Errors of the sqlite3 module itself (a value it cannot bind) have no code.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY


def _unavailable(error: sqlite3.Error) -> VaultUnavailable:
    if _is_busy(error):
        return _Locked(f"The vault cannot be used now: {error}", remedy=_TRY_AGAIN)
    return VaultUnavailable(
        f"The vault cannot be used now: {error}",
        remedy="Check the disk and the file's permissions, then try again; nothing was changed.",
    )
