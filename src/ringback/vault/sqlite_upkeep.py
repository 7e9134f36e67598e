"""The SQLite back end's part for its operator: everything sealed, sealing anew, restoring."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Sequence
from typing import Any, assert_never

from .sqlite_file import SqliteFile
from .store import LoginKey, LoginRow, Revocation
from .upkeep import AttemptRow, Restored, Sealed

_USER = "server = ? AND client_id = ? AND owner_id = ?"
_ROW = "server, client_id, owner_id, login_id, generation, sealed, session_tag"


class SqliteUpkeep:
    """The methods of Upkeep, on the file that SqliteStore opens."""

    _file: SqliteFile

    def list_apps(self) -> list[tuple[str, str]]:
        with self._file.read() as db:
            rows = db.execute(
                "SELECT server, client_id FROM logins UNION SELECT server, client_id FROM revocations"
            ).fetchall()
        return [(server, client_id) for server, client_id in rows]

    def list_holders(
        self, server: str, client_id: str, owner_ids: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        with self._file.read() as db:
            for owner_id in owner_ids:
                rows = db.execute(
                    f"SELECT holder FROM holders WHERE {_USER} ORDER BY holder", (server, client_id, owner_id)
                ).fetchall()
                if rows:
                    found[owner_id] = tuple(holder for (holder,) in rows)
        return found

    def load_logins(self, server: str, client_id: str, owner_ids: Sequence[str]) -> dict[str, LoginRow]:
        found: dict[str, LoginRow] = {}
        with self._file.read() as db:
            for owner_id in owner_ids:
                row = db.execute(
                    f"SELECT {_ROW} FROM logins WHERE {_USER}", (server, client_id, owner_id)
                ).fetchone()
                if row:
                    found[owner_id] = _login_row(row)
        return found

    def list_revocations(self, server: str, client_id: str, *, after: str, limit: int) -> list[Revocation]:
        with self._file.read() as db:
            rows = db.execute(
                f"SELECT revocation_id, attempts, {_ROW} FROM revocations"
                " WHERE server = ? AND client_id = ? AND revocation_id > ? ORDER BY revocation_id LIMIT ?",
                (server, client_id, after, limit),
            ).fetchall()
        return [Revocation(row[0], _login_row(row[2:]), row[1]) for row in rows]

    def list_attempts(self, *, after: AttemptRow | None, limit: int) -> list[AttemptRow]:
        beyond = (after.digest, after.state) if after else ("", "")
        with self._file.read() as db:
            rows = db.execute(
                "SELECT app, digest, state, sealed FROM attempts JOIN sessions USING (digest)"
                " WHERE (digest, state) > (?, ?) ORDER BY digest, state LIMIT ?",
                (*beyond, limit),
            ).fetchall()
        return [AttemptRow(app, digest, state, bytes(sealed)) for app, digest, state, sealed in rows]

    def reseal(self, changes: Sequence[tuple[Sealed, bytes]]) -> int:
        with self._file.write() as db:
            return sum(_reseal(db, row, sealed) for row, sealed in changes)

    def restore_logins(self, restored: Sequence[Restored], *, now: float) -> list[bool]:
        with self._file.write() as db:
            return [_restore(db, one, now) for one in restored]


def _reseal(db: sqlite3.Connection, row: Sealed, sealed: bytes) -> int:
    match row:
        case LoginRow():
            table, where = "logins", _USER
            name: tuple[str, ...] = (row.key.server, row.key.client_id, row.key.owner_id)
            old = row.sealed
        case Revocation():
            table, where, name, old = "revocations", "revocation_id = ?", (row.revocation_id,), row.row.sealed
        case AttemptRow():
            table, where, name, old = (
                "attempts",
                "digest = ? AND state = ?",
                (row.digest, row.state),
                row.sealed,
            )
        case _:
            assert_never(row)
    statement = f"UPDATE {table} SET sealed = ? WHERE {where} AND sealed = ?"
    return db.execute(statement, (sealed, *name, old)).rowcount


def _restore(db: sqlite3.Connection, one: Restored, now: float) -> bool:
    key = (one.row.key.server, one.row.key.client_id, one.row.key.owner_id)
    record = (one.row.login_id, one.row.generation, one.row.sealed, one.row.session_tag)
    found = db.execute(f"SELECT {_ROW} FROM logins WHERE {_USER}", key).fetchone()
    old = _login_row(found) if found else None
    if (None if old is None else (old.login_id, old.generation)) != one.over:
        return False
    if old is None:
        db.execute(f"INSERT INTO logins ({_ROW}) VALUES (?, ?, ?, ?, ?, ?, ?)", (*key, *record))
        for holder in one.holders:
            db.execute("INSERT OR IGNORE INTO holders VALUES (?, ?, ?, ?)", (*key, holder))
        return True
    db.execute(
        "UPDATE logins SET login_id = ?, generation = ?, sealed = ?, session_tag = ?, lease_id = NULL,"
        f" lease_until = NULL WHERE {_USER}",
        (*record, *key),
    )
    if old.session_tag != one.row.session_tag:
        db.execute(
            f"INSERT INTO revocations (revocation_id, {_ROW}, attempts, not_before)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (uuid.uuid4().hex, *key, old.login_id, old.generation, old.sealed, old.session_tag, now),
        )
    return True


def _login_row(columns: Any) -> LoginRow:
    server, client_id, owner_id, login_id, generation, sealed, session_tag = columns
    return LoginRow(LoginKey(server, client_id, owner_id), login_id, generation, bytes(sealed), session_tag)
