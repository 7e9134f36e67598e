"""The login's state: `GET /session`, and `POST /session`, which refreshes it. Never a token."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ringback import LoginRequired, LoginState, RingbackError, User
from ringback.vault.browser_sessions import UserBrowser

from . import browser, session_browsers
from .context import web
from .forms import RefreshForm, posted
from .requests import prefers_json
from .texts import gettext, marked
from .words import permission_in_words, time_left, utc

pages = Blueprint("session_page", __name__)

_NOTICES = {
    "refreshed": marked("New tokens were fetched and stored."),
    "browser-out": marked("That browser is logged out."),
    "others-out": marked("All your other browsers are logged out."),
    "browser-gone": marked("That browser was not logged in any more. Nothing was changed."),
}


@pages.get("/session")
def show() -> str | Response:
    """Who is logged in, what the app may do, how long it lasts; as JSON for a caller that asks for it."""
    session = browser.current()
    if session is None or session.user_id is None:
        return redirect(url_for("login.home"), 303)
    client, now = web().client, web().now()
    user = client.user(session.user_id, holder=session.holder)
    _learn_name(user)
    state = user.session()
    browsers = session_browsers.of(session, now)
    if prefers_json():
        return jsonify(_as_json(user, state, browsers, now))
    until = state.refresh_expires_at
    notice = _NOTICES.get(request.args.get("notice", ""))
    return render_template(
        "session.html",
        csrf_token=session.csrf,
        user_id=user.id,
        permissions=[(name, permission_in_words(name)) for name in state.scope],
        access_left=time_left(state.expires_at - now),
        access_until=utc(state.expires_at),
        refresh_left=time_left(until - now) if until is not None else "",
        refresh_until=utc(until) if until is not None else None,
        browser_left=time_left(session.expires_at - now),
        browser_until=utc(session.expires_at),
        browsers=len(browsers),
        shown=[session_browsers.shown(one, now) for one in browsers[: session_browsers.MOST_SHOWN]],
        notice=gettext(notice) if notice else "",
    )


@pages.post("/session")
def refresh() -> Response:
    """Fetch new tokens now."""
    session = browser.current()
    if session is None or session.user_id is None:
        return redirect(url_for("login.home"), 303)
    posted(RefreshForm)
    web().client.user(session.user_id, holder=session.holder).refresh()
    return redirect(url_for(".show", notice="refreshed"), 303)


def _learn_name(user: User) -> None:
    """Ask who this is, once; a name that cannot be had does not fail the page."""
    if web().names.get(user.id) is None:
        try:
            extension = user.extension()
        except LoginRequired:
            raise
        except RingbackError:
            return
        web().names.note(user.id, extension.name, extension.extension_number)


def _as_json(user: User, state: LoginState, browsers: list[UserBrowser], now: float) -> dict[str, Any]:
    who = web().names.get(user.id)
    until = state.refresh_expires_at
    return {
        "userId": user.id,
        "name": who.name if who else None,
        "extensionNumber": who.extension_number if who else None,
        "permissions": list(state.scope),
        "accessTokenExpiresIn": max(0, int(state.expires_at - now)),
        "refreshTokenExpiresIn": max(0, int(until - now)) if until is not None else None,
        "browsers": len(browsers),
        "browserList": [session_browsers.as_json(one, now) for one in browsers],
    }
