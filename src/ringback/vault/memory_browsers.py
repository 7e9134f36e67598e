"""The memory back end's part for browsers: sessions, login attempts, spent states."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

from .store import LoginKey, LoginRow, SessionRow, session_holder


@dataclass(slots=True)
class KeptLogin:
    """A login as the memory back end holds it; a lease id without a running lease is the interrupted mark."""

    row: LoginRow
    holders: set[str] = field(default_factory=set)
    lease_id: str | None = None
    lease_until: float = 0.0


@dataclass(slots=True)
class Attempt:
    """A login attempt under a session and a state."""

    sealed: bytes
    created_at: float
    expires_at: float


class MemoryBrowsers:
    """The methods of a Store that concern browsers, beside the logins of MemoryStore and under its lock."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._logins: dict[LoginKey, KeptLogin] = {}
        self._spent: dict[tuple[str, str], float] = {}
        self._sessions: dict[str, SessionRow] = {}
        self._attempts: dict[str, dict[str, Attempt]] = {}

    def spend(self, app: str, digest: str, *, now: float, expires_at: float) -> bool:
        with self._lock:
            if (app, digest) in self._spent:
                return False
            self._spent[app, digest] = expires_at
            return True

    def put_session(self, row: SessionRow) -> None:
        with self._lock:
            self._sessions[row.digest] = row

    def load_session(self, digest: str, *, now: float) -> SessionRow | None:
        with self._lock:
            row = self._sessions.get(digest)
            return row if row is not None and row.expires_at > now else None

    def replace_session(self, old_digest: str, row: SessionRow, *, server: str, client_id: str) -> bool:
        with self._lock:
            if self._sessions.pop(old_digest, None) is None:
                return False
            self._sessions[row.digest] = row
            self._attempts[row.digest] = self._attempts.pop(old_digest, {})
            for key in self._let_go(server, client_id, {session_holder(old_digest)}):
                if key.owner_id == row.user_id:
                    self._logins[key].holders.add(session_holder(row.digest))
            return True

    def note_session(self, digest: str, *, seen_at: float) -> None:
        with self._lock:
            row = self._sessions.get(digest)
            if row is not None and (row.seen_at is None or row.seen_at < seen_at):
                self._sessions[digest] = replace(row, seen_at=seen_at)

    def delete_session(self, digest: str) -> SessionRow | None:
        with self._lock:
            self._attempts.pop(digest, None)
            return self._sessions.pop(digest, None)

    def sessions_of(self, app: str, user_id: str, *, now: float) -> list[SessionRow]:
        with self._lock:
            return [row for row in self._of_user(app, user_id) if row.expires_at > now]

    def end_other_sessions(
        self, key: LoginKey, by: str, only: str | None, *, app: str, now: float
    ) -> int | None:
        with self._lock:
            rows = {row.digest: row for row in self._of_user(app, key.owner_id)}
            asking, login = rows.pop(by, None), self._logins.get(key)
            if asking is None or asking.expires_at <= now:
                return None
            if login is None or session_holder(by) not in login.holders:
                return None
            ending = [digest for digest in rows if only in (None, digest)]
            for digest in ending:
                login.holders.discard(session_holder(digest))
                self.delete_session(digest)
            return len(ending)

    def expired_sessions(
        self, app: str, *, server: str, client_id: str, now: float, limit: int
    ) -> list[SessionRow]:
        with self._lock:
            self._spent = {
                spent: until for spent, until in self._spent.items() if spent[0] != app or until > now
            }
            ours = [row for row in self._sessions.values() if row.app == app]
            for row in ours:
                attempts = self._attempts.get(row.digest, {})
                for state in [state for state, kept in attempts.items() if kept.expires_at <= now]:
                    del attempts[state]
            expired = [row for row in ours if row.expires_at <= now][:limit]
            self._let_go(server, client_id, {session_holder(row.digest) for row in expired})
            for row in expired:
                self.delete_session(row.digest)
            return expired

    def add_attempt(
        self, digest: str, state: str, sealed: bytes, *, now: float, expires_at: float, limit: int
    ) -> bool:
        with self._lock:
            if digest not in self._sessions:
                return False
            attempts = self._attempts.setdefault(digest, {})
            attempts[state] = Attempt(sealed, now, expires_at)
            while len(attempts) > limit:
                del attempts[next(iter(attempts))]
            return True

    def take_attempt(self, digest: str, state: str, *, now: float) -> bytes | None:
        with self._lock:
            attempt = self._attempts.get(digest, {}).pop(state, None)
            return attempt.sealed if attempt is not None and attempt.expires_at > now else None

    def _end_sessions_of(self, app: str, user_id: str) -> None:
        for row in self._of_user(app, user_id):
            self.delete_session(row.digest)

    def _of_user(self, app: str, user_id: str) -> list[SessionRow]:
        return [row for row in self._sessions.values() if (row.app, row.user_id) == (app, user_id)]

    def _let_go(self, server: str, client_id: str, holders: set[str]) -> list[LoginKey]:
        """Take `holders` off every login of this app at this server; the logins that one of them held."""
        held = [
            key
            for key, login in self._logins.items()
            if (key.server, key.client_id) == (server, client_id) and not login.holders.isdisjoint(holders)
        ]
        for key in held:
            self._logins[key].holders -= holders
        return held
