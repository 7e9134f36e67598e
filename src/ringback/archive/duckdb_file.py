"""A DuckDB file that several processes share: opened for one transaction or one page, and let go of again.

DuckDB lets one process write, or many read. So that readers who come and go cannot keep a writer out for
ever, a writer first closes a turnstile, through which every reader must pass to open the file. Both locks are
the system's own: they end with the process that holds them, however it ends.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ArchiveError, ArchiveInUse
from .opening import CONFIG, READ_CONFIG, checked, trouble

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

try:
    import fcntl
except ModuleNotFoundError:  # Windows: who comes first gets the file
    fcntl = None  # type: ignore[assignment]

READER_SECONDS = 5.0
"""How long a reader waits for a writer's transaction to end."""
WRITER_SECONDS = 30.0
"""How long a writer waits for readers to be done."""
_POLL_SECONDS = 0.02
_IN_USE = ("Could not set lock", "being used by another process", "different configuration")


class DuckFile:
    """An archive's file. `reader_seconds`, `writer_seconds`: how long to wait for others."""

    def __init__(
        self, path: Path, *, reader_seconds: float | None = None, writer_seconds: float | None = None
    ) -> None:
        self.path = path
        self._reader_seconds = reader_seconds
        self._writer_seconds = writer_seconds

    @contextmanager
    def reading(self, *, any_version: bool = False) -> Iterator[DuckDBPyConnection]:
        """A connection that only reads, for a short time. Raises ArchiveError."""
        due = self._reader_due()
        with self.told():
            with self._turnstile(due, wait_out=False):
                connection = self._connected(due, write=False, any_version=any_version)
            try:
                yield connection
            finally:
                connection.close()

    @contextmanager
    def writing(self, *, any_version: bool = False) -> Iterator[DuckDBPyConnection]:
        """A connection inside one transaction, committed unless the block raises. Raises ArchiveError."""
        due = time.monotonic() + (WRITER_SECONDS if self._writer_seconds is None else self._writer_seconds)
        with self.told(), self._turnstile(due, wait_out=True):
            connection = self._connected(due, write=True, any_version=any_version)
            try:
                connection.execute("BEGIN")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    _roll_back(connection)
                    raise
            finally:
                connection.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else syncs into the file meanwhile. Raises ArchiveInUse when somebody does."""
        with self.told(), self._lock_file("sync") as number:
            if number is not None and not _locked(number, exclusive=True):
                raise ArchiveInUse(
                    f"The archive {self.path} is being synced by another process",
                    remedy="Wait for it to end, or stop it: an archive is synced by one at a time.",
                )
            yield

    def _reader_due(self) -> float:
        return time.monotonic() + (READER_SECONDS if self._reader_seconds is None else self._reader_seconds)

    def _connected(self, due: float, *, write: bool, any_version: bool) -> DuckDBPyConnection:
        import duckdb

        while True:
            try:
                connection = duckdb.connect(
                    str(self.path), read_only=not write, config=CONFIG if write else READ_CONFIG
                )
                break
            except (duckdb.IOException, duckdb.ConnectionException) as error:
                if not any(words in str(error) for words in _IN_USE):
                    raise
                self._wait(due)
        try:
            checked(connection, self.path, any_version=any_version)
            connection.execute("SET TimeZone = 'UTC'")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _turnstile(self, due: float, *, wait_out: bool) -> Iterator[None]:
        """Passed by readers together, and by a writer alone (`wait_out`), who keeps it closed behind it."""
        with self._lock_file("turn") as number:
            if number is not None:
                while not _locked(number, exclusive=wait_out):
                    self._wait(due)
            yield

    @contextmanager
    def _lock_file(self, name: str) -> Iterator[int | None]:
        """An open file beside the archive that is only there to be locked; None where there can be none."""
        if fcntl is None or not self.path.parent.is_dir():
            yield None
            return
        try:
            number = os.open(f"{self.path}.{name}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            yield None  # the folder may be read only: then nobody writes here either
            return
        try:
            yield number
        finally:
            os.close(number)

    def _wait(self, due: float) -> None:
        if time.monotonic() >= due:
            raise ArchiveInUse(
                f"The archive {self.path} is in use by another process",
                remedy="Try again when it is done; if it is something else that holds the file, stop it.",
            )
        time.sleep(_POLL_SECONDS)

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Through the turnstile as a reader. Raises ArchiveInUse when a writer takes too long."""
        with self._turnstile(self._reader_due(), wait_out=False):
            yield

    def opened(self) -> DuckDBPyConnection:
        """A connection that only reads, to be closed by the caller, who is `passing`. Raises ArchiveError."""
        return self._connected(self._reader_due(), write=False, any_version=False)

    def writer_waits(self) -> bool:
        """Has a writer closed the turnstile?"""
        with self._lock_file("turn") as number:
            return number is not None and not _locked(number, exclusive=False)

    @contextmanager
    def told(self) -> Iterator[None]:
        """What DuckDB and the system say in the block becomes an ArchiveError."""
        import duckdb

        try:
            yield
        except ArchiveError:
            raise
        except (duckdb.Error, OSError) as error:
            raise trouble(error, self.path) from None


def _locked(number: int, *, exclusive: bool) -> bool:
    try:
        fcntl.flock(number, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _roll_back(connection: DuckDBPyConnection) -> None:
    import duckdb

    try:
        connection.execute("ROLLBACK")
    except duckdb.Error:
        return  # a commit that failed has rolled back already
