"""Errors as pages: what happened, why, what to do (ui.md, "Words"). Nothing of a token, code or state."""

from __future__ import annotations

import logging
import secrets
import traceback
from dataclasses import asdict

from flask import Flask, Response, jsonify, make_response, redirect, render_template, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from ringback import LoginRequired, RingbackError

from . import browser
from .context import web
from .explain import Trouble, explain
from .logs import note
from .requests import prefers_json
from .texts import gettext, marked

_HTTP = {
    400: (
        marked("This request cannot be understood"),
        marked("A part of it is missing or malformed, so nothing was done."),
        marked("Go back to where you came from and try again."),
    ),
    404: (
        marked("There is no such page"),
        marked("The address does not belong to anything here."),
        marked("Check it for typing errors, or start from the login page."),
    ),
    405: (
        marked("This address does not take that kind of request"),
        marked("It was opened with a method it has no use for, so nothing was done."),
        marked("Follow the links and buttons of the pages instead."),
    ),
    413: (
        marked("This request is too large"),
        marked("A form here holds at most 64 kB, so it was not read."),
        marked("Send less."),
    ),
    414: (
        marked("This address is too long"),
        marked("It holds more than 8 kB after its question mark, so it was not read."),
        marked("Shorten it."),
    ),
}


def install(app: Flask) -> None:
    """Turn every error into a page, or into JSON for a caller that asks for it."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RingbackError, _ringback)
    app.register_error_handler(LoginRequired, _log_in_again)
    app.register_error_handler(Exception, _unexpected)


def page(trouble: Trouble) -> Response:
    """`trouble` as an answer with its status."""
    if prefers_json():
        told = asdict(trouble)
        shown = ("status", "title", "text", "remedy", "said", "code", "request_id")
        response = jsonify(error={name: told[name] for name in shown if told[name]})
    else:
        response = make_response(render_template("message.html", trouble=trouble))
    response.status_code = trouble.status
    if trouble.retry_after is not None:
        response.headers["Retry-After"] = str(trouble.retry_after)
    return response


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code
    if status is None or status < 400:
        return error
    title, text, remedy = map(gettext, _HTTP.get(status, _HTTP[400]))
    # A description of our own says more than the table; Werkzeug's own ones are the class's.
    if error.description and error.description != type(error).description:
        text, remedy = error.description, ""
    response = page(Trouble(status, title, text, remedy))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _ringback(error: RingbackError) -> Response:
    name, code = type(error).__name__, error.code or ""
    note(logging.WARNING, "answered with an error page: %s %s", name, code, error=name, code=code)
    return page(explain(error))


def _log_in_again(error: LoginRequired) -> AnyResponse:
    """Back to the login page. The browser's session ends only with the login itself.

    A login whose tokens are still stored was refused, not ended: tokens are given up on `invalid_grant`
    alone (security.md, upstream), and the next call may succeed.
    """
    code = error.code or "no code"
    note(logging.WARNING, "a login was refused: %s", code, error=type(error).__name__, code=code)
    session = browser.current()
    ended = True
    if session is not None and session.user_id == error.user_id:
        ended = web().client.run(browser.browsers().refused(session, error.user_id))
        if ended:
            browser.forget()
            web().forget_user(error.user_id, session.holder)
    if prefers_json():
        return page(explain(error))
    return redirect(url_for("login.home", notice="login-ended" if ended else "login-refused"), 303)


def _unexpected(error: Exception) -> Response:
    """A fault of ours. Its text may hold anything, so only its type and place are written down."""
    reference = secrets.token_hex(4)
    places = " < ".join(
        f"{frame.name} ({frame.filename.rpartition('/')[2]}:{frame.lineno})"
        for frame in reversed(traceback.extract_tb(error.__traceback__)[-6:])
    )
    text, name = "unexpected %s, reference %s: %s", type(error).__name__
    note(logging.ERROR, text, name, reference, places, error=name, reference=reference)
    return page(
        Trouble(
            500,
            gettext("Ringback met a fault of its own"),
            gettext("This page could not be made. Your login is as it was before."),
            gettext(
                "Try again. If it stays, tell whoever runs this app its reference in the log, %(reference)s.",
                reference=reference,
            ),
            retry=True,
        )
    )
