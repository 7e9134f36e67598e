"""The vault: one app's logins, sealed above any back end, with the rules that make refresh safe.

design.md, "Store before use": a record has a random login id and a generation; store and delete act on the
record they name and never bring one into being. Nothing here ever destroys what it cannot open.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass

from ringback.oauth.token_set import TokenSet, token_set_from_dict, token_set_to_dict

from .browser_sessions import BrowserSessions
from .budgets import Budgets
from .errors import SealError
from .keyring import KeyRing
from .store import Lease, LoginKey, LoginRow, Store

_PURPOSE = "login"
_TRANSACTION = "transaction"
_KEPT_OPEN = 1024


@dataclass(frozen=True, slots=True)
class Login:
    """One user's tokens, and the id and generation that say which record they came from.

    `restored_at`: they came from a backup then (seconds since the epoch, UTC), and were not refreshed since.
    """

    key: LoginKey
    login_id: str
    generation: int
    tokens: TokenSet
    restored_at: float | None = None

    def same_record(self, other: Login) -> bool:
        """True when both are the same generation of the same login."""
        return (self.login_id, self.generation) == (other.login_id, other.generation)


@dataclass(frozen=True, slots=True)
class PendingRevocation:
    """A refresh token still to be revoked. `tokens` is None when its record cannot be opened now."""

    revocation_id: str
    tokens: TokenSet | None
    attempts: int


@dataclass(frozen=True, slots=True)
class LoginPage:
    """Some of an app's logins, by owner id. `unopened` are owners whose records no present key opens.

    `last` is where the next page begins; None after the last one.
    """

    logins: tuple[Login, ...]
    unopened: tuple[str, ...]
    last: str | None


class Vault:
    """The logins of one app at one server. All methods raise VaultUnavailable when the store fails."""

    def __init__(
        self,
        store: Store,
        keyring: KeyRing,
        *,
        server: str,
        client_id: str,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.store = store
        self.server = server
        self.client_id = client_id
        self._keyring = keyring
        self.browser_sessions = BrowserSessions(
            store, keyring, server=server, client_id=client_id, random_bytes=random_bytes
        )
        self._app = self.browser_sessions.app
        self.budgets = Budgets(store, server, client_id)
        # What was opened last of each owner, so that an unchanged row is not unsealed for every call.
        self._opened: dict[str, tuple[LoginRow, Login]] = {}

    def close(self) -> None:
        """Close the back end."""
        self._opened.clear()
        self.store.close()

    def key(self, owner_id: str) -> LoginKey:
        """The key a user's login is kept under."""
        return LoginKey(self.server, self.client_id, owner_id)

    # Logins

    def load(self, owner_id: str) -> Login | None:
        """The user's login, or None. Raises SealError when its record cannot be opened."""
        row = self.store.load_login(self.key(owner_id))
        kept = self._opened.get(owner_id)
        if row is None:
            self._opened.pop(owner_id, None)
            return None
        if kept is not None and kept[0] == row:
            return kept[1]
        login = self.open_row(row)
        if len(self._opened) >= _KEPT_OPEN:
            self._opened.clear()
        self._opened[owner_id] = (row, login)
        return login

    def page(self, after: str = "", limit: int = 200) -> LoginPage:
        """Up to `limit` logins of the app, beyond the owner id `after`: so all are read, a page at a time."""
        rows = self.store.list_logins(self.server, self.client_id, after=after, limit=limit)
        opened: list[Login] = []
        unopened: list[str] = []
        for row in rows:
            try:
                opened.append(self.open_row(row))
            except SealError:
                unopened.append(row.key.owner_id)
        last = rows[-1].key.owner_id if len(rows) == limit else None
        return LoginPage(tuple(opened), tuple(unopened), last)

    def put_login(self, tokens: TokenSet, holder: str, *, now: float) -> Login:
        """Store a new login of `tokens.owner_id` with `holder`; what it replaces goes into the outbox."""
        login = self._new(tokens)
        self.store.replace_login(self._seal(login), holder, now=now)
        return login

    def store_refreshed(self, login: Login, tokens: TokenSet) -> Login | None:
        """Replace `login`'s tokens if its record is still the one loaded; None when it is not."""
        new = Login(login.key, login.login_id, login.generation + 1, tokens)
        stored = self.store.store_login(self._seal(new), expected_generation=login.generation)
        return new if stored else None

    def delete(self, login: Login) -> bool:
        """Remove a login the server has ended, if its record is still the one loaded.

        With it end the user's browser sessions.
        """
        return self.store.delete_login(login.key, login.login_id, login.generation, app=self._app)

    def detach(self, owner_id: str, holder: str, *, now: float) -> int:
        """Take a holder off; how many are left. At 0 the login is ended, as by `end`."""
        return self.store.detach(self.key(owner_id), holder, now=now, app=self._app).remaining

    def end(self, owner_id: str, *, now: float) -> bool:
        """End the login for all its holders and the user's browser sessions; False when there was none.

        The revocation of its tokens is pending then.
        """
        return self.store.end_login(self.key(owner_id), now=now, app=self._app) is not None

    def attach(self, owner_id: str, holder: str) -> bool:
        """Make `holder` a holder of the user's login; False when there is none."""
        return self.store.attach(self.key(owner_id), holder)

    def count_holders(self, owner_id: str) -> int:
        """How many browsers and programs hold the login."""
        return self.store.count_holders(self.key(owner_id))

    # Leases

    def lease(self, login: Login) -> Lease | None:
        """The right to refresh `login`, or None while another has it."""
        return self.store.acquire_lease(login.key, login.login_id, os.urandom(16).hex())

    def release(self, lease: Lease, *, finished: bool) -> None:
        """Give a lease back; unless `finished`, the login is marked as interrupted.

        `finished`: nothing of this lease's own is left open. A mark from before it stays (`lease.resumed`).
        """
        self.store.release_lease(lease, finished=finished)

    def interrupted(self) -> list[str]:
        """Owner ids of logins whose refresh was interrupted."""
        return [key.owner_id for key in self.store.interrupted(self.server, self.client_id)]

    # Revocations

    def discard(self, tokens: TokenSet, *, now: float) -> None:
        """Put tokens that nothing will use into the outbox, so that their session ends at the server."""
        self.store.add_revocation(self._seal(self._new(tokens)), now=now)

    def claim_revocations(self, *, now: float, hold: float, limit: int = 20) -> list[PendingRevocation]:
        """Revocations that are due, left alone by others for `hold` seconds."""
        claimed = self.store.claim_revocations(self.server, self.client_id, now=now, hold=hold, limit=limit)
        pending = []
        for revocation in claimed:
            try:
                tokens = self.open_row(revocation.row).tokens
            except SealError:
                tokens = None
            pending.append(PendingRevocation(revocation.revocation_id, tokens, revocation.attempts))
        return pending

    def finish_revocation(self, revocation_id: str) -> None:
        """The server knows: take it out of the outbox."""
        self.store.finish_revocation(revocation_id)

    def put_off_revocation(self, revocation_id: str, until: float) -> None:
        """Try again at `until`."""
        self.store.put_off_revocation(revocation_id, until)

    # Transactions

    def seal_transaction(self, plain: bytes) -> bytes:
        """Seal a login's transaction for this app."""
        return self._keyring.seal(plain, _TRANSACTION, self.server, self.client_id)

    def open_transaction(self, sealed: bytes) -> bytes:
        """Open it again. Raises SealError for anything this app did not seal."""
        return self._keyring.open(sealed, _TRANSACTION, self.server, self.client_id)

    def spend_state(self, state: str, *, now: float, expires_at: float) -> bool:
        """True the first time a login's state is spent, False ever after."""
        return self.store.spend(self._app, _digest(state), now=now, expires_at=expires_at)

    def count_keys(self) -> int:
        """How many keys can open what is stored."""
        return len(self._keyring)

    # Sealing

    def _new(self, tokens: TokenSet) -> Login:
        return Login(self.key(tokens.owner_id), os.urandom(16).hex(), 1, tokens)

    def _seal(self, login: Login) -> LoginRow:
        session = login.tokens.session_id
        return self.seal_row(login, _digest(session)[:32] if session else login.login_id)

    def seal_row(self, login: Login, session_tag: str) -> LoginRow:
        """The login as a row of the store, under the first key."""
        told = token_set_to_dict(login.tokens)
        if login.restored_at is not None:
            told["restored_at"] = login.restored_at
        plain = json.dumps(told, separators=(",", ":")).encode()
        sealed = self._keyring.seal(plain, *bound_to(login.key, login.login_id, login.generation))
        return LoginRow(login.key, login.login_id, login.generation, sealed, session_tag)

    def open_row(self, row: LoginRow) -> Login:
        """The login in a row of the store. Raises SealError."""
        plain = self._keyring.open(row.sealed, *bound_to(row.key, row.login_id, row.generation))
        told = json.loads(plain)
        tokens = token_set_from_dict(told)
        return Login(row.key, row.login_id, row.generation, tokens, told.get("restored_at"))

    @property
    def keyring(self) -> KeyRing:
        """The keys this vault seals and opens with."""
        return self._keyring


def bound_to(key: LoginKey, login_id: str, generation: int) -> tuple[str, ...]:
    """What a login's seal is bound to."""
    return (_PURPOSE, key.server, key.client_id, key.owner_id, login_id, str(generation))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
