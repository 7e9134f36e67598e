"""The memory back end: everything in this process, gone when it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace

from .memory_browsers import KeptLogin, MemoryBrowsers
from .memory_budgets import MemoryBudgets
from .memory_upkeep import MemoryUpkeep, Outbox
from .store import LEASE_SECONDS, Detached, Lease, LoginKey, LoginRow, Revocation, StoreReport


class MemoryStore(MemoryBrowsers, MemoryBudgets, MemoryUpkeep):
    """A Store in dictionaries, under one lock. `monotonic` is the clock that leases run on."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        MemoryBrowsers.__init__(self)
        MemoryBudgets.__init__(self, monotonic)
        self._monotonic = monotonic
        self._outbox: dict[str, Outbox] = {}

    def close(self) -> None:
        with self._lock:
            self._logins.clear()
            self._outbox.clear()
            self._spent.clear()
            self._sessions.clear()
            self._attempts.clear()
            self._budgets.clear()

    def describe(self) -> StoreReport:
        return StoreReport("memory", shared=False, survives_store=False)

    def load_login(self, key: LoginKey) -> LoginRow | None:
        with self._lock:
            login = self._logins.get(key)
            return login.row if login else None

    def list_logins(self, server: str, client_id: str, *, after: str, limit: int) -> list[LoginRow]:
        with self._lock:
            rows = [
                login.row
                for key, login in self._logins.items()
                if (key.server, key.client_id) == (server, client_id) and key.owner_id > after
            ]
        return sorted(rows, key=lambda row: row.key.owner_id)[:limit]

    def replace_login(self, row: LoginRow, holder: str, *, now: float) -> LoginRow | None:
        with self._lock:
            old = self._logins.get(row.key)
            holders = set(old.holders) if old else set()
            self._logins[row.key] = KeptLogin(row, holders | {holder})
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

    def delete_login(self, key: LoginKey, login_id: str, generation: int, *, app: str) -> bool:
        with self._lock:
            if self._current(key, login_id, generation) is None:
                return False
            del self._logins[key]
            self._end_sessions_of(app, key.owner_id)
            return True

    def _current(self, key: LoginKey, login_id: str, generation: int) -> KeptLogin | None:
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

    def detach(self, key: LoginKey, holder: str, *, now: float, app: str) -> Detached:
        with self._lock:
            login = self._logins.get(key)
            remaining = 0
            if login is not None:
                login.holders.discard(holder)
                remaining = len(login.holders)
            if remaining:
                return Detached(remaining, None)
            return Detached(0, self.end_login(key, now=now, app=app))

    def end_login(self, key: LoginKey, *, now: float, app: str) -> LoginRow | None:
        with self._lock:
            self._end_sessions_of(app, key.owner_id)
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
            resumed = login.lease_id is not None
            login.lease_id, login.lease_until = lease_id, now + LEASE_SECONDS
            return Lease(key, lease_id, resumed=resumed)

    def release_lease(self, lease: Lease, *, finished: bool) -> None:
        with self._lock:
            login = self._logins.get(lease.key)
            if login is not None and login.lease_id == lease.lease_id:
                login.lease_until = self._monotonic()
                if finished and not lease.resumed:
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
            revocation_id = os.urandom(16).hex()
            self._outbox[revocation_id] = Outbox(Revocation(revocation_id, row, 0), now)

    def claim_revocations(
        self, server: str, client_id: str, *, now: float, hold: float, limit: int
    ) -> list[Revocation]:
        with self._lock:
            newest_first = sorted(self._outbox.values(), key=lambda entry: entry.not_before, reverse=True)
            due = [
                entry
                for entry in newest_first
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
