"""Browser sessions: one opaque id in a cookie, everything else in the vault; and how a login changes hands.

The web app and the integrations all stand on these steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ringback.client import user_steps
from ringback.client.context import Context
from ringback.client.effects import DetachHolder, Now, OnVault, Steps
from ringback.vault import Login, Vault
from ringback.vault.browser_sessions import BrowserSession, BrowserSessions

from .descriptions import description_of
from .messages import Cookie

ATTEMPT_SECONDS = 600.0
"""How long a login may take, as the client has it."""

_ID = re.compile(r"[A-Za-z0-9_-]{16,128}")
_MOST_STATE = 512
T = TypeVar("T")


class SessionSettings(Protocol):
    """What sessions need to know; lifetimes are in seconds."""

    @property
    def cookie_name(self) -> str: ...
    @property
    def secure(self) -> bool: ...
    @property
    def session_lifetime(self) -> float: ...
    @property
    def visitor_lifetime(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Handover:
    """What came of a login: the browser's new session, or None when another window was faster and counts.

    `old_is_dead`: the cookie that the browser came with is worth nothing any more. Otherwise that other
    window has given it a new one, which stays.
    """

    session: BrowserSession | None
    old_is_dead: bool


class Browsers:
    """Finds, makes and ends sessions, and writes their cookies."""

    def __init__(self, settings: SessionSettings) -> None:
        self._settings = settings

    def session(self, cookie: str) -> Steps[BrowserSession | None]:
        """The session this cookie stands for; None without one, or when it has ended."""
        if not _ID.fullmatch(cookie):
            return None
        now: float = yield Now()

        def find(sessions: BrowserSessions) -> BrowserSession | None:
            there = sessions.load(cookie, now)
            if there is not None:
                sessions.note_seen(there, now)
            return there

        found: BrowserSession | None = yield on_sessions(find)
        return found

    def remember_attempt(
        self, session: BrowserSession | None, state: str, kept: str
    ) -> Steps[BrowserSession]:
        """The session under which a login that this browser begins now is kept; `session` or a new one.

        A visitor's session that would end before the login must be finished is renewed; what other tabs
        began moves along.
        """
        now: float = yield Now()
        lifetime = self._settings.visitor_lifetime

        def keep(sessions: BrowserSessions) -> BrowserSession:
            here = session
            if here is not None and here.user_id is None and here.expires_at < now + ATTEMPT_SECONDS:
                here = sessions.renew(here, now, lifetime)
            if here is None or not sessions.add_attempt(here.id, state, kept, now, ATTEMPT_SECONDS):
                here = sessions.start(now, lifetime)
                sessions.add_attempt(here.id, state, kept, now, ATTEMPT_SECONDS)
            return here

        with_it: BrowserSession = yield on_sessions(keep)
        return with_it

    def take_attempt(self, session: BrowserSession | None, states: Sequence[str]) -> Steps[str | None]:
        """What was kept of the attempt that a callback with these states belongs to, taken so that it counts
        once; None unless there is one state, and this browser began its login.
        """
        if session is None or len(states) != 1 or not 0 < len(states[0]) <= _MOST_STATE:
            return None
        state, session_id = states[0], session.id
        now: float = yield Now()
        kept: str | None = yield on_sessions(lambda sessions: sessions.take_attempt(session_id, state, now))
        return kept

    def logged_in(
        self, context: Context, old: BrowserSession, user_id: str, user_agent: str = ""
    ) -> Steps[Handover]:
        """Give the browser a new session, now that `user_id` has logged in, held by `old`; with a new id.

        It lets go of whom the browser was logged in as before. Of its User-Agent a few words are kept.
        """
        now: float = yield Now()
        lifetime, described = self._settings.session_lifetime, description_of(user_agent)
        new: BrowserSession | None = yield on_sessions(
            lambda sessions: sessions.log_in(old.id, user_id, now, lifetime, described)
        )
        # The new session holds the login before the old one lets go: it never stands without a holder.
        attached = False
        if new is not None:
            holder = new.holder
            attached = yield OnVault(lambda vault: vault.attach(user_id, holder))
        for left in {user_id, old.user_id or user_id}:
            yield from user_steps.logout(context, left, old.holder)
        if new is not None and not attached:
            yield from self.end(new)
        return Handover(new if attached else None, old_is_dead=new is not None)

    def refused(self, session: BrowserSession | None, user_id: str) -> Steps[bool]:
        """A login was refused. True when it has ended, and the browser's session with it.

        Tokens that are still stored were refused, not ended: they are given up on `invalid_grant` alone
        (security.md, upstream), and the next call may succeed.
        """
        login: Login | None = yield OnVault(lambda vault: vault.load(user_id))
        ended = login is None or login.tokens.refresh_token is None
        if ended and session is not None and session.user_id == user_id:
            yield DetachHolder(user_id, session.holder)
            yield from self.end(session)
        return ended

    def end(self, session: BrowserSession) -> Steps[None]:
        """End a session on the server; its cookie is worth nothing then."""
        session_id = session.id
        yield on_sessions(lambda sessions: sessions.end(session_id))

    def cookie(self, session: BrowserSession) -> Cookie:
        """A visitor's cookie goes with the browser window; a login's stays as long as its session."""
        seconds = int(session.expires_at - session.created_at) if session.user_id else None
        return Cookie(self._settings.cookie_name, session.id, self._settings.secure, seconds)

    def no_cookie(self) -> Cookie:
        """Takes the cookie away."""
        return Cookie(self._settings.cookie_name, "", self._settings.secure)


def on_sessions(call: Callable[[BrowserSessions], T]) -> OnVault:
    """One method of the vault's browser sessions."""

    def on(vault: Vault) -> T:
        return call(vault.browser_sessions)

    return OnVault(on)
