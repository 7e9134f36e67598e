"""Logging out: `GET /logout` (asks, unless it comes from our own page) and `POST /logout`."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ringback.vault.browser_sessions import BrowserSession

from . import browser
from .context import web
from .forms import LogoutForm, posted
from .requests import is_from_own_page, is_look_ahead

pages = Blueprint("logout", __name__)


@pages.get("/logout")
def ask() -> str | Response:
    """Log out when our own page asks for it; otherwise ask, because any site can send a browser here."""
    session = browser.current()
    if session is None or session.user_id is None:
        return redirect(url_for("login.home"), 303)
    if is_from_own_page() and not is_look_ahead():
        return _log_out(session, session.user_id, everywhere=False)
    return render_template("logout.html", csrf_token=session.csrf)


@pages.post("/logout")
def act() -> Response:
    """Log this browser out, or every browser of this user."""
    session = browser.current()
    if session is None or session.user_id is None:
        return redirect(url_for("login.home"), 303)
    form = posted(LogoutForm)
    return _log_out(session, session.user_id, everywhere=form.everywhere.data == "1")


def _log_out(session: BrowserSession, user_id: str, *, everywhere: bool) -> Response:
    """The browser's session goes first, then the login: whatever RingCentral says, the user is out."""
    client = web().client
    browser.end()
    web().forget_user(user_id, None if everywhere else session.holder)
    client.user(user_id, holder=session.holder).logout(everywhere=everywhere)
    notice = "logged-out-everywhere" if everywhere else "logged-out"
    return redirect(url_for("login.home", notice=notice), 303)
