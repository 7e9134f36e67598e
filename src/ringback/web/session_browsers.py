"""The user's browsers: what `/session` tells of them, and `POST /session/browsers`, which logs others out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from ringback.vault.browser_sessions import SEEN_SECONDS, BrowserSession, UserBrowser
from ringback.weblogin.descriptions import BROWSER, PROGRAM, UNKNOWN

from . import browser
from .context import web
from .formats import ago
from .forms import BrowsersForm, posted
from .texts import gettext
from .words import utc

pages = Blueprint("session_browsers", __name__)

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ShownBrowser:
    """A browser as the page shows it. `handle` is empty for the one that looks."""

    description: str
    logged_in_at: datetime
    seen: str
    here: bool
    handle: str


def shown(found: UserBrowser, now: float) -> ShownBrowser:
    """A browser in words; when it was seen is known to some minutes, and said no finer than that."""
    seconds = now - found.seen_at
    recent = gettext("In the last ten minutes") if seconds < 2 * SEEN_SECONDS else ago(seconds)
    seen = gettext("Now") if found.here else recent
    handle = "" if found.here else found.handle
    return ShownBrowser(_in_words(found.description), utc(found.logged_in_at), seen, found.here, handle)


def _in_words(description: str) -> str:
    """A description as `weblogin.descriptions` makes them, in the reader's language."""
    name, on, system = description.partition(" on ")
    if name in ("", UNKNOWN):
        return gettext("Unknown browser")
    name = {BROWSER: gettext("Browser"), PROGRAM: gettext("A Python program")}.get(name, name)
    return gettext("%(browser)s on %(system)s", browser=name, system=system) if on else name


def as_json(found: UserBrowser, now: float) -> dict[str, Any]:
    """The same for programs: times in UTC, and no name by which another browser could be acted on."""
    return {
        "description": found.description or None,
        "loggedInAt": utc(found.logged_in_at).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "lastSeenAt": utc(found.seen_at).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "expiresIn": max(0, int(found.expires_at - now)),
        "thisBrowser": found.here,
    }


def of(session: BrowserSession, now: float) -> list[UserBrowser]:
    """Where the user of `session` is logged in, this browser first."""
    return web().client.vault.browser_sessions.browsers_of(session, now)


@pages.post("/session/browsers")
def log_out() -> Response:
    """Log out one other browser of this user, or with `others` all of them; this one stays."""
    session = browser.current()
    if session is None or session.user_id is None:
        return redirect(url_for("login.home"), 303)
    form = posted(BrowsersForm)
    all_others = form.others.data == "1"
    handle = None if all_others else (form.browser.data or "")
    ended = web().client.vault.browser_sessions.end_others(session, handle, web().now())
    if ended is None:
        return redirect(url_for("login.home"), 303)
    for holder in ended:
        web().forget_holder(session.user_id, holder)
    notice = "others-out" if all_others else ("browser-out" if ended else "browser-gone")
    return redirect(url_for("session_page.show", notice=notice), 303)
