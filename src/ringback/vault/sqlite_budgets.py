"""The rate budgets beside a SQLite vault: a file of their own, VAULT.budgets, whose writes wait for no disk.

They are written for every few calls and need not be durable. In the vault's own file each write would stand
in line behind logins that are being synchronised to disk, and a write without synchronisation has no place
among them. The file is made at the first write; it may be removed while nothing runs.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import VaultUnavailable
from .sqlite_look import uri
from .sqlite_pool import Pool

_BUSY_SECONDS = 5.0
_TABLE = (
    "CREATE TABLE IF NOT EXISTS budgets (key TEXT PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL,"
    " keep_until REAL NOT NULL) STRICT, WITHOUT ROWID"
)


class SqliteBudgets:
    """`load_budget` and `swap_budget` of a Store. Raises VaultUnavailable when the file cannot be used."""

    def __init__(self, vault: Path) -> None:
        self.path = vault.with_name(vault.name + ".budgets")
        self._pool = Pool(self._connect)
        self._made = False

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def load_budget(self, key: str) -> tuple[int, bytes] | None:
        if not self._made and not self.path.exists():
            return None
        with self._lend() as db:
            row = db.execute(
                "SELECT version, value FROM budgets WHERE key = ? AND keep_until > ?", (key, time.time())
            ).fetchone()
        return (int(row[0]), bytes(row[1])) if row else None

    def swap_budget(self, key: str, expected: int, value: bytes, *, keep_seconds: float) -> bool:
        now = time.time()
        with self._lend() as db:
            if expected:
                cursor = db.execute(
                    "UPDATE budgets SET version = ?, value = ?, keep_until = ?"
                    " WHERE key = ? AND version = ? AND keep_until > ?",
                    (expected + 1, value, now + keep_seconds, key, expected, now),
                )
                return cursor.rowcount == 1
            db.execute("BEGIN IMMEDIATE")
            try:
                db.execute("DELETE FROM budgets WHERE keep_until <= ?", (now,))
                cursor = db.execute(
                    "INSERT OR IGNORE INTO budgets VALUES (?, 1, ?, ?)", (key, value, now + keep_seconds)
                )
                inserted = cursor.rowcount == 1
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.rollback()
            return inserted

    @contextmanager
    def _lend(self) -> Iterator[sqlite3.Connection]:
        try:
            self._make()
            with self._pool.lend(time.monotonic() + _BUSY_SECONDS) as connection:
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise VaultUnavailable(
                f"The rate budgets beside the vault cannot be used now: {error}",
                remedy=f"Check the permissions of {self.path}; it may be removed while nothing runs.",
            ) from None

    def _make(self) -> None:
        """The file, for its owner alone, before SQLite opens it."""
        if self._made:
            return
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        status = os.stat(self.path)
        self._pool.file_id = (status.st_dev, status.st_ino)
        self._made = True

    def _connect(self, until: float) -> sqlite3.Connection:
        connection = sqlite3.connect(
            uri(self.path, "mode=rw"),
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            # NORMAL: a commit is not synchronised; only the rare checkpoint is, so the file stays whole.
            self._write_ahead(connection, until)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_TABLE)
        except BaseException:
            connection.close()
            raise
        return connection

    @staticmethod
    def _write_ahead(connection: sqlite3.Connection, until: float) -> None:
        """Switch to WAL; SQLite itself does not wait for others that switch a new file at that moment."""
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
