"""The memory back end's part for its operator: everything sealed, sealing anew, restoring."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .memory_browsers import Attempt, KeptLogin
from .store import LoginKey, LoginRow, Revocation, SessionRow
from .upkeep import AttemptRow, Restored, Sealed


@dataclass(slots=True)
class Outbox:
    """A revocation, and when it is due."""

    revocation: Revocation
    not_before: float


class MemoryUpkeep:
    """The methods of Upkeep, beside the logins of MemoryStore and under its lock."""

    _lock: threading.RLock
    _logins: dict[LoginKey, KeptLogin]
    _outbox: dict[str, Outbox]
    _sessions: dict[str, SessionRow]
    _attempts: dict[str, dict[str, Attempt]]

    @abstractmethod
    def add_revocation(self, row: LoginRow, *, now: float) -> None: ...

    def list_apps(self) -> list[tuple[str, str]]:
        with self._lock:
            rows = [login.row for login in self._logins.values()]
            rows += [entry.revocation.row for entry in self._outbox.values()]
            return sorted({(row.key.server, row.key.client_id) for row in rows})

    def list_holders(
        self, server: str, client_id: str, owner_ids: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        with self._lock:
            logins = {
                owner_id: self._logins.get(LoginKey(server, client_id, owner_id)) for owner_id in owner_ids
            }
            return {
                owner_id: tuple(sorted(login.holders))
                for owner_id, login in logins.items()
                if login is not None and login.holders
            }

    def load_logins(self, server: str, client_id: str, owner_ids: Sequence[str]) -> dict[str, LoginRow]:
        with self._lock:
            logins = [self._logins.get(LoginKey(server, client_id, owner_id)) for owner_id in owner_ids]
            return {login.row.key.owner_id: login.row for login in logins if login is not None}

    def list_revocations(self, server: str, client_id: str, *, after: str, limit: int) -> list[Revocation]:
        with self._lock:
            found = [
                entry.revocation
                for revocation_id, entry in sorted(self._outbox.items())
                if revocation_id > after
                and (entry.revocation.row.key.server, entry.revocation.row.key.client_id)
                == (server, client_id)
            ]
            return found[:limit]

    def list_attempts(self, *, after: AttemptRow | None, limit: int) -> list[AttemptRow]:
        with self._lock:
            found = [
                AttemptRow(self._sessions[digest].app, digest, state, attempt.sealed)
                for digest, attempts in sorted(self._attempts.items())
                for state, attempt in sorted(attempts.items())
                if digest in self._sessions
            ]
        if after is not None:
            found = [row for row in found if (row.digest, row.state) > (after.digest, after.state)]
        return found[:limit]

    def reseal(self, changes: Sequence[tuple[Sealed, bytes]]) -> int:
        with self._lock:
            return sum(self._reseal(row, sealed) for row, sealed in changes)

    def _reseal(self, row: Sealed, sealed: bytes) -> bool:
        match row:
            case LoginRow():
                login = self._logins.get(row.key)
                if login is None or login.row.sealed != row.sealed:
                    return False
                login.row = replace(login.row, sealed=sealed)
            case Revocation():
                entry = self._outbox.get(row.revocation_id)
                if entry is None or entry.revocation.row.sealed != row.row.sealed:
                    return False
                entry.revocation = replace(entry.revocation, row=replace(entry.revocation.row, sealed=sealed))
            case AttemptRow():
                attempt = self._attempts.get(row.digest, {}).get(row.state)
                if attempt is None or attempt.sealed != row.sealed:
                    return False
                attempt.sealed = sealed
        return True

    def restore_logins(self, restored: Sequence[Restored], *, now: float) -> list[bool]:
        with self._lock:
            return [self._restore(one, now) for one in restored]

    def _restore(self, one: Restored, now: float) -> bool:
        old = self._logins.get(one.row.key)
        if (None if old is None else (old.row.login_id, old.row.generation)) != one.over:
            return False
        self._logins[one.row.key] = KeptLogin(one.row, set(one.holders) if old is None else old.holders)
        if old is not None and old.row.session_tag != one.row.session_tag:
            self.add_revocation(old.row, now=now)
        return True
