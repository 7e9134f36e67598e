"""The browser's session: one opaque id in a cookie, everything else in the vault's back end."""

from __future__ import annotations

import re

from flask import Flask, Response, g, request

from ringback.vault.browser_sessions import BrowserSession, BrowserSessions

from .context import web

ATTEMPT_SECONDS = 600.0
"""How long a login may take, as the client has it."""

_ID = re.compile(r"[A-Za-z0-9_-]{16,128}")


def current() -> BrowserSession | None:
    """The session this request's cookie stands for; None without one, or when it has ended."""
    if "browser" not in g:
        g.browser = _load()
    found: BrowserSession | None = g.browser
    return found


def current_user_id() -> str | None:
    """Whom this browser is logged in as."""
    session = current()
    return session.user_id if session else None


def remember_attempt(state: str, transaction: str) -> None:
    """Keep a login this browser may start now; a browser without a session gets one, with its cookie."""
    session, now = current(), web().now()
    if session is not None and session.user_id is None and session.expires_at < now + ATTEMPT_SECONDS:
        # It would end before this login must be finished; what other tabs began moves along.
        session = _sessions().renew(session, now, web().settings.visitor_lifetime)
        if session is not None:
            adopt(session)
    if session is None or not _sessions().add_attempt(session.id, state, transaction, now, ATTEMPT_SECONDS):
        session = _sessions().start(now, web().settings.visitor_lifetime)
        _sessions().add_attempt(session.id, state, transaction, now, ATTEMPT_SECONDS)
        adopt(session)


def adopt(session: BrowserSession) -> None:
    """From now on this browser has `session`: its cookie goes out with the answer."""
    g.browser = session
    g.browser_cookie = session


def end() -> None:
    """End this browser's session on the server and take its cookie away."""
    session = current()
    if session is not None:
        _sessions().end(session.id)
    forget()


def end_session(session: BrowserSession) -> None:
    """End a session that this browser was never given."""
    _sessions().end(session.id)
    forget()


def forget() -> None:
    """Take the cookie away; the session itself is gone already."""
    g.browser = None
    g.browser_cookie = None


def install(app: Flask) -> None:
    """Write the cookie that this request decided on."""
    app.after_request(_write_cookie)


def _load() -> BrowserSession | None:
    session_id = request.cookies.get(web().settings.cookie_name, "")
    if not _ID.fullmatch(session_id):
        return None
    return _sessions().load(session_id, web().now())


def _sessions() -> BrowserSessions:
    return web().client.vault.browser_sessions


def _write_cookie(response: Response) -> Response:
    if "browser_cookie" not in g:
        return response
    session: BrowserSession | None = g.browser_cookie
    settings = web().settings
    if session is None:
        response.delete_cookie(
            settings.cookie_name, path="/", secure=settings.secure, httponly=True, samesite="Lax"
        )
        return response
    # A visitor's cookie goes with the browser window; a login's stays as long as its session.
    seconds = int(session.expires_at - session.created_at) if session.user_id else None
    response.set_cookie(
        settings.cookie_name,
        session.id,
        max_age=seconds,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="Lax",
    )
    return response
