"""Who may talk to the first-run page: browsers of this machine, by its own names, from its own forms."""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from typing import cast

from flask import Flask, Response, abort, current_app, g, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from ringback.web.headers import put_on
from ringback.web.hosts import MOST_BODY, MOST_QUERY
from ringback.web.logs import LOGGER
from ringback.web.texts import gettext, marked

from .first_run import FirstRun

_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_OF_PROXIES = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
_ELSEWHERE = marked("This page is for browsers of this machine alone. Open %(address)s on it.")
_NOT_OURS = marked(
    "This form was not sent from this page, so nothing was changed. Open the page again and repeat it there."
)


def first_run() -> FirstRun:
    """The first run of the application that is answering."""
    return cast(FirstRun, current_app.extensions["ringback.first_run"])


def install(app: Flask) -> None:
    """Check every request first, and put our headers on every answer."""
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BODY
    app.config["MAX_FORM_PARTS"] = 20
    app.before_request(_check)
    app.after_request(_finish)
    app.register_error_handler(HTTPException, _told)
    app.register_error_handler(Exception, _unexpected)


def browser() -> str:
    """The id of the browser that asks; a new one gets its cookie with the answer."""
    if "browser" not in g:
        given = request.cookies.get(_cookie(), "")
        g.new_browser = not _ID.fullmatch(given)
        g.browser = secrets.token_urlsafe(32) if g.new_browser else given
    return cast(str, g.browser)


def require_own_form() -> None:
    """End a POST with 400 unless this browser's own page has sent it."""
    expected = first_run().csrf(browser())
    given = request.form.get("csrf_token", "")
    same = hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
    elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
    if g.new_browser or elsewhere or not same:
        abort(400, description=gettext(_NOT_OURS))


def _check() -> AnyResponse | None:
    here = first_run()
    host = request.headers.get("Host", "").lower()
    forwarded = any(name in request.headers for name in _OF_PROXIES)
    if forwarded or not _is_loopback(request.remote_addr or "") or host not in here.hosts:
        abort(400, description=gettext(_ELSEWHERE, address=here.origin + "/"))
    if len(request.query_string) > MOST_QUERY:
        abort(414)
    if f"http://{host}" != here.origin:
        if request.method != "GET":
            abort(400, description=gettext(_ELSEWHERE, address=here.origin + "/"))
        return redirect(f"{here.origin}/", 303)
    return None


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _finish(response: Response) -> Response:
    put_on(response, referrer="same-origin")
    if g.get("new_browser"):
        response.set_cookie(_cookie(), g.browser, httponly=True, samesite="Lax", path="/")
    return response


def _cookie() -> str:
    return f"ringback-first-run-{first_run().port}"


def _told(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    ours = error.description if error.description != type(error).description else ""
    told = ours or gettext("There is nothing at this address, or it does not take this kind of request.")
    response = make_response(render_template("first_run_message.html", told=told))
    response.status_code = error.code
    return response


def _unexpected(error: Exception) -> Response:
    """A fault of ours: its text may hold anything, so only its type is written down."""
    LOGGER.error("unexpected %s on the first-run page", type(error).__name__)
    told = gettext("Ringback met a fault of its own. Nothing was changed. Try again, or write .env by hand.")
    response = make_response(render_template("first_run_message.html", told=told))
    response.status_code = 500
    return response
