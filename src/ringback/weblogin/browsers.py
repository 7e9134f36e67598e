"""Browser sessions: one opaque id in a cookie, everything else in the vault."""

from __future__ import annotations

import re

from ringback.client.effects import Now, OnVault, Steps
from ringback.vault import Vault
from ringback.vault.browser_sessions import BrowserSession

from .messages import Cookie
from .settings import LoginSettings

ATTEMPT_SECONDS = 600.0
"""How long a login may take, as the client has it."""

_ID = re.compile(r"[A-Za-z0-9_-]{16,128}")


class Browsers:
    """Finds and makes sessions, and writes their cookies."""

    def __init__(self, settings: LoginSettings) -> None:
        self._settings = settings

    def session(self, cookie: str) -> Steps[BrowserSession | None]:
        """The session this cookie stands for; None without one, or when it has ended."""
        if not _ID.fullmatch(cookie):
            return None
        now: float = yield Now()
        found: BrowserSession | None = yield OnVault(lambda vault: vault.browser_sessions.load(cookie, now))
        return found

    def remember_attempt(self, cookie: str, state: str, kept: str) -> Steps[Cookie | None]:
        """Keep a login this browser begins now; a cookie when it gets another session for it.

        A visitor's session that would end before the login must be finished is renewed; what other tabs
        began moves along.
        """
        session = yield from self.session(cookie)
        now: float = yield Now()
        lifetime = self._settings.visitor_lifetime

        def keep(vault: Vault) -> BrowserSession:
            all_of_them, here = vault.browser_sessions, session
            if here is not None and here.user_id is None and here.expires_at < now + ATTEMPT_SECONDS:
                here = all_of_them.renew(here, now, lifetime)
            if here is None or not all_of_them.add_attempt(here.id, state, kept, now, ATTEMPT_SECONDS):
                here = all_of_them.start(now, lifetime)
                all_of_them.add_attempt(here.id, state, kept, now, ATTEMPT_SECONDS)
            return here

        with_it: BrowserSession = yield OnVault(keep)
        return None if session is not None and with_it.id == session.id else self.cookie(with_it)

    def cookie(self, session: BrowserSession) -> Cookie:
        """A visitor's cookie goes with the browser window; a login's stays as long as its session."""
        seconds = int(session.expires_at - session.created_at) if session.user_id else None
        return Cookie(self._settings.cookie_name, session.id, self._settings.secure, seconds)

    def no_cookie(self) -> Cookie:
        """Takes the cookie away."""
        return Cookie(self._settings.cookie_name, "", self._settings.secure)
