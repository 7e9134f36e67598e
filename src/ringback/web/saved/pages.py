"""Saving calls as a file, for people: begin it, see how far it is, fetch it (in parts too), throw it away."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import wrap_file

from ringback import User
from ringback.exports.files import is_missing
from ringback.web import browser, calls, errors
from ringback.web.callers import Caller
from ringback.web.calls_export import TYPES, name_of, unwritable, write_file
from ringback.web.calls_filter import Parsed
from ringback.web.context import web
from ringback.web.explain import Trouble
from ringback.web.forms import FileForm, posted
from ringback.web.requests import is_from_own_page, is_look_ahead
from ringback.web.texts import gettext

from .ranges import Part, asked_part
from .shelf import About
from .window import Window
from .writers import KEEP_SECONDS, NoRoom

pages = Blueprint("saved", __name__)

PATIENCE_SECONDS = 5.0
"""How long an answer is held back for a file that is written without a pause."""
_REFRESH_SECONDS = 5


@pages.get("/calls/save")
def ask() -> AnyResponse:
    """Begin the file when our own page asks for it; otherwise ask first: any site can send a browser here."""
    user = calls.current_user()
    if user is None:
        return redirect(url_for("login.home"), 303)
    if is_look_ahead():
        return Response("This file is written when somebody asks for it.\n", 503, mimetype="text/plain")
    caller, parsed, kind = calls.asked(user)
    if parsed.errors or not kind:
        return calls.wrong_address(parsed, caller, kind or "csv")
    if is_from_own_page():
        return _begin(user, caller, parsed, kind)
    name = name_of(parsed.filter, kind)
    action = f"{url_for('.begin')}?{parsed.filter.query(format=kind)}"
    return _page(ask=True, name=name, action=action, query=parsed.filter.query())


@pages.post("/calls/save")
def begin() -> AnyResponse:
    """Begin the file."""
    user = calls.current_user()
    if user is None:
        return redirect(url_for("login.home"), 303)
    posted(FileForm)
    caller, parsed, kind = calls.asked(user)
    if parsed.errors or not kind:
        return calls.wrong_address(parsed, caller, kind or "csv")
    return _begin(user, caller, parsed, kind)


@pages.get("/calls/saved/<file_id>")
def show(file_id: str) -> AnyResponse:
    """How far the file is, or where to fetch it."""
    user = calls.current_user()
    if user is None:
        return redirect(url_for("login.home"), 303)
    about = _mine(user, file_id)
    if about is None:
        return _not_here()
    if about.state == "failed":
        return _page(about=about, trouble=about.trouble, query=about.query)
    left = math.ceil(about.seconds_left or 0)
    until = datetime.fromtimestamp(about.until, UTC)
    return _page(
        202 if about.state == "writing" else 200,
        about=about,
        name=about.name,
        query=about.query,
        seconds_left=left,
        told_left=calls.seconds_left(left),
        told_read=calls.records_read(about.records),
        megabytes=max(0.1, round(about.size / 1e6, 1)),
        until=until,
        minutes=int(KEEP_SECONDS // 60),
        refresh_seconds=_REFRESH_SECONDS,
    )


@pages.get("/calls/saved/<file_id>/progress")
def progress(file_id: str) -> AnyResponse:
    """How far the file is, for the page's script; `file` is where it is once it is ready."""
    user = calls.current_user()
    about = _mine(user, file_id) if user else None
    if about is None and user and calls.in_several_processes():
        return jsonify(finished=False, known=False)  # another host may know it
    if about is None or about.state == "failed":
        return jsonify(finished=True)
    left = None if about.seconds_left is None else math.ceil(about.seconds_left)
    told = {"left": calls.seconds_left(left or 0), "read": calls.records_read(about.records)}
    ready = about.state == "ready"
    more = {"file": _address(about)} if ready else {}
    return jsonify(finished=ready, records=about.records, seconds_left=left, told=told, **more)


@pages.post("/calls/saved/<file_id>/remove")
def remove(file_id: str) -> AnyResponse:
    """Call the file off, or throw it away; back to its calls."""
    user = calls.current_user()
    if user is None:
        return redirect(url_for("login.home"), 303)
    posted(FileForm)
    about = _mine(user, file_id)
    if about is None:
        return _not_here()
    web().files.shelf.remove(about.id)
    return redirect(f"{url_for('calls.calls')}?{about.query}", 303)


@pages.get("/calls/saved/<file_id>/<name>")
def fetch(file_id: str, name: str) -> AnyResponse:
    """The file's bytes: all of them, or the part that is still missing (RFC 9110, 14)."""
    user = calls.current_user()
    if user is None:
        return redirect(url_for("login.home"), 303)
    about = _mine(user, file_id)
    if about is None or about.state != "ready" or about.name != name:
        return _not_here()
    ranges, if_range = request.headers.get("Range", ""), request.headers.get("If-Range", "")
    if request.method != "GET":
        ranges = ""  # a range is of a GET (RFC 9110, 14.2)
    part = asked_part(ranges, if_range, etag=about.etag, size=about.size)
    if part is None:
        answer = Response(status=416)
        answer.headers["Content-Range"] = f"bytes */{about.size}"
    else:
        try:
            answer = _bytes(web().files.shelf.path(about), about, part)
        except FileNotFoundError:  # thrown away between the two looks
            return _not_here()
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["ETag"] = about.etag
    return answer


def _begin(user: User, caller: Caller, parsed: Parsed, kind: str) -> AnyResponse:
    if is_missing(kind):
        return unwritable(kind)
    wanted = parsed.filter
    source = calls.source_of(user, caller, wanted)
    digest, files = web().files.shelf.digest, web().files
    zone = caller.zone
    try:
        about = files.begin(
            owner=digest(user.id, user.holder),
            user=digest(user.id),
            query=wanted.query(page=1, sort=""),
            kind=kind,
            name=name_of(wanted, kind),
            reading=source,
            write=lambda path, each: write_file(path, source, zone, kind, each),
        )
    except NoRoom as error:
        return _no_room(error)
    except OSError:
        return _no_room(NoRoom("The disk where this app runs takes no file"))
    now = files.wait(about.id, PATIENCE_SECONDS)
    if now is not None and now.state == "ready":
        return redirect(_address(now), 303)
    return redirect(url_for(".show", file_id=about.id), 303)


def _bytes(path: Path, about: About, part: Part) -> Response:
    length = part.stop - part.start
    headers = {
        "Content-Length": str(length),
        "Content-Disposition": f'attachment; filename="{about.name}"',
        "Content-Type": TYPES[about.kind],
    }
    if part.partial:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{about.size}"
    window = Window(path.open("rb"), part.start, length)
    body = wrap_file(request.environ, window)  # type: ignore[arg-type]  # reads, seeks, tells and closes
    return Response(body, 206 if part.partial else 200, headers, direct_passthrough=True)


def _mine(user: User, file_id: str) -> About | None:
    """The file, if this very login has begun it."""
    shelf = web().files.shelf
    about = shelf.find(file_id)
    return about if about is not None and about.owner == shelf.digest(user.id, user.holder) else None


def _address(about: About) -> str:
    return url_for("saved.fetch", file_id=about.id, name=about.name)


def _page(status: int = 200, **shown: object) -> Response:
    session = browser.current()
    page = render_template("calls_saved.html", csrf_token=session.csrf if session else "", **shown)
    response = make_response(page)
    response.status_code = status
    return response


def _not_here() -> Response:
    return errors.page(
        Trouble(
            404,
            gettext("This file is not here"),
            gettext(
                "It has been removed, its hour is over, the login that it belongs to has ended, or the app"
                " was started anew while it was written."
            ),
            gettext("Save the calls again."),
        )
    )


def _no_room(error: NoRoom) -> Response:
    return errors.page(
        Trouble(
            503,
            gettext("No further file can be written just now"),
            gettext("So many are being written or kept already, or the disk where this app runs is full."),
            gettext("Try again in a minute, or fetch and remove the files that you have."),
            said="",
            retry=True,
            retry_after=30,
        )
    )
