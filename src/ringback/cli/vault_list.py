"""`ringback vault list`: whose logins the vault holds, and until when; never a token."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import click

from .failures import FAILED
from .profile import cli_client, cli_profile

if TYPE_CHECKING:
    from ringback.vault import Login, Vault

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which logins are listed, and in what order. `days`: those that end within so many."""

    order: Literal["user", "expiry", "holders"] = "user"
    user_ids: tuple[str, ...] = ()
    days: float | None = None
    unopened: bool = False
    limit: int | None = None

    def takes(self, one: Listed, now: float) -> bool:
        """Is this login listed?"""
        if self.unopened and one.login is not None:
            return False
        return self.days is None or (one.login is not None and one.ends <= now + self.days * _DAY)

    def sorted(self, found: Iterable[Listed]) -> Iterable[Listed]:
        """In the order asked for; by user they come as they are read. With a limit, few are in memory."""
        if self.order == "user":
            return _first(found, self.limit)
        key = _by_end if self.order == "expiry" else _by_holders
        return sorted(found, key=key) if self.limit is None else heapq.nsmallest(self.limit, found, key=key)


@dataclass(frozen=True, slots=True)
class Listed:
    """A login of the vault, or the user id of a record that does not open."""

    user_id: str
    login: Login | None
    holders: int

    @property
    def ends(self) -> float:
        """When it ends unless it is used; one that does not open comes before all others."""
        if self.login is None:
            return float("-inf")
        tokens = self.login.tokens
        return tokens.refresh_expires_at or tokens.expires_at

    def to_dict(self) -> dict[str, Any]:
        """What may be told of it."""
        if self.login is None:
            return {"userId": self.user_id, "opens": False}
        tokens = self.login.tokens
        return {
            "userId": self.user_id,
            "opens": True,
            "accessTokenExpiresAt": _utc(tokens.expires_at),
            "refreshTokenExpiresAt": _utc(tokens.refresh_expires_at),
            "permissions": list(tokens.scope),
            "holders": self.holders,
            "restoredAt": _utc(self.login.restored_at),
        }


def run_vault_list(wanted: Wanted, *, as_json: bool) -> int:
    """Print a line a login; the exit code. Raises VaultUnavailable."""
    unopened = 0
    with cli_client(cli_profile()) as client:
        now = client.clock.now()
        found = (one for one in logins_in(client.vault, wanted.user_ids) if wanted.takes(one, now))
        for one in wanted.sorted(found):
            unopened += one.login is None
            click.echo(json.dumps(one.to_dict()) if as_json else _line(one))
    return FAILED if unopened else 0


def logins_in(vault: Vault, user_ids: tuple[str, ...] = ()) -> Iterator[Listed]:
    """These users' logins, or all of the app's a page at a time; by user id."""
    for user_id in sorted(set(user_ids), key=str.encode):
        listed = _one(vault, user_id)
        if listed is not None:
            yield listed
    if user_ids:
        return
    after: str | None = ""
    while after is not None:
        page = vault.page(after)
        owners = [login.key.owner_id for login in page.logins]
        holders = vault.store.list_holders(vault.server, vault.client_id, owners)
        found = [
            Listed(login.key.owner_id, login, len(holders.get(login.key.owner_id, ())))
            for login in page.logins
        ]
        found += [Listed(owner_id, None, 0) for owner_id in page.unopened]
        yield from sorted(found, key=lambda one: one.user_id.encode())
        after = page.last


def _one(vault: Vault, user_id: str) -> Listed | None:
    from ringback.vault import SealError

    try:
        login = vault.load(user_id)
    except SealError:
        return Listed(user_id, None, 0)
    return None if login is None else Listed(user_id, login, vault.count_holders(user_id))


def _first(found: Iterable[Listed], limit: int | None) -> Iterator[Listed]:
    for number, one in enumerate(found, start=1):
        yield one
        if number == limit:
            return


def _by_end(one: Listed) -> tuple[float, bytes]:
    return one.ends, one.user_id.encode()


def _by_holders(one: Listed) -> tuple[int, bytes]:
    return one.holders, one.user_id.encode()


def _line(one: Listed) -> str:
    if one.login is None:
        line = f"user {one.user_id}: the record does not open with the keys in RINGBACK_SECRET_KEYS"
    else:
        held = f"{one.holders} holder{'' if one.holders == 1 else 's'}"
        line = f"user {one.user_id}: until {_utc(one.ends)} unless used before, {held}"
    return "".join(character if character.isprintable() else "?" for character in line)


def _utc(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
