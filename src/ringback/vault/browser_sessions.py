"""Browser sessions and login attempts: what a web app must remember about a browser, kept in the vault.

The browser holds one opaque 256-bit id; the store holds only its SHA-256 digest. Times are seconds since
the epoch, UTC, on the caller's clock.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from ringback.oauth.pkce import base64url

from .errors import VaultUnavailable
from .keyring import KeyRing
from .store import LoginKey, SessionRow, Store, session_holder

SEEN_SECONDS = 300.0
"""A session is noted as seen at most once in so many seconds: the vault is not written to on each request."""

_ID_BYTES = 32
_ATTEMPTS = 20
_EXPIRED_AT_ONCE = 500
_MOST_DESCRIPTION = 80
_PURPOSE = "login attempt"


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """One browser's session. `id` is what its cookie holds; `csrf` what its forms must carry.

    `holder` names this browser as a holder of its user's login. `description` says in a few words what
    browser it is; `seen_at` is when it was last noted, never more often than once in SEEN_SECONDS.
    """

    id: str = field(repr=False)
    user_id: str | None
    created_at: float
    expires_at: float
    description: str = ""
    seen_at: float = 0.0

    @property
    def csrf(self) -> str:
        """The token that forms of this session carry; it cannot be turned back into the id."""
        return hmac.new(self.id.encode(), b"ringback csrf", hashlib.sha256).hexdigest()

    @property
    def holder(self) -> str:
        """This browser's name among the holders of a login."""
        return session_holder(_digest(self.id))

    def _handle(self, digest: str) -> str:
        """The name of another session on this one's pages: it means nothing to any other session."""
        return hmac.new(self.id.encode(), f"ringback browser {digest}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class UserBrowser:
    """A browser in which a user is logged in, as another of the user's browsers may see it.

    `handle` names it to that one alone: it is made with the looking session's id, and tells nothing of the
    session it names. `here`: it is the one that looks.
    """

    handle: str
    description: str
    logged_in_at: float
    seen_at: float
    expires_at: float
    here: bool


class BrowserSessions:
    """The browser sessions of one app. All methods raise VaultUnavailable when the store fails."""

    def __init__(
        self,
        store: Store,
        keyring: KeyRing,
        *,
        server: str,
        client_id: str,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.app = f"{server} {client_id}"
        self._store = store
        self._keyring = keyring
        self._server = server
        self._client_id = client_id
        self._random_bytes = random_bytes
        self._no_notes_until = 0.0

    def start(self, now: float, lifetime: float) -> BrowserSession:
        """A new session with nobody logged in, for `lifetime` seconds."""
        session = self._new(None, now, lifetime, "")
        self._store.put_session(self._row(session))
        return session

    def load(self, session_id: str, now: float) -> BrowserSession | None:
        """The live session with this id; None when it is unknown, ended, expired, or another app's."""
        row = self._store.load_session(_digest(session_id), now=now)
        if row is None or row.app != self.app:
            return None
        seen_at = row.created_at if row.seen_at is None else row.seen_at
        return BrowserSession(
            session_id, row.user_id, row.created_at, row.expires_at, row.description, seen_at
        )

    def note_seen(self, session: BrowserSession, now: float) -> None:
        """Note that a logged-in browser was here, at most once in SEEN_SECONDS.

        A note that the store does not take is not worth a page: none is tried for as long then.
        """
        if session.user_id is None or now - session.seen_at < SEEN_SECONDS or now < self._no_notes_until:
            return
        try:
            self._store.note_session(_digest(session.id), seen_at=now)
        except VaultUnavailable:
            self._no_notes_until = now + SEEN_SECONDS

    def log_in(
        self, session_id: str, user_id: str, now: float, lifetime: float, description: str = ""
    ) -> BrowserSession | None:
        """A new session with a new id for the logged-in user; the old id is dead, its attempts move along.

        So does its hold on the user's login; a login of somebody else it lets go of, without ending it.
        `description` says in a few words what browser it is: never the whole of what the browser sent.
        None when the old session has ended meanwhile: then nobody is logged in.
        """
        return self._replace(session_id, self._new(user_id, now, lifetime, description[:_MOST_DESCRIPTION]))

    def end(self, session_id: str) -> None:
        """End a session and forget its login attempts."""
        self._store.delete_session(_digest(session_id))

    def count_user(self, user_id: str, now: float) -> int:
        """In how many browsers the user is logged in."""
        return len(self._store.sessions_of(self.app, user_id, now=now))

    def browsers_of(self, session: BrowserSession, now: float) -> list[UserBrowser]:
        """Where the user of `session` is logged in: this browser first, then those that were here last."""
        here = _digest(session.id)
        rows = self._store.sessions_of(self.app, session.user_id, now=now) if session.user_id else []
        found = [
            UserBrowser(
                session._handle(row.digest),
                row.description,
                row.created_at,
                row.created_at if row.seen_at is None else row.seen_at,
                row.expires_at,
                row.digest == here,
            )
            for row in rows
        ]
        return sorted(found, key=lambda browser: (not browser.here, -browser.seen_at, browser.handle))

    def end_others(self, session: BrowserSession, handle: str | None, now: float) -> list[str] | None:
        """End the user's browser that `session` knows under `handle`; without one, all others.

        Returns the holders that let go of the login: none for a handle that names nothing. The login itself
        stays, held by `session`. None when `session` is no longer logged in: then nothing was changed.
        """
        if session.user_id is None:
            return None
        here, only = _digest(session.id), None
        rows = self._store.sessions_of(self.app, session.user_id, now=now)
        others = [row.digest for row in rows if row.digest != here]
        if handle is not None:
            given = handle.encode("utf-8", "replace")
            others = [d for d in others if hmac.compare_digest(session._handle(d).encode(), given)]
            if not others:
                return []
            (only,) = others
        key = LoginKey(self._server, self._client_id, session.user_id)
        ended = self._store.end_other_sessions(key, here, only, app=self.app, now=now)
        return None if ended is None else [session_holder(digest) for digest in others]

    def renew(self, session: BrowserSession, now: float, lifetime: float) -> BrowserSession | None:
        """A session with a new id and a new end; its attempts move along. None: it has ended."""
        return self._replace(session.id, self._new(session.user_id, now, lifetime, session.description))

    def expire(self, now: float) -> None:
        """Forget expired sessions, attempts and states; the logins they held stay: nobody logged out."""
        while self._store.expired_sessions(
            self.app, server=self._server, client_id=self._client_id, now=now, limit=_EXPIRED_AT_ONCE
        ):
            pass

    def add_attempt(
        self, session_id: str, state: str, transaction: str, now: float, lifetime: float = 600.0
    ) -> bool:
        """Remember that this browser started a login; the newest 20 are kept. False: no such session."""
        digest, state_digest = _digest(session_id), _digest(state)
        sealed = self._keyring.seal(transaction.encode(), *bound_to(self.app, state_digest))
        return self._store.add_attempt(
            digest, state_digest, sealed, now=now, expires_at=now + lifetime, limit=_ATTEMPTS
        )

    def take_attempt(self, session_id: str, state: str, now: float) -> str | None:
        """The transaction of a login this browser started, once; None for any other state."""
        state_digest = _digest(state)
        sealed = self._store.take_attempt(_digest(session_id), state_digest, now=now)
        if sealed is None:
            return None
        return self._keyring.open(sealed, *bound_to(self.app, state_digest)).decode()

    def _replace(self, old_id: str, session: BrowserSession) -> BrowserSession | None:
        replaced = self._store.replace_session(
            _digest(old_id), self._row(session), server=self._server, client_id=self._client_id
        )
        return session if replaced else None

    def _new(self, user_id: str | None, now: float, lifetime: float, description: str) -> BrowserSession:
        session_id = base64url(self._random_bytes(_ID_BYTES))
        return BrowserSession(session_id, user_id, now, now + lifetime, description, now)

    def _row(self, session: BrowserSession) -> SessionRow:
        return SessionRow(
            _digest(session.id),
            self.app,
            session.user_id,
            session.created_at,
            session.expires_at,
            session.description,
            session.seen_at,
        )


def bound_to(app: str, state_digest: str) -> tuple[str, ...]:
    """What a login attempt's seal is bound to."""
    return (_PURPOSE, app, state_digest)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()
