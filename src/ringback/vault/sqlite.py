"""The SQLite back end: one durable file of logins, leases and revocations, for the processes of a machine."""

from __future__ import annotations

import os
import sqlite3
import uuid
from typing import Any

from .sqlite_browsers import SqliteBrowsers, end_sessions_of
from .sqlite_budgets import SqliteBudgets
from .sqlite_file import SqliteFile
from .sqlite_upkeep import SqliteUpkeep
from .store import LEASE_SECONDS, Detached, Lease, LoginKey, LoginRow, Revocation, StoreReport

_KEY = "server = ? AND client_id = ? AND owner_id = ?"
_ROW = "server, client_id, owner_id, login_id, generation, sealed, session_tag"
_SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")

# The store's own clock, which leases run on: seconds since the epoch, one for all processes.
_CLOCK = "((julianday('now') - 2440587.5) * 86400.0)"
# A lease runs while its end lies ahead, but not further than a lease is long: a clock set back frees it.
_RUNNING = f"lease_id IS NOT NULL AND lease_until - {_CLOCK} BETWEEN 0.0 AND {LEASE_SECONDS}"


class SqliteStore(SqliteBrowsers, SqliteUpkeep):
    """A Store in one SQLite file. Raises VaultUnavailable when the file cannot be read or written."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = SqliteFile(path)
        self._budgets = SqliteBudgets(self._file.path)

    def close(self) -> None:
        self._budgets.close()
        self._file.close()

    def describe(self) -> StoreReport:
        with self._file.read() as db:
            (journal,) = db.execute("PRAGMA journal_mode").fetchone()
            (synchronous,) = db.execute("PRAGMA synchronous").fetchone()
        facts = (("journal_mode", str(journal)), ("synchronous", _SYNCHRONOUS[synchronous]))
        # Both are set on each connection; a disk that does not keep its word is not seen from here.
        return StoreReport(
            f"SQLite {sqlite3.sqlite_version}", shared=True, survives_store=synchronous >= 2, facts=facts
        )

    # Logins

    def load_login(self, key: LoginKey) -> LoginRow | None:
        with self._file.read() as db:
            return _load(db, key)

    def list_logins(self, server: str, client_id: str, *, after: str, limit: int) -> list[LoginRow]:
        with self._file.read() as db:
            rows = db.execute(
                f"SELECT {_ROW} FROM logins WHERE server = ? AND client_id = ? AND owner_id > ?"
                " ORDER BY owner_id LIMIT ?",
                (server, client_id, after, limit),
            ).fetchall()
        return [_login_row(row) for row in rows]

    def replace_login(self, row: LoginRow, holder: str, *, now: float) -> LoginRow | None:
        with self._file.write() as db:
            old = _load(db, row.key)
            if old is None:
                db.execute(f"INSERT INTO logins ({_ROW}) VALUES (?, ?, ?, ?, ?, ?, ?)", _values(row))
            else:
                db.execute(
                    "UPDATE logins SET login_id = ?, generation = ?, sealed = ?, session_tag = ?,"
                    f" lease_id = NULL, lease_until = NULL WHERE {_KEY}",
                    (row.login_id, row.generation, row.sealed, row.session_tag, *_key(row.key)),
                )
                if old.session_tag != row.session_tag:
                    _add_revocation(db, old, now)
            db.execute("INSERT OR IGNORE INTO holders VALUES (?, ?, ?, ?)", (*_key(row.key), holder))
            return old

    def store_login(self, row: LoginRow, *, expected_generation: int) -> bool:
        with self._file.write() as db:
            cursor = db.execute(
                "UPDATE logins SET generation = ?, sealed = ?, session_tag = ?, lease_id = NULL,"
                f" lease_until = NULL WHERE {_KEY} AND login_id = ? AND generation = ?",
                (
                    row.generation,
                    row.sealed,
                    row.session_tag,
                    *_key(row.key),
                    row.login_id,
                    expected_generation,
                ),
            )
            return cursor.rowcount == 1

    def delete_login(self, key: LoginKey, login_id: str, generation: int, *, app: str) -> bool:
        with self._file.write() as db:
            cursor = db.execute(
                f"DELETE FROM logins WHERE {_KEY} AND login_id = ? AND generation = ?",
                (*_key(key), login_id, generation),
            )
            if cursor.rowcount == 1:
                end_sessions_of(db, app, key.owner_id)
            return cursor.rowcount == 1

    # Holders

    def attach(self, key: LoginKey, holder: str) -> bool:
        with self._file.write() as db:
            if _load(db, key) is None:
                return False
            db.execute("INSERT OR IGNORE INTO holders VALUES (?, ?, ?, ?)", (*_key(key), holder))
            return True

    def detach(self, key: LoginKey, holder: str, *, now: float, app: str) -> Detached:
        with self._file.write() as db:
            db.execute(f"DELETE FROM holders WHERE {_KEY} AND holder = ?", (*_key(key), holder))
            remaining = _count(db, key)
            if remaining:
                return Detached(remaining, None)
            return Detached(0, _end(db, key, now, app))

    def end_login(self, key: LoginKey, *, now: float, app: str) -> LoginRow | None:
        with self._file.write() as db:
            return _end(db, key, now, app)

    def count_holders(self, key: LoginKey) -> int:
        with self._file.read() as db:
            return _count(db, key)

    # Leases

    def acquire_lease(self, key: LoginKey, login_id: str, lease_id: str) -> Lease | None:
        with self._file.read() as db:
            # A look before the write lock: those who wait for a running lease do not stand in its way.
            if db.execute(f"SELECT 1 FROM logins WHERE {_KEY} AND {_RUNNING}", _key(key)).fetchone():
                return None
        with self._file.write() as db:
            free = db.execute(
                f"SELECT lease_id IS NOT NULL FROM logins WHERE {_KEY} AND login_id = ? AND NOT ({_RUNNING})",
                (*_key(key), login_id),
            ).fetchone()
            if free is None:
                return None
            db.execute(
                f"UPDATE logins SET lease_id = ?, lease_until = {_CLOCK} + {LEASE_SECONDS} WHERE {_KEY}",
                (lease_id, *_key(key)),
            )
            return Lease(key, lease_id, resumed=bool(free[0]))

    def release_lease(self, lease: Lease, *, finished: bool) -> None:
        unmarked = finished and not lease.resumed
        change = "lease_id = NULL, lease_until = NULL" if unmarked else "lease_until = 0.0"
        with self._file.write() as db:
            db.execute(
                f"UPDATE logins SET {change} WHERE {_KEY} AND lease_id = ?",
                (*_key(lease.key), lease.lease_id),
            )

    def interrupted(self, server: str, client_id: str) -> list[LoginKey]:
        with self._file.read() as db:
            rows = db.execute(
                "SELECT owner_id FROM logins WHERE server = ? AND client_id = ?"
                f" AND lease_id IS NOT NULL AND NOT ({_RUNNING})",
                (server, client_id),
            ).fetchall()
        return [LoginKey(server, client_id, owner_id) for (owner_id,) in rows]

    # Revocations

    def add_revocation(self, row: LoginRow, *, now: float) -> None:
        with self._file.write() as db:
            _add_revocation(db, row, now)

    def claim_revocations(
        self, server: str, client_id: str, *, now: float, hold: float, limit: int
    ) -> list[Revocation]:
        with self._file.write() as db:
            rows = db.execute(
                f"SELECT revocation_id, attempts, {_ROW} FROM revocations"
                " WHERE server = ? AND client_id = ? AND not_before <= ? ORDER BY not_before DESC LIMIT ?",
                (server, client_id, now, limit),
            ).fetchall()
            for row in rows:
                db.execute(
                    "UPDATE revocations SET not_before = ? WHERE revocation_id = ?", (now + hold, row[0])
                )
        return [Revocation(row[0], _login_row(row[2:]), row[1]) for row in rows]

    def finish_revocation(self, revocation_id: str) -> None:
        with self._file.write() as db:
            db.execute("DELETE FROM revocations WHERE revocation_id = ?", (revocation_id,))

    def put_off_revocation(self, revocation_id: str, until: float) -> None:
        with self._file.write() as db:
            db.execute(
                "UPDATE revocations SET not_before = ?, attempts = attempts + 1 WHERE revocation_id = ?",
                (until, revocation_id),
            )

    # Rate budgets

    def load_budget(self, key: str) -> tuple[int, bytes] | None:
        return self._budgets.load_budget(key)

    def swap_budget(self, key: str, expected: int, value: bytes, *, keep_seconds: float) -> bool:
        return self._budgets.swap_budget(key, expected, value, keep_seconds=keep_seconds)


def _key(key: LoginKey) -> tuple[str, str, str]:
    return key.server, key.client_id, key.owner_id


def _values(row: LoginRow) -> tuple[Any, ...]:
    return (*_key(row.key), row.login_id, row.generation, row.sealed, row.session_tag)


def _login_row(columns: Any) -> LoginRow:
    server, client_id, owner_id, login_id, generation, sealed, session_tag = columns
    return LoginRow(LoginKey(server, client_id, owner_id), login_id, generation, bytes(sealed), session_tag)


def _load(db: sqlite3.Connection, key: LoginKey) -> LoginRow | None:
    row = db.execute(f"SELECT {_ROW} FROM logins WHERE {_KEY}", _key(key)).fetchone()
    return _login_row(row) if row else None


def _count(db: sqlite3.Connection, key: LoginKey) -> int:
    (count,) = db.execute(f"SELECT count(*) FROM holders WHERE {_KEY}", _key(key)).fetchone()
    return int(count)


def _end(db: sqlite3.Connection, key: LoginKey, now: float, app: str) -> LoginRow | None:
    end_sessions_of(db, app, key.owner_id)
    row = _load(db, key)
    if row is not None:
        db.execute(f"DELETE FROM logins WHERE {_KEY}", _key(key))
        _add_revocation(db, row, now)
    return row


def _add_revocation(db: sqlite3.Connection, row: LoginRow, now: float) -> None:
    db.execute(
        f"INSERT INTO revocations (revocation_id, {_ROW}, attempts, not_before)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
        (uuid.uuid4().hex, *_values(row), now),
    )
