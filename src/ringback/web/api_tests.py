"""The test page: `GET /test`, and `GET /test?api=…`, which hands on the platform's own answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask import Response as Answer
from werkzeug.wrappers import Response as AnyResponse

from ringback import RateLimited, Response, ResponseError, UnusableAnswer, User

from . import browser
from .context import web
from .exchange import exchange_of
from .explain import explain
from .json_view import parse, tree
from .texts import gettext, marked

pages = Blueprint("api_tests", __name__)


@dataclass(frozen=True)
class ApiCall:
    """One of the quick start's calls."""

    name: str
    title: str
    path: str
    permission: str
    rule: str
    about: str
    icon: str


CALLS = {
    call.name: call
    for call in (
        ApiCall(
            "extension",
            marked("Read Extension Info"),
            "/restapi/v1.0/account/~/extension",
            "ReadAccounts",
            "",
            marked("The people, queues and menus of the account."),
            "person-vcard",
        ),
        ApiCall(
            "extension-call-log",
            marked("Read Extension Call Log"),
            "/restapi/v1.0/account/~/extension/~/call-log",
            "ReadCallLog",
            "",
            marked("Your own calls of the last 24 hours."),
            "telephone",
        ),
        ApiCall(
            "account-call-log",
            marked("Read Account Call Log"),
            "/restapi/v1.0/account/~/call-log",
            "ReadCallLog",
            marked("and an administrator's role"),
            marked("Everybody's calls of the last 24 hours."),
            "building",
        ),
    )
}


@pages.get("/test")
def test() -> str | AnyResponse:
    """The three calls, or with `api` the answer of one: raw, or with `view=readable` as a page."""
    session = browser.current()
    if session is None or session.user_id is None:
        return redirect(url_for("login.home"), 303)
    if "api" not in request.args:
        return render_template("test.html", calls=CALLS.values())
    call = CALLS.get(request.args["api"])
    if call is None:
        abort(
            404,
            description=gettext(
                "There is no API test of that name. There are three: %(names)s.", names=", ".join(CALLS)
            ),
        )
    started = time.perf_counter()
    response, error = _answer(web().client.user(session.user_id, holder=session.holder), call)
    took = time.perf_counter() - started
    value = _json(response)
    if call.name == "extension":
        _note_own_name(session.user_id, value)
    if request.args.get("view") == "readable":
        return _readable(call, response, error, value, took)
    return _raw(response)


def _answer(user: User, call: ApiCall) -> tuple[Response, ResponseError | None]:
    """The platform's answer, whatever its status, and the error that it means."""
    try:
        return user.get(call.path), None
    except ResponseError as error:
        if isinstance(error, RateLimited) and not error.sent:
            raise  # the platform was not asked: there is no answer of its own to show
        return error.response, error


def _json(response: Response) -> Any:
    """The answer's JSON. Raises UnusableAnswer for one that cannot be passed on as JSON."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    unusable = UnusableAnswer(
        f"It is not JSON: status {response.status}, {len(response.content)} bytes",
        remedy="Check that RC_SERVER_URL is RingCentral's server, then try again.",
    )
    if kind != "application/json" or not (200 <= response.status < 300 or 400 <= response.status < 600):
        raise unusable
    try:
        return parse(response.content)
    except ValueError:
        raise unusable from None


def _raw(response: Response) -> Answer:
    """The body byte for byte, with its status; of the headers only what a caller can use."""
    answer = Answer(response.content, response.status, content_type="application/json")
    wait = response.headers.get("Retry-After", "")
    if wait.isascii() and wait.isdigit() and len(wait) < 8:
        answer.headers["Retry-After"] = wait
    return answer


def _readable(call: ApiCall, response: Response, error: ResponseError | None, value: Any, took: float) -> str:
    node, cut = tree(value)
    return render_template(
        "readable.html",
        call=call,
        exchange=exchange_of(web().client.server, call.path, response, took),
        took_ms=round(1000 * took),
        trouble=explain(error) if error is not None else None,
        tree=node,
        cut=cut,
    )


def _note_own_name(user_id: str, value: Any) -> None:
    """The list of extensions has the user's own among them: a name for the account menu, for free."""
    records = value.get("records") if isinstance(value, dict) else None
    for record in records if isinstance(records, list) else []:
        if isinstance(record, dict) and str(record.get("id")) == user_id:
            web().names.note(user_id, record.get("name"), record.get("extensionNumber"))
