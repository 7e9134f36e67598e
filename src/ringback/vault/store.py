"""The interface of a vault's back end: rows of sealed logins, leases, revocations, browser sessions.

A store sees no token in the clear. Every method is one atomic step; a store that cannot carry one out
raises VaultUnavailable and has changed nothing. `now` is the caller's clock in seconds since the epoch, UTC;
leases alone run on the store's own clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .upkeep import Upkeep

LEASE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class LoginKey:
    """What a login is kept under: the server's base URL, the app's client ID, the user's owner id."""

    server: str
    client_id: str
    owner_id: str


@dataclass(frozen=True, slots=True)
class LoginRow:
    """One login as stored. `login_id` is random and `generation` counts its refreshes; neither repeats.

    `session_tag` tells whether two rows belong to one RingCentral session, without telling which.
    """

    key: LoginKey
    login_id: str
    generation: int
    sealed: bytes
    session_tag: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to refresh one login, until the store's clock passes LEASE_SECONDS.

    `resumed` says that the login was marked as interrupted when this lease was taken: somebody's refresh may
    have reached the server, and its answer was never stored.
    """

    key: LoginKey
    lease_id: str
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Revocation:
    """A login that is gone here and whose refresh token is still to be revoked at the server."""

    revocation_id: str
    row: LoginRow
    attempts: int


@dataclass(frozen=True, slots=True)
class Detached:
    """What a detach did: how many holders are left, and the row it took out when none is."""

    remaining: int
    ended: LoginRow | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser session: the digest of its id, whose app it belongs to, and who is logged in.

    `description` says in a few words what browser it is, `seen_at` when it was noted last; None: never since
    `created_at`. Both may be missing in a session that an older Ringback has made.
    """

    digest: str
    app: str
    user_id: str | None
    created_at: float
    expires_at: float
    description: str = ""
    seen_at: float | None = None


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What a store is and what it promises, for start-up and `doctor`. There is no secret in it.

    `shared`: several processes may use it. `survives_store`: what was acknowledged is there again after the
    store itself was killed or lost power. `facts` are the store's settings behind that, under the store's own
    names; `warnings` are sentences for the operator, each with what to do.
    """

    kind: str
    shared: bool
    survives_store: bool
    facts: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


BROWSER_HOLDER = "browser:"
"""What the name of a holder that is a browser session begins with."""


def session_holder(digest: str) -> str:
    """The name of a browser session among the holders of a login, from the digest of the session's id."""
    return f"{BROWSER_HOLDER}{digest[:24]}"


class Store(Upkeep, Protocol):
    """What a back end must do, with `Upkeep`. The tests in `ringback.vault.conformance` run against each.

    A store on a network cannot always tell whether a step whose answer was lost was carried out. It raises
    VaultUnavailable then too; each method is such that repeating the whole of what its caller does is safe.

    `app` is the name under which the browser sessions and states of a login's app are kept.
    """

    def close(self) -> None:
        """Let go of connections; the store may not be used afterwards."""

    def describe(self) -> StoreReport:
        """What the store promises, read from the store itself."""

    # Logins

    def load_login(self, key: LoginKey) -> LoginRow | None:
        """The login under `key`, or None."""

    def list_logins(self, server: str, client_id: str, *, after: str, limit: int) -> list[LoginRow]:
        """Up to `limit` logins of this app, by owner id in the order of its UTF-8 bytes.

        Only those beyond `after`: the last owner id of the page before, or "" for the first page.
        """

    def replace_login(self, row: LoginRow, holder: str, *, now: float) -> LoginRow | None:
        """Store a new login with `holder` attached, and take out and return the one it replaces.

        The old one goes into the revocation outbox in the same step, unless both have one session tag.
        """

    def store_login(self, row: LoginRow, *, expected_generation: int) -> bool:
        """Compare-and-set: write `row` where login id and generation are still the expected ones.

        Never inserts. A success also clears the login's lease.
        """

    def delete_login(self, key: LoginKey, login_id: str, generation: int, *, app: str) -> bool:
        """Remove the login if id and generation are still these, without revoking it: it is dead already.

        The user's browser sessions end with it: no old cookie comes back to life with the next login.
        """

    # Holders

    def attach(self, key: LoginKey, holder: str) -> bool:
        """Make `holder` a holder of the login; False when there is no login."""

    def detach(self, key: LoginKey, holder: str, *, now: float, app: str) -> Detached:
        """Take `holder` off. The last one to go ends the login as `end_login` does."""

    def end_login(self, key: LoginKey, *, now: float, app: str) -> LoginRow | None:
        """Take all holders off, put the login into the outbox, and end the user's browser sessions."""

    def count_holders(self, key: LoginKey) -> int:
        """How many hold the login."""

    # Leases

    def acquire_lease(self, key: LoginKey, login_id: str, lease_id: str) -> Lease | None:
        """The lease, when no other is running and the login is still `login_id`; else None."""

    def release_lease(self, lease: Lease, *, finished: bool) -> None:
        """Give the lease back; unless `finished`, the login is marked as interrupted.

        `finished` speaks of this lease alone. A mark from before it (`lease.resumed`) stays: it goes only
        with the tokens it is about, by store_login, delete_login, end_login or replace_login.
        """

    def interrupted(self, server: str, client_id: str) -> list[LoginKey]:
        """Logins of this app whose refresh was interrupted: a lease ran out, or came back unfinished."""

    # Revocations

    def add_revocation(self, row: LoginRow, *, now: float) -> None:
        """Put `row` into the outbox."""

    def claim_revocations(
        self, server: str, client_id: str, *, now: float, hold: float, limit: int
    ) -> list[Revocation]:
        """Up to `limit` due revocations, the newest first; for `hold` seconds others leave them alone."""

    def finish_revocation(self, revocation_id: str) -> None:
        """Take one out of the outbox."""

    def put_off_revocation(self, revocation_id: str, until: float) -> None:
        """Try again at `until`, and count the attempt."""

    # States and browsers

    def spend(self, app: str, digest: str, *, now: float, expires_at: float) -> bool:
        """True for the first caller that spends `digest` in `app`, False for everyone after."""

    def put_session(self, row: SessionRow) -> None:
        """Store a browser session."""

    def load_session(self, digest: str, *, now: float) -> SessionRow | None:
        """The session, unless it is unknown or has expired."""

    def replace_session(self, old_digest: str, row: SessionRow, *, server: str, client_id: str) -> bool:
        """Swap one session for another, its login attempts moving along; False when the old one is gone.

        In the same step the old session lets go of every login of this app at this server; where it held
        that of the new session's user, the new session holds it instead.
        """

    def note_session(self, digest: str, *, seen_at: float) -> None:
        """Note that a session was seen then; an unknown one, or one noted later than that, stays as it is."""

    def delete_session(self, digest: str) -> SessionRow | None:
        """End a session and its attempts."""

    def sessions_of(self, app: str, user_id: str, *, now: float) -> list[SessionRow]:
        """The live sessions a user is logged in with."""

    def end_other_sessions(
        self, key: LoginKey, by: str, only: str | None, *, app: str, now: float
    ) -> int | None:
        """End the session `only` of the login's user, or all but `by` without it; returns how many.

        `by` is the digest of the session that asks. None: it is no live session of this app and user that
        holds the login, and nothing was changed. In the same step those that end let go of the login, which
        stays, as `by` holds it. `by` itself is never ended, nor another user's or app's session.
        """

    def expired_sessions(
        self, app: str, *, server: str, client_id: str, now: float, limit: int
    ) -> list[SessionRow]:
        """Take out and return up to `limit` of the app's expired sessions, with or without a user.

        In the same step each lets go of every login of this app at this server, which stays; and the app's
        expired attempts and states are dropped. Other apps' are left alone: their clock may be another.
        """

    def add_attempt(
        self, digest: str, state: str, sealed: bytes, *, now: float, expires_at: float, limit: int
    ) -> bool:
        """Keep a login attempt under a session, the newest `limit` of it; False when the session is gone."""

    def take_attempt(self, digest: str, state: str, *, now: float) -> bytes | None:
        """Take an attempt out, once; None when this session has no such live attempt."""

    # Rate budgets: small values that processes agree on. They need not be durable, and cost no fsync.

    def load_budget(self, key: str) -> tuple[int, bytes] | None:
        """Version (1 or more) and value of a budget, or None when there is none or it was forgotten."""

    def swap_budget(self, key: str, expected: int, value: bytes, *, keep_seconds: float) -> bool:
        """Compare-and-set: write `value` where the version is still `expected`; 0 inserts.

        A success counts the version up by one. The budget is forgotten `keep_seconds` after its last write,
        by the store's own clock.
        """
