"""The memory back end: everything in this process, gone when it ends."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .store import LEASE_SECONDS, Detached, Lease, LoginKey, LoginRow, Revocation, SessionRow


@dataclass(slots=True)
class _Login:
    row: LoginRow
    holders: set[str] = field(default_factory=set)
    lease_id: str | None = None
    lease_until: float = 0.0


@dataclass(slots=True)
class _Attempt:
    sealed: bytes
    created_at: float
    expires_at: float


@dataclass(slots=True)
class _Outbox:
    revocation: Revocation
    not_before: float


class MemoryStore:
    """A Store in dictionaries, under one lock. `monotonic` is the clock that leases run on."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.RLock()
        self._logins: dict[LoginKey, _Login] = {}
        self._outbox: dict[str, _Outbox] = {}
        self._spent: dict[str, float] = {}
        self._sessions: dict[str, SessionRow] = {}
        self._attempts: dict[str, dict[str, _Attempt]] = {}

    def close(self) -> None:
        with self._lock:
            self._logins.clear()
            self._outbox.clear()
            self._sessions.clear()
            self._attempts.clear()

    def load_login(self, key: LoginKey) -> LoginRow | None:
        with self._lock:
            login = self._logins.get(key)
            return login.row if login else None

    def replace_login(self, row: LoginRow, holder: str, *, now: float) -> LoginRow | None:
        with self._lock:
            old = self._logins.get(row.key)
            holders = set(old.holders) if old else set()
            self._logins[row.key] = _Login(row, holders | {holder})
            if old is None:
                return None
            if old.row.session_tag != row.session_tag:
                self.add_revocation(old.row, now=now)
            return old.row

    def store_login(self, row: LoginRow, *, expected_generation: int) -> bool:
        with self._lock:
            login = self._current(row.key, row.login_id, expected_generation)
            if login is None:
                return False
            login.row = row
            login.lease_id = None
            return True

    def delete_login(self, key: LoginKey, login_id: str, generation: int) -> bool:
        with self._lock:
            if self._current(key, login_id, generation) is None:
                return False
            del self._logins[key]
            return True

    def _current(self, key: LoginKey, login_id: str, generation: int) -> _Login | None:
        login = self._logins.get(key)
        if login is None or (login.row.login_id, login.row.generation) != (login_id, generation):
            return None
        return login

    def attach(self, key: LoginKey, holder: str) -> bool:
        with self._lock:
            login = self._logins.get(key)
            if login is None:
                return False
            login.holders.add(holder)
            return True

    def detach(self, key: LoginKey, holder: str, *, now: float, end_when_last: bool = True) -> Detached:
        with self._lock:
            login = self._logins.get(key)
            if login is None:
                return Detached(0, None)
            login.holders.discard(holder)
            if login.holders or not end_when_last:
                return Detached(len(login.holders), None)
            return Detached(0, self.end_login(key, now=now))

    def end_login(self, key: LoginKey, *, now: float) -> LoginRow | None:
        with self._lock:
            login = self._logins.pop(key, None)
            if login is None:
                return None
            self.add_revocation(login.row, now=now)
            return login.row

    def count_holders(self, key: LoginKey) -> int:
        with self._lock:
            login = self._logins.get(key)
            return len(login.holders) if login else 0

    def acquire_lease(self, key: LoginKey, login_id: str, lease_id: str) -> Lease | None:
        with self._lock:
            login = self._logins.get(key)
            now = self._monotonic()
            if login is None or login.row.login_id != login_id:
                return None
            if login.lease_id is not None and login.lease_until > now:
                return None
            login.lease_id, login.lease_until = lease_id, now + LEASE_SECONDS
            return Lease(key, lease_id)

    def release_lease(self, lease: Lease, *, finished: bool) -> None:
        with self._lock:
            login = self._logins.get(lease.key)
            if login is not None and login.lease_id == lease.lease_id:
                login.lease_until = self._monotonic()
                if finished:
                    login.lease_id = None

    def interrupted(self, server: str, client_id: str) -> list[LoginKey]:
        with self._lock:
            now = self._monotonic()
            return [
                key
                for key, login in self._logins.items()
                if (key.server, key.client_id) == (server, client_id)
                and login.lease_id is not None
                and login.lease_until <= now
            ]

    def add_revocation(self, row: LoginRow, *, now: float) -> None:
        with self._lock:
            revocation_id = uuid.uuid4().hex
            self._outbox[revocation_id] = _Outbox(Revocation(revocation_id, row, 0), now)

    def claim_revocations(
        self, server: str, client_id: str, *, now: float, hold: float, limit: int
    ) -> list[Revocation]:
        with self._lock:
            due = [
                entry
                for entry in self._outbox.values()
                if (entry.revocation.row.key.server, entry.revocation.row.key.client_id)
                == (server, client_id)
                and entry.not_before <= now
            ][:limit]
            for entry in due:
                entry.not_before = now + hold
            return [entry.revocation for entry in due]

    def finish_revocation(self, revocation_id: str) -> None:
        with self._lock:
            self._outbox.pop(revocation_id, None)

    def put_off_revocation(self, revocation_id: str, until: float) -> None:
        with self._lock:
            entry = self._outbox.get(revocation_id)
            if entry is not None:
                entry.not_before = until
                entry.revocation = replace(entry.revocation, attempts=entry.revocation.attempts + 1)

    def spend(self, digest: str, *, now: float, expires_at: float) -> bool:
        with self._lock:
            if digest in self._spent:
                return False
            self._spent[digest] = expires_at
            return True

    def put_session(self, row: SessionRow) -> None:
        with self._lock:
            self._sessions[row.digest] = row

    def load_session(self, digest: str, *, now: float) -> SessionRow | None:
        with self._lock:
            row = self._sessions.get(digest)
            return row if row is not None and row.expires_at > now else None

    def replace_session(self, old_digest: str, row: SessionRow) -> bool:
        with self._lock:
            if self._sessions.pop(old_digest, None) is None:
                return False
            self._sessions[row.digest] = row
            self._attempts[row.digest] = self._attempts.pop(old_digest, {})
            return True

    def delete_session(self, digest: str) -> SessionRow | None:
        with self._lock:
            self._attempts.pop(digest, None)
            return self._sessions.pop(digest, None)

    def sessions_of(self, app: str, user_id: str, *, now: float) -> list[SessionRow]:
        with self._lock:
            return [
                row
                for row in self._sessions.values()
                if row.app == app and row.user_id == user_id and row.expires_at > now
            ]

    def expired_sessions(self, app: str, *, now: float, limit: int) -> list[SessionRow]:
        with self._lock:
            self._spent = {digest: until for digest, until in self._spent.items() if until > now}
            for digest, attempts in list(self._attempts.items()):
                live = {state: kept for state, kept in attempts.items() if kept.expires_at > now}
                self._attempts[digest] = live
                if not live:
                    del self._attempts[digest]
            expired = [row for row in self._sessions.values() if row.app == app and row.expires_at <= now]
            for row in expired[:limit]:
                del self._sessions[row.digest]
            return expired[:limit]

    def add_attempt(
        self, digest: str, state: str, sealed: bytes, *, now: float, expires_at: float, limit: int
    ) -> bool:
        with self._lock:
            if digest not in self._sessions:
                return False
            attempts = self._attempts.setdefault(digest, {})
            attempts[state] = _Attempt(sealed, now, expires_at)
            while len(attempts) > limit:
                del attempts[next(iter(attempts))]
            return True

    def take_attempt(self, digest: str, state: str, *, now: float) -> bytes | None:
        with self._lock:
            attempt = self._attempts.get(digest, {}).pop(state, None)
            return attempt.sealed if attempt is not None and attempt.expires_at > now else None
