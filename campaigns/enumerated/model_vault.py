"""A vault as a value: one login at most, its lease, and the revocations that are pending."""

from __future__ import annotations

from typing import NamedTuple

LEASE_SECONDS = 5


class Tokens(NamedTuple):
    """The numbers of a pair, when they were asked for and end, and the session they belong to."""

    access: int
    refresh: int
    issued_at: int
    expires_at: int
    session: str


class Record(NamedTuple):
    """One generation of one login."""

    login_id: str
    generation: int
    tokens: Tokens


class Held(NamedTuple):
    """A lease that was not given back; one that has run out marks an interrupted refresh."""

    lease_id: str
    until: int


class Vault(NamedTuple):
    """`outbox`: tokens to revoke, and whether somebody is at it. `written`: every pair ever stored."""

    record: Record | None = None
    held: Held | None = None
    outbox: tuple[tuple[Tokens, bool], ...] = ()
    written: frozenset[int] = frozenset()

    def is_interrupted(self, now: int) -> bool:
        """Whether the login carries the mark."""
        return self.record is not None and self.held is not None and self.held.until <= now

    def is_current(self, login_id: str, generation: int) -> bool:
        """Whether the record is still this one."""
        return self.record is not None and self.record[:2] == (login_id, generation)


def put(vault: Vault, tokens: Tokens, login_id: str) -> Vault:
    """A new login; the one it replaces is revoked, unless it is of the same session."""
    old = vault.record
    replaced = old is not None and old.tokens.session != tokens.session
    return vault._replace(
        record=Record(login_id, 1, tokens),
        held=None,
        outbox=vault.outbox + (((old.tokens, False),) if old is not None and replaced else ()),
        written=vault.written | {tokens.access},
    )


def acquire(vault: Vault, login_id: str, lease_id: str, now: int) -> tuple[Vault, bool | None]:
    """None: not given; else whether the lease is `resumed`."""
    if vault.record is None or vault.record.login_id != login_id:
        return vault, None
    if vault.held is not None and vault.held.until > now:
        return vault, None
    return vault._replace(held=Held(lease_id, now + LEASE_SECONDS)), vault.held is not None


def release(vault: Vault, lease_id: str, now: int, *, forget: bool) -> Vault:
    """Give a lease back; unless `forget`, the mark stays."""
    if vault.held is None or vault.held.lease_id != lease_id:
        return vault
    return vault._replace(held=None if forget else Held(lease_id, now))


def store(vault: Vault, login_id: str, generation: int, tokens: Tokens) -> Vault | None:
    """Compare-and-set; None when the record is another by now."""
    if not vault.is_current(login_id, generation):
        return None
    record = Record(login_id, generation + 1, tokens)
    return vault._replace(record=record, held=None, written=vault.written | {tokens.access})


def delete(vault: Vault, login_id: str, generation: int) -> Vault | None:
    """Remove the record that the server has ended; None when it is another by now."""
    return vault._replace(record=None, held=None) if vault.is_current(login_id, generation) else None


def end(vault: Vault) -> Vault:
    """Log out."""
    if vault.record is None:
        return vault
    return discard(vault, vault.record.tokens)._replace(record=None, held=None)


def discard(vault: Vault, tokens: Tokens) -> Vault:
    """Tokens to be revoked."""
    return vault._replace(outbox=(*vault.outbox, (tokens, False)))
