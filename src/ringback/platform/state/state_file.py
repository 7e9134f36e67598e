"""The state file of `--state`: one SQLite database with the rows of every world."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_FORMAT = 1
_APPLICATION = 0x52424B50  # "RBKP", so that no other program's database is taken for ours


class StateFileError(Exception):
    """The state file cannot be used; the text says why and what to do, in one line."""


class StateFile:
    """A state file, held by one process at a time. Used from one thread at a time (the world's lock).

    Written rows are in the operating system's hands when `write` returns: killing the process loses none.
    Raises StateFileError when the file is another program's, damaged, in use or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            # The file holds secrets: nobody else may read it, from its first byte on.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
            self._open()
        except StateFileError:
            self._db.close()
            raise
        except sqlite3.OperationalError as fault:
            if "locked" in str(fault):
                raise StateFileError(f"{path} is in use by another local platform") from None
            raise StateFileError(f"{path} cannot be used: {fault}") from None
        except (sqlite3.DatabaseError, UnicodeDecodeError):  # SQLite may quote what it cannot read
            raise StateFileError(f"{path} is not a state file of the local platform") from None
        except OSError as fault:
            raise StateFileError(f"{path} cannot be used: {fault.strerror}") from None

    def _open(self) -> None:
        db = self._db
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN IMMEDIATE")
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (version,) = db.execute("PRAGMA user_version").fetchone()
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != _APPLICATION:
            raise StateFileError(f"{self.path} is not a state file of the local platform")
        if tables and version != _FORMAT:
            raise StateFileError(f"{self.path} was written by another version; start with a new file")
        if not tables:
            db.execute(f"PRAGMA application_id = {_APPLICATION}")
            db.execute(f"PRAGMA user_version = {_FORMAT}")
            db.execute(
                "CREATE TABLE rows (place INTEGER PRIMARY KEY, world TEXT NOT NULL, name TEXT NOT NULL,"
                " key TEXT NOT NULL, row BLOB NOT NULL, UNIQUE (world, name, key))"
            )
        db.execute("COMMIT")

    def holds(self, world: str) -> bool:
        """Whether it has anything of a world."""
        try:
            (found,) = self._db.execute(
                "SELECT EXISTS (SELECT 1 FROM rows WHERE world = ?)", (world,)
            ).fetchone()
        except sqlite3.DatabaseError:
            raise self.damaged() from None
        return bool(found)

    def rows(self, world: str) -> dict[str, list[tuple[str, bytes]]]:
        """A world's rows by table name, each table in the order in which its keys came."""
        found: dict[str, list[tuple[str, bytes]]] = {}
        asked = "SELECT name, key, row FROM rows WHERE world = ? ORDER BY place"
        try:
            for name, key, row in self._db.execute(asked, (world,)):
                found.setdefault(name, []).append((key, row))
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            raise self.damaged() from None
        return found

    def write(self, world: str, rows: Iterable[tuple[str, str, bytes | None, bool]]) -> None:
        """Put rows (table name, key, JSON, at the end?) in one transaction: all of them or none.

        None instead of JSON deletes the row.
        """
        db = self._db
        with self.as_one():
            for name, key, row, last in rows:
                if row is None or last:
                    db.execute(
                        "DELETE FROM rows WHERE world = ? AND name = ? AND key = ?", (world, name, key)
                    )
                if row is not None:
                    db.execute(
                        "INSERT INTO rows (world, name, key, row) VALUES (?, ?, ?, ?)"
                        " ON CONFLICT (world, name, key) DO UPDATE SET row = excluded.row",
                        (world, name, key, row),
                    )

    def drop(self, world: str) -> None:
        """Delete all rows of a world."""
        with self.as_one():
            self._db.execute("DELETE FROM rows WHERE world = ?", (world,))

    @contextmanager
    def as_one(self) -> Iterator[None]:
        """Keep all that is written within, or nothing of it. Within another one it is part of that."""
        if self._db.in_transaction:
            yield
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except (sqlite3.DatabaseError, UnicodeDecodeError) as fault:
            raise StateFileError(f"{self.path} cannot be written: {fault}") from None
        finally:
            self._roll_back()

    def damaged(self) -> StateFileError:
        """What is in it cannot be read."""
        return StateFileError(f"{self.path} is damaged; start with a new file")

    def _roll_back(self) -> None:
        """Give up a transaction that was not committed, if there is one."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def close(self) -> None:
        """Let the file go; harmless when closed."""
        self._db.close()
