"""The browser's session: one opaque id in a cookie, everything else in the vault's back end."""

from __future__ import annotations

from flask import Flask, Response, g, request

from ringback.vault.browser_sessions import BrowserSession
from ringback.weblogin.browsers import Browsers

from .context import web


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


def browsers() -> Browsers:
    """How sessions of this app are found, made and ended."""
    return Browsers(web().settings)


def remember_attempt(state: str, transaction: str) -> None:
    """Keep a login this browser may start now; a browser without a session gets one, with its cookie."""
    session = current()
    with_it = web().client.run(browsers().remember_attempt(session, state, transaction))
    if session is None or session.id != with_it.id:
        adopt(with_it)


def adopt(session: BrowserSession) -> None:
    """From now on this browser has `session`: its cookie goes out with the answer."""
    g.browser = session
    g.browser_cookie = session


def end() -> None:
    """End this browser's session on the server and take its cookie away."""
    session = current()
    if session is not None:
        web().client.run(browsers().end(session))
    forget()


def forget() -> None:
    """Take the cookie away; the session itself is gone already."""
    g.browser = None
    g.browser_cookie = None


def install(app: Flask) -> None:
    """Write the cookie that this request decided on."""
    app.after_request(_write_cookie)


def _load() -> BrowserSession | None:
    cookie = request.cookies.get(web().settings.cookie_name, "")
    return web().client.run(browsers().session(cookie))


def _write_cookie(response: Response) -> Response:
    if "browser_cookie" in g:
        session: BrowserSession | None = g.browser_cookie
        cookie = browsers().cookie(session) if session else browsers().no_cookie()
        response.headers.add("Set-Cookie", cookie.header())
    return response
