"""The SQLite back end's part for browsers: sessions, login attempts, spent states."""

from __future__ import annotations

import sqlite3
from typing import Any

from .sqlite_file import SqliteFile
from .store import LoginKey, SessionRow, session_holder

_FIELDS = ("digest", "app", "user_id", "created_at", "expires_at", "description", "seen_at")
_SESSION = ", ".join(_FIELDS)
_ASSIGNED = ", ".join(f"{name} = ?" for name in _FIELDS)


class SqliteBrowsers:
    """The methods of a Store that concern browsers, on the file that SqliteStore opens."""

    _file: SqliteFile

    def spend(self, app: str, digest: str, *, now: float, expires_at: float) -> bool:
        with self._file.write() as db:
            cursor = db.execute("INSERT OR IGNORE INTO spent VALUES (?, ?, ?)", (app, digest, expires_at))
            return cursor.rowcount == 1

    def put_session(self, row: SessionRow) -> None:
        with self._file.write() as db:
            db.execute(f"INSERT INTO sessions ({_SESSION}) VALUES (?, ?, ?, ?, ?, ?, ?)", _values(row))

    def load_session(self, digest: str, *, now: float) -> SessionRow | None:
        with self._file.read() as db:
            row = db.execute(
                f"SELECT {_SESSION} FROM sessions WHERE digest = ? AND expires_at > ?", (digest, now)
            ).fetchone()
        return SessionRow(*row) if row else None

    def replace_session(self, old_digest: str, row: SessionRow, *, server: str, client_id: str) -> bool:
        old, new = session_holder(old_digest), session_holder(row.digest)
        with self._file.write() as db:
            cursor = db.execute(
                f"UPDATE sessions SET {_ASSIGNED} WHERE digest = ?", (*_values(row), old_digest)
            )
            if cursor.rowcount != 1:
                return False
            # The attempts have followed by ON UPDATE CASCADE; now the old session's hold on its user's login.
            db.execute(
                "INSERT OR IGNORE INTO holders SELECT server, client_id, owner_id, ? FROM holders"
                " WHERE server = ? AND client_id = ? AND owner_id = ? AND holder = ?",
                (new, server, client_id, row.user_id, old),
            )
            _let_go(db, server, client_id, old)
            return True

    def note_session(self, digest: str, *, seen_at: float) -> None:
        with self._file.write() as db:
            db.execute(
                "UPDATE sessions SET seen_at = ?2 WHERE digest = ?1 AND (seen_at IS NULL OR seen_at < ?2)",
                (digest, seen_at),
            )

    def delete_session(self, digest: str) -> SessionRow | None:
        with self._file.write() as db:
            row = db.execute(f"SELECT {_SESSION} FROM sessions WHERE digest = ?", (digest,)).fetchone()
            if row:
                _delete(db, digest)
        return SessionRow(*row) if row else None

    def sessions_of(self, app: str, user_id: str, *, now: float) -> list[SessionRow]:
        with self._file.read() as db:
            rows = db.execute(
                f"SELECT {_SESSION} FROM sessions WHERE app = ? AND user_id = ? AND expires_at > ?",
                (app, user_id, now),
            ).fetchall()
        return [SessionRow(*row) for row in rows]

    def end_other_sessions(
        self, key: LoginKey, by: str, only: str | None, *, app: str, now: float
    ) -> int | None:
        login = (key.server, key.client_id, key.owner_id)
        with self._file.write() as db:
            asking = db.execute(
                "SELECT 1 FROM sessions WHERE digest = ? AND app = ? AND user_id = ? AND expires_at > ?"
                " AND EXISTS (SELECT 1 FROM holders"
                " WHERE server = ? AND client_id = ? AND owner_id = ? AND holder = ?)",
                (by, app, key.owner_id, now, *login, session_holder(by)),
            ).fetchone()
            if not asking:
                return None
            ending = db.execute(
                "SELECT digest FROM sessions WHERE app = ?1 AND user_id = ?2 AND digest <> ?3"
                " AND (?4 IS NULL OR digest = ?4)",
                (app, key.owner_id, by, only),
            ).fetchall()
            for (digest,) in ending:
                db.execute(
                    "DELETE FROM holders WHERE server = ? AND client_id = ? AND owner_id = ? AND holder = ?",
                    (*login, session_holder(digest)),
                )
                _delete(db, digest)
            return len(ending)

    def expired_sessions(
        self, app: str, *, server: str, client_id: str, now: float, limit: int
    ) -> list[SessionRow]:
        with self._file.write() as db:
            db.execute("DELETE FROM spent WHERE app = ? AND expires_at <= ?", (app, now))
            db.execute(
                "DELETE FROM attempts WHERE expires_at <= ?"
                " AND (SELECT app FROM sessions WHERE sessions.digest = attempts.digest) = ?",
                (now, app),
            )
            rows = db.execute(
                f"SELECT {_SESSION} FROM sessions WHERE app = ? AND expires_at <= ? LIMIT ?",
                (app, now, limit),
            ).fetchall()
            for row in rows:
                _let_go(db, server, client_id, session_holder(row[0]))
                _delete(db, row[0])
        return [SessionRow(*row) for row in rows]

    def add_attempt(
        self, digest: str, state: str, sealed: bytes, *, now: float, expires_at: float, limit: int
    ) -> bool:
        with self._file.write() as db:
            if not db.execute("SELECT 1 FROM sessions WHERE digest = ?", (digest,)).fetchone():
                return False
            db.execute(
                "INSERT OR REPLACE INTO attempts VALUES (?, ?, ?, ?, ?)",
                (digest, state, sealed, now, expires_at),
            )
            db.execute(
                "DELETE FROM attempts WHERE digest = ?1 AND state NOT IN"
                " (SELECT state FROM attempts WHERE digest = ?1 ORDER BY created_at DESC LIMIT ?2)",
                (digest, limit),
            )
            return True

    def take_attempt(self, digest: str, state: str, *, now: float) -> bytes | None:
        with self._file.write() as db:
            row = db.execute(
                "SELECT sealed FROM attempts WHERE digest = ? AND state = ? AND expires_at > ?",
                (digest, state, now),
            ).fetchone()
            db.execute("DELETE FROM attempts WHERE digest = ? AND state = ?", (digest, state))
        return bytes(row[0]) if row else None


def _values(row: SessionRow) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _FIELDS)


def end_sessions_of(db: sqlite3.Connection, app: str, user_id: str) -> None:
    """End every session of a user, inside the caller's transaction."""
    db.execute("DELETE FROM sessions WHERE app = ? AND user_id = ?", (app, user_id))


def _let_go(db: sqlite3.Connection, server: str, client_id: str, holder: str) -> None:
    db.execute(
        "DELETE FROM holders WHERE server = ? AND client_id = ? AND holder = ?", (server, client_id, holder)
    )


def _delete(db: sqlite3.Connection, digest: str) -> None:
    db.execute("DELETE FROM sessions WHERE digest = ?", (digest,))
