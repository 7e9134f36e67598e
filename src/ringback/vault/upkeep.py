"""What an operator does to a store as a whole: look at everything sealed, seal it anew, restore a backup.

A part of the interface `Store`. No token is in the clear here either. A deployment may go on all the while.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from .store import LoginRow, Revocation


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """A login that a browser has begun: sealed, under its session's and its state's digest."""

    app: str
    digest: str
    state: str
    sealed: bytes


Sealed: TypeAlias = "LoginRow | Revocation | AttemptRow"
"""A row with something sealed in it."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A login from a backup, and what it may be written over.

    `over` is login id and generation of the record it takes the place of, None where there must be none.
    `holders` are attached only where there was none: who holds a login that is there stays as it is.
    """

    row: LoginRow
    over: tuple[str, int] | None
    holders: tuple[str, ...] = ()


class Upkeep(Protocol):
    """The methods of a Store for its operator."""

    def list_apps(self) -> list[tuple[str, str]]:
        """Server and client ID of every app with a login or a revocation in this store."""

    def list_holders(
        self, server: str, client_id: str, owner_ids: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        """The holders of each of these owners' logins, by name; without those nobody holds."""

    def load_logins(self, server: str, client_id: str, owner_ids: Sequence[str]) -> dict[str, LoginRow]:
        """The logins of these owners, by owner id; without those there are none of."""

    def list_revocations(self, server: str, client_id: str, *, after: str, limit: int) -> list[Revocation]:
        """Up to `limit` of the app's revocations, due or not, by id; only those beyond the id `after`."""

    def list_attempts(self, *, after: AttemptRow | None, limit: int) -> list[AttemptRow]:
        """Up to `limit` attempts of all apps, in an order that stays; only those beyond `after`."""

    def reseal(self, changes: Sequence[tuple[Sealed, bytes]]) -> int:
        """Put other sealed bytes into rows of one kind; how many were written.

        Compare-and-set of each row: only where its sealed bytes are still those given. Nothing else of the
        row changes, not its generation and not its lease: a refresh that is under way is stored as ever.
        """

    def restore_logins(self, restored: Sequence[Restored], *, now: float) -> list[bool]:
        """Put logins in, each only where `over` still holds; for each, whether it was.

        Each is one step; together they need not be. A login that is written over goes into the revocation
        outbox in the same step, unless both have one session tag; its lease ends, and its holders and the
        user's browser sessions stay.
        """
