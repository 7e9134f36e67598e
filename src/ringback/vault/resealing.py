"""Changing the key: seal every record of a vault under the first key of the ring, while it is in use.

Each record is compared and set, so a refresh that happens meanwhile is never overwritten; what was done stays
done, and the next run goes on where this one was killed. docs/vault.md, "Changing the key", has the order in
which the processes of a deployment get the new key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ringback.oauth.errors import ConfigurationError

from . import browser_sessions, logins
from .errors import SealError
from .keyring import KeyRing, key_id_of
from .logins import Vault
from .store import LoginRow, Revocation, Store
from .upkeep import AttemptRow, Sealed

_PAGE = 200
_PASSES = 4

Told = Callable[[int], None]
"""Told how many records have been looked at so far, over all passes."""


@dataclass(slots=True)
class Resealed:
    """What is sealed under which key, by the keys' ids (`KeyRing.key_ids`), after `resealed` were changed.

    `logins`, `revocations`, `attempts` (logins that browsers have begun) and `keys` are of the last look at
    everything. `left` records under another key of the ring open and were not changed: by a dry run, or
    since something went on to seal them. `unopened` are owner ids of records that do not open: this app's,
    and others' that name a key of the ring.
    """

    first_key: str
    other_keys: tuple[str, ...]
    resealed: int = 0
    left: int = 0
    logins: int = 0
    revocations: int = 0
    attempts: int = 0
    keys: dict[str, int] = field(default_factory=dict)
    unopened: list[str] = field(default_factory=list)

    @property
    def needed(self) -> dict[str, int]:
        """How many records need each key of the ring but the first: while there are any, it must stay."""
        return {key_id: self.keys[key_id] for key_id in self.other_keys if self.keys.get(key_id)}

    @property
    def done(self) -> bool:
        """True when nothing in the vault needs a key other than the first."""
        return not self.needed and not self.unopened

    def to_dict(self) -> dict[str, Any]:
        """For JSON. There is no key in it."""
        return {
            "firstKey": self.first_key,
            "resealed": self.resealed,
            "left": self.left,
            "logins": self.logins,
            "revocations": self.revocations,
            "attempts": self.attempts,
            "keys": self.keys,
            "needed": self.needed,
            "unopened": self.unopened,
            "done": self.done,
        }


def reseal(vault: Vault, *, dry_run: bool = False, told: Told | None = None) -> Resealed:
    """Seal everything in the vault's store under the first key, and say what is under which key then.

    All apps in the store are seen to, since they may share the ring; records of another app that no key opens
    are left alone. `dry_run` only looks. Raises VaultUnavailable (run it again: it goes on), and
    ConfigurationError when two keys of the ring cannot be told apart.
    """
    ring = vault.keyring
    first, *others = ring.key_ids
    if len(set(ring.key_ids)) < len(ring):
        raise ConfigurationError(
            "RINGBACK_SECRET_KEYS holds a key twice, or two that have one id", remedy="Take one of them out."
        )
    looked = changed = 0
    for last_pass in (*([False] * (_PASSES - 1)), True):
        found = Resealed(first, tuple(others))
        for page in _pages(vault.store):
            _count(found, page)
            changes = _changes(ring, [row for row in page if _key_id(row) != first], vault, found)
            found.left += len(changes)
            if changes and not dry_run and not last_pass:
                changed += vault.store.reseal(changes)
            looked += len(page)
            if told is not None:
                told(looked)
        if dry_run or not found.left:
            break
    found.resealed = changed
    return found


def _pages(store: Store) -> Iterator[list[Sealed]]:
    """Everything that is sealed in the store, a page of one kind at a time."""
    for server, client_id in store.list_apps():
        after: str | None = ""
        while after is not None:
            rows = store.list_logins(server, client_id, after=after, limit=_PAGE)
            yield list(rows)
            after = rows[-1].key.owner_id if len(rows) == _PAGE else None
        after = ""
        while after is not None:
            pending = store.list_revocations(server, client_id, after=after, limit=_PAGE)
            yield list(pending)
            after = pending[-1].revocation_id if len(pending) == _PAGE else None
    begun = store.list_attempts(after=None, limit=_PAGE)
    while begun:
        yield list(begun)
        begun = store.list_attempts(after=begun[-1], limit=_PAGE)


def _changes(ring: KeyRing, rows: list[Sealed], vault: Vault, found: Resealed) -> list[tuple[Sealed, bytes]]:
    """The rows that open, each sealed anew under the first key; what does not is noted."""
    changes: list[tuple[Sealed, bytes]] = []
    for row in rows:
        words = _bound_to(row)
        try:
            changes.append((row, ring.seal(ring.open(_sealed(row), *words), *words)))
        except SealError:
            login = row.row if isinstance(row, Revocation) else row
            if isinstance(login, LoginRow) and (
                _key_id(row) in ring.key_ids
                or (login.key.server, login.key.client_id) == (vault.server, vault.client_id)
            ):
                found.unopened.append(login.key.owner_id)
    return changes


def _bound_to(row: Sealed) -> tuple[str, ...]:
    login = row.row if isinstance(row, Revocation) else row
    if isinstance(login, LoginRow):
        return logins.bound_to(login.key, login.login_id, login.generation)
    return browser_sessions.bound_to(login.app, login.state)


def _sealed(row: Sealed) -> bytes:
    return row.row.sealed if isinstance(row, Revocation) else row.sealed


def _key_id(row: Sealed) -> str:
    return key_id_of(_sealed(row))


def _count(found: Resealed, page: list[Sealed]) -> None:
    found.keys = dict(Counter(found.keys) + Counter(_key_id(row) for row in page))
    found.logins += sum(isinstance(row, LoginRow) for row in page)
    found.revocations += sum(isinstance(row, Revocation) for row in page)
    found.attempts += sum(isinstance(row, AttemptRow) for row in page)
