"""The login's own pages: begin, callback, log out (RFC 6749 4.1; security.md's promises for login state).

A callback counts only in the browser that began that login, once. The session's id changes at login and dies
at logout. Nothing of a request decides where a browser is sent but a path of the app itself.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from urllib.parse import parse_qs, quote

from ringback.client import client_steps, user_steps
from ringback.client.context import Context
from ringback.client.effects import Abandoned, DetachHolder, Steps
from ringback.oauth.authorization import AuthorizationOptions
from ringback.oauth.errors import RingbackError
from ringback.vault.browser_sessions import BrowserSession

from .attempts import packed, unpacked
from .browsers import Browsers
from .messages import Asked, Reply
from .settings import LoginSettings, is_own_path
from .words import ask_to_log_out, message, told

_MOST_QUERY = 4096


class Pages:
    """The pages of one app; every method gives steps that `RingCentral.run` or its async twin runs."""

    def __init__(self, context: Context, settings: LoginSettings) -> None:
        self.settings = settings
        self.browsers = Browsers(settings)
        self._context = context

    def reply(self, asked: Asked) -> Steps[Reply | None]:
        """The answer to a request for one of these pages; None for any other path. Raises nothing of ours."""
        page = {
            self.settings.login_path: self.login,
            self.settings.callback_path: self.callback,
            self.settings.logout_path: self.logout,
        }.get(asked.path)
        if page is None:
            return None
        try:
            return (yield from page(asked))
        except RingbackError as error:
            return Reply(503, html=message("This cannot be done now", *told(error)))

    def login(self, asked: Asked) -> Steps[Reply]:
        """Begin a login, and send the browser to RingCentral; `next=` in the query is where it goes on."""
        settings = self.settings
        if asked.is_look_ahead:
            return Reply(503, html=message("This page is made when it is opened"))
        to = parse_qs(asked.query).get("next", [""])[-1]
        if asked.header("host").lower() in settings.aliases:
            # The callback comes to the origin that is registered, and its cookie must be there.
            query = f"?next={quote(to, safe='/')}" if is_own_path(to) else ""
            return Reply(303, settings.origin + settings.login_path + query)
        begun = yield from client_steps.begin_login(
            self._context, settings.redirect_uri, AuthorizationOptions()
        )
        kept = packed(begun.transaction, to if is_own_path(to) else settings.after_login)
        session = yield from self.browsers.session(asked.cookie)
        with_it = yield from self.browsers.remember_attempt(session, begun.state, kept)
        is_new = session is None or session.id != with_it.id
        return Reply(303, begun.url, cookie=self.browsers.cookie(with_it) if is_new else None)

    def callback(self, asked: Asked) -> Steps[Reply]:
        """Take the code if this browser began this login, once; go on at an address without it."""
        if asked.method != "GET" or asked.is_look_ahead:
            return Reply(405 if asked.method != "GET" else 503, html=message("This address is opened once"))
        if len(asked.query) > _MOST_QUERY:
            return self._again(400, "This answer is too long to be one of RingCentral's")
        session = yield from self.browsers.session(asked.cookie)
        states = parse_qs(asked.query, keep_blank_values=True).get("state", [])
        kept = yield from self.browsers.take_attempt(session, states)
        if session is None or kept is None:
            return self._again(400, "This login was not started in this browser")
        transaction, to = unpacked(kept)
        url = f"{self.settings.redirect_uri.partition('?')[0]}?{asked.query}"
        try:
            login = yield from client_steps.finish_login(self._context, url, transaction, session.holder)
        except RingbackError as error:
            # The attempt is spent: the same address cannot help again.
            return self._again(400, "The login did not work", *told(error))
        try:
            handover = yield from self.browsers.logged_in(
                self._context, session, login.key.owner_id, asked.header("user-agent")
            )
        except Abandoned:
            yield DetachHolder(login.key.owner_id, session.holder)
            raise
        if handover.session is None:
            dead = self.browsers.no_cookie() if handover.old_is_dead else None
            reply = self._again(409, "Another window was faster", "What was done there counts.")
            return replace(reply, cookie=dead)
        return Reply(303, to, cookie=self.browsers.cookie(handover.session))

    def logout(self, asked: Asked) -> Steps[Reply]:
        """POST with the session's CSRF token logs this browser out; GET asks first."""
        session = yield from self.browsers.session(asked.cookie)
        if session is None or session.user_id is None:
            return Reply(303, self.settings.after_logout)
        if asked.method != "POST":
            return Reply(200, html=ask_to_log_out(self.settings.logout_path, session.csrf))
        if not is_of_session(asked.form.get("csrf_token"), session):
            return Reply(
                400, html=message("Nothing was changed", "The form was not sent from your own page.")
            )
        yield from self.browsers.end(session)
        everywhere = asked.form.get("everywhere") == "1"
        yield from user_steps.logout(self._context, session.user_id, session.holder, everywhere=everywhere)
        return Reply(303, self.settings.after_logout, cookie=self.browsers.no_cookie())

    def to_login(self, come_back_to: str | None) -> Reply:
        """What somebody gets who must log in: the login page, and this path afterwards; without one, 401."""
        if come_back_to is None:
            return Reply(401, html=message("Log in first", link=(self.settings.login_path, "Log in")))
        return Reply(303, f"{self.settings.login_path}?next={quote(come_back_to, safe='/')}")

    def refused(self, cookie: str, user_id: str) -> Steps[bool]:
        """A login was refused; see `Browsers.refused`."""
        session = yield from self.browsers.session(cookie)
        return (yield from self.browsers.refused(session, user_id))

    def _again(self, status: int, title: str, *texts: str) -> Reply:
        link = (self.settings.login_path, "Start the login again")
        return Reply(status, html=message(title, *texts, link=link))


def is_of_session(token: object, session: BrowserSession) -> bool:
    """Is this the CSRF token of the session's own forms? In constant time."""
    return isinstance(token, str) and hmac.compare_digest(
        token.encode("utf-8", "replace"), session.csrf.encode()
    )
