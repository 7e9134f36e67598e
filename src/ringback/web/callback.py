"""The callback: RingCentral sends the browser back here with a code (RFC 6749 4.1.2)."""

from __future__ import annotations

import logging
from dataclasses import replace

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ringback import RingbackError
from ringback.vault.browser_sessions import BrowserSession

from . import browser
from .context import web
from .errors import page
from .explain import Trouble, explain
from .logs import note
from .requests import is_look_ahead
from .texts import gettext, marked

pages = Blueprint("callback", __name__)

MOST_CALLBACK_QUERY = 4096
_NOT_OURS = Trouble(
    400,
    marked("This login was not started in this browser"),
    marked(
        "RingCentral's answer carries a state that does not belong to a login waiting in this browser. "
        "It may have been used already, be older than ten minutes, or come from another browser. "
        "Nothing was changed."
    ),
    marked("Start the login again from the login page."),
    log_in=True,
)
_OVERTAKEN = Trouble(
    409,
    marked("Another window was faster"),
    marked(
        "While this login was being finished, another window of this browser logged in or out, "
        "and that one counts."
    ),
    marked("Go on in the other window, or start the login again from the login page."),
    log_in=True,
)
_TOO_LONG = Trouble(
    400,
    marked("This answer is too long to be one of RingCentral's"),
    marked(
        "The address holds more than 4 kB after its question mark, so it was not read. Nothing was changed."
    ),
    marked("Start the login again from the login page."),
)


@pages.get("/oauth2callback")
def callback() -> AnyResponse:
    """Take the code if this browser started this login, once; answer 303 to an address without it."""
    if request.method == "HEAD":
        return Response(status=405, headers={"Allow": "GET"})
    if is_look_ahead():
        return Response("This address is opened once, by the user.\n", 503, mimetype="text/plain")
    if len(request.query_string) > MOST_CALLBACK_QUERY:
        return _refused(_TOO_LONG)
    session = browser.current()
    states = request.args.getlist("state")
    transaction = web().client.run(browser.browsers().take_attempt(session, states))
    if session is None or transaction is None:
        return _refused(_NOT_OURS)
    return _finish(session, transaction)


def _refused(trouble: Trouble) -> Response:
    """One of the above, in the reader's language."""
    told = replace(
        trouble,
        title=gettext(trouble.title),
        text=gettext(trouble.text),
        remedy=gettext(trouble.remedy),
    )
    return page(told)


def _finish(old: BrowserSession, transaction: str) -> AnyResponse:
    """Exchange the code, give the browser a new session id, let go of whom it was logged in as before."""
    client, settings = web().client, web().settings
    # The registered redirect URI and the query as it came: nothing of Host or path is believed.
    url = f"{settings.redirect_uri.partition('?')[0]}?{request.query_string.decode('latin-1')}"
    try:
        user = client.finish_login(url, transaction, holder=old.holder)
    except RingbackError as error:
        # The attempt is spent: to open the same address again cannot help, whatever went wrong.
        name, code = type(error).__name__, error.code or ""
        note(logging.WARNING, "a login was not finished: %s %s", name, code, error=name, code=code)
        return page(replace(explain(error), retry=False, log_in=True))
    agent = request.headers.get("User-Agent", "")
    handover = client.run(browser.browsers().logged_in(client.context, old, user.id, agent))
    if handover.session is None:
        if handover.old_is_dead:
            browser.forget()
        return _refused(_OVERTAKEN)
    browser.adopt(handover.session)
    return redirect(url_for("api_tests.test"), 303)
