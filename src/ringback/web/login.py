"""The login page: `GET /`."""

from __future__ import annotations

import logging
import math
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from . import browser
from .context import web
from .errors import page
from .explain import Trouble
from .logs import note
from .requests import is_look_ahead
from .texts import gettext, marked, ngettext

pages = Blueprint("login", __name__)

_NOTICES = {
    "logged-out": marked("You are logged out."),
    "logged-out-everywhere": marked("You are logged out in every browser."),
    "login-ended": marked(
        "RingCentral no longer accepts this login, so you were logged out. Log in again to go on."
    ),
    "login-refused": marked("RingCentral did not accept your login just now. Try again, or log in again."),
}
CONSOLE = "https://developer.ringcentral.com"


@pages.get("/")
def home() -> str | Response:
    """The link to RingCentral's login, made anew for every view: each view is a login attempt of its own."""
    if request.method == "HEAD":
        return Response(mimetype="text/html")
    if is_look_ahead():
        # Nobody has come yet: no login is begun, and the browser asks again when somebody does.
        return Response("This page is made when it is opened.\n", 503, mimetype="text/plain")
    wait = web().login_starts.begin(request.remote_addr or "", web().now())
    if wait:
        return _too_many(wait)
    client = web().client
    notice = _NOTICES.get(request.args.get("notice", ""))
    login = client.begin_login(redirect_uri=web().settings.redirect_uri)
    browser.remember_attempt(login.state, login.transaction)
    return render_template(
        "login.html",
        login_url=login.url,
        new_app_url=new_app_url(client.server if client.is_local else CONSOLE, web().settings.redirect_uri),
        local=client.is_local,
        notice=gettext(notice) if notice else "",
        try_users=web().try_users,
    )


def _too_many(seconds: float) -> Response:
    """This address, or all together, began as many logins as may be kept."""
    whole = math.ceil(seconds)
    note(logging.WARNING, "a login was not begun: too many were, by this address or by all together")
    return page(
        Trouble(
            429,
            gettext("Too many logins were begun here"),
            gettext(
                "Each view of the login page begins a login. So many were begun from your network address, "
                "or by everybody together, that no further one is begun just now. Who is logged in stays so."
            ),
            ngettext("Wait a second, then try again.", "Wait %(num)s seconds, then try again.", whole),
            retry=True,
            retry_after=whole,
        )
    )


def new_app_url(console: str, redirect_uri: str) -> str:
    """The console's form, filled in for this app (contract 13.2)."""
    query = urlencode(
        {
            "name": "Authorization Flow Quick Start App",
            "desc": "Logs users in with the authorization code flow and reads their call log.",
            "public": "false",
            "type": "ServerWeb",
            "carriers": "7710,7310,3420",
            "permissions": "ReadAccounts,ReadCallLog",
            "redirectUri": redirect_uri,
        }
    )
    return f"{console}/new-app?{query}"
