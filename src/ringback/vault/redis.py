"""The Redis back end, also for Valkey: logins, holders, leases, revocations and rate budgets."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from ringback.oauth.errors import ConfigurationError

from .redis_browsers import RedisBrowsers
from .redis_link import RedisLink
from .redis_report import describe
from .redis_rows import app_name, login_row, login_rows, revocations
from .redis_scripts import BROWSERS, COMMON, LOGINS
from .redis_upkeep import UPKEEP, RedisUpkeep
from .store import Detached, Lease, LoginKey, LoginRow, Revocation, StoreReport

PREFIX = "{ringback}:"
"""Before every key; the braces keep the whole vault in one slot of a cluster."""
VERSION = "1"


class RedisStore(RedisBrowsers, RedisUpkeep):
    """A Store in a Redis database. Raises VaultUnavailable when the server cannot be used."""

    def __init__(self, url: str) -> None:
        """Connects. Raises ConfigurationError when the server refuses the user, or holds a vault of another
        version; VaultUnavailable when it cannot be reached."""
        sources = {name: COMMON + source for name, source in {**LOGINS, **BROWSERS, **UPKEEP}.items()}
        self._link = RedisLink(url, PREFIX, sources)
        try:
            self._check_version()
        except BaseException:
            self._link.close()
            raise

    def _check_version(self) -> None:
        key = f"{PREFIX}version"
        self._link.ask(lambda client: client.set(key, VERSION, nx=True), first=True)
        found = (self._link.ask(lambda client: client.get(key), first=True) or b"").decode()
        if found != VERSION:
            raise ConfigurationError(
                f"RINGBACK_VAULT_URL: the vault is of version {found[:20]}; this Ringback knows {VERSION}",
                remedy="Upgrade Ringback, or name another database.",
            )

    def close(self) -> None:
        self._link.close()

    def describe(self) -> StoreReport:
        return self._link.ask(lambda client: describe(client, self._link.url))

    # Logins

    def load_login(self, key: LoginKey) -> LoginRow | None:
        return _row(key, self._link.run("load_login", *_key(key)))

    def list_logins(self, server: str, client_id: str, *, after: str, limit: int) -> list[LoginRow]:
        found = self._link.run("list_logins", app_name(server, client_id), after, limit)
        return login_rows(server, client_id, found)

    def replace_login(self, row: LoginRow, holder: str, *, now: float) -> LoginRow | None:
        arguments = (*_key(row.key), holder, _new_id(), now, *_record(row))
        return _row(row.key, self._link.run("replace_login", *arguments))

    def store_login(self, row: LoginRow, *, expected_generation: int) -> bool:
        arguments = (*_key(row.key), expected_generation, *_record(row))
        return bool(self._link.run("store_login", *arguments))

    def delete_login(self, key: LoginKey, login_id: str, generation: int, *, app: str) -> bool:
        return bool(self._link.run("delete_login", *_key(key), login_id, generation, quote(app, safe="")))

    # Holders

    def attach(self, key: LoginKey, holder: str) -> bool:
        return bool(self._link.run("attach", *_key(key), holder))

    def detach(self, key: LoginKey, holder: str, *, now: float, app: str) -> Detached:
        arguments = (*_key(key), holder, quote(app, safe=""), _new_id(), now)
        remaining, ended = self._link.run("detach", *arguments)
        return Detached(int(remaining), _row(key, ended))

    def end_login(self, key: LoginKey, *, now: float, app: str) -> LoginRow | None:
        return _row(key, self._link.run("end_login", *_key(key), quote(app, safe=""), _new_id(), now))

    def count_holders(self, key: LoginKey) -> int:
        return int(self._link.run("count_holders", *_key(key)))

    # Leases

    def acquire_lease(self, key: LoginKey, login_id: str, lease_id: str) -> Lease | None:
        taken = self._link.run("acquire_lease", *_key(key), login_id, lease_id)
        return None if taken is None else Lease(key, lease_id, resumed=bool(taken[0]))

    def release_lease(self, lease: Lease, *, finished: bool) -> None:
        unmarked = int(finished and not lease.resumed)
        self._link.run("release_lease", *_key(lease.key), lease.lease_id, unmarked)

    def interrupted(self, server: str, client_id: str) -> list[LoginKey]:
        owners = self._link.run("interrupted", app_name(server, client_id))
        return [LoginKey(server, client_id, owner.decode()) for owner in owners]

    # Revocations

    def add_revocation(self, row: LoginRow, *, now: float) -> None:
        self._link.run("add_revocation", *_key(row.key), _new_id(), now, *_record(row))

    def claim_revocations(
        self, server: str, client_id: str, *, now: float, hold: float, limit: int
    ) -> list[Revocation]:
        found = self._link.run("claim_revocations", app_name(server, client_id), now, now + hold, limit)
        return revocations(server, client_id, found)

    def finish_revocation(self, revocation_id: str) -> None:
        self._link.run("finish_revocation", revocation_id)

    def put_off_revocation(self, revocation_id: str, until: float) -> None:
        self._link.run("put_off_revocation", revocation_id, until)

    # Budgets

    def load_budget(self, key: str) -> tuple[int, bytes] | None:
        version, value = self._link.run("load_budget", key)
        return None if version is None else (int(version), bytes(value))

    def swap_budget(self, key: str, expected: int, value: bytes, *, keep_seconds: float) -> bool:
        milliseconds = max(int(keep_seconds * 1000), 1)
        return bool(self._link.run("swap_budget", key, expected, expected + 1, value, milliseconds))


def _key(key: LoginKey) -> tuple[str, str]:
    return app_name(key.server, key.client_id), key.owner_id


def _record(row: LoginRow) -> tuple[str | int | bytes, ...]:
    return row.login_id, row.generation, row.sealed, row.session_tag


def _row(key: LoginKey, record: Any) -> LoginRow | None:
    return None if record is None else login_row(key, record)


def _new_id() -> str:
    return uuid.uuid4().hex
