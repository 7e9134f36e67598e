"""The call pages: `GET /calls`, which is a page or a file, and how far a reading is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ringback import RingbackError, RingCentral, User
from ringback.client.calls.call_log import CallLogQuery
from ringback.client.calls.call_pages import Cursor, PageReader
from ringback.client.calls.days import day
from ringback.exports.files import is_missing

from . import browser, errors
from .archives import Choice, Part
from .call_words import in_words, role_in_words
from .callers import Caller, Callers
from .calls_archived import PASSING, Origin, kept_page, people_of
from .calls_export import as_file
from .calls_filter import FORMATS, OUTCOMES, CallsFilter, Parsed, parse
from .calls_page import Shown, assembled
from .calls_presets import presets
from .calls_source import CallsSource, FromArchive, FromReading
from .context import web
from .explain import Trouble, explain
from .formats import number
from .readings import Key, Reading, Source
from .requests import is_look_ahead
from .texts import gettext, ngettext
from .words import encodable

if TYPE_CHECKING:
    from ringback import CallRecord, Extension

pages = Blueprint("calls", __name__)

PATIENCE_SECONDS = 45.0
"""How long an answer is held back for a reading that goes on without a pause."""
_REFRESH_SECONDS = 5
_JOINING_SECONDS = 2.0


@pages.get("/calls")
def calls() -> AnyResponse:
    """One row per call, with totals and charts; or the file that `format` asks for."""
    user = current_user()
    if user is None:
        return redirect(url_for("login.home"), 303)
    if request.method == "HEAD":
        return Response(mimetype="text/html")
    if is_look_ahead():
        # Nobody has come yet: no request of the rate limit is spent, and the browser asks again.
        return Response("This page is made when it is opened.\n", 503, mimetype="text/plain")
    caller = web().callers.get(user, web().now())
    web().names.note(user.id, caller.name, caller.extension_number)
    parsed = _parsed(caller)
    kind = parsed.given.get("format", "").lower()
    if parsed.errors:
        return wrong_address(parsed, caller, kind)
    window = day(parsed.filter.first, caller.zone, until=parsed.filter.last)
    if kind:
        return as_file(source_of(user, caller, parsed.filter), parsed.filter, caller.zone, kind)
    choice = _choice(user, caller, parsed.filter, window)
    part = choice.part
    if part is not None:
        reading = _newest(user, parsed.filter, part, window)
        return _from_archive(part, reading, user, caller, parsed, window)
    reading = _reading(user, _key(user, parsed.filter, window))
    finished = reading.settle(PATIENCE_SECONDS)
    if reading.error is not None:
        web().readings.forget(reading.key)
        return _failed(reading.error, parsed, caller)
    if not finished:
        return _with_retry(_page(parsed, caller, 202, **_pause(reading, parsed, caller)), reading)
    shown = assembled(reading.calls(), reading.people, parsed.filter, caller.zone)
    read_at = datetime.fromtimestamp(reading.ended_at, caller.zone)
    begins = choice.begins and choice.begins.astimezone(caller.zone)
    origin = Origin(read_at=read_at, begins=begins, failed=choice.failed, other=choice.skipped)
    return _page(parsed, caller, **_result(shown, reading.people, origin))


def _from_archive(
    part: Part,
    reading: Reading[Any] | None,
    user: User,
    caller: Caller,
    parsed: Parsed,
    window: tuple[datetime, datetime],
) -> AnyResponse:
    """The archive's calls, and the newest ones where they are there in time."""
    from ringback.archive import ArchiveError

    more: dict[str, Any] = {}
    waits = False
    if reading is not None:
        waits = not reading.settle(PATIENCE_SECONDS)
        if reading.error is not None:
            web().readings.forget(reading.key)
            if not isinstance(reading.error, PASSING):
                return _failed(reading.error, parsed, caller)
            more = {"trouble": explain(reading.error)}
        elif waits:
            more = _pause(reading, parsed, caller)
    try:
        kept = kept_page(part, reading, user, caller, parsed.filter, window)
    except ArchiveError as error:
        trouble = explain(error)
        return _page(parsed, caller, trouble.status, trouble=trouble, instead=True)
    more |= _result(kept.shown, kept.people, kept.origin)
    if reading is None or not waits:
        return _page(parsed, caller, **more)
    return _with_retry(_page(parsed, caller, 202, **more), reading)


def _result(shown: Shown, people: Sequence[Extension], origin: Origin) -> dict[str, Any]:
    queues = [one for one in people if one.type == "Department"]
    missing = [one for one in FORMATS if is_missing(one)]
    return {"queues": queues, "shown": shown, "origin": origin, "missing": missing}


@pages.get("/calls/progress")
def progress() -> AnyResponse:
    """How far the reading behind a page is, for the page's script; nothing is begun by asking."""
    user = current_user()
    if user is None:
        return jsonify(finished=True)
    caller = web().callers.get(user, web().now())
    parsed = _parsed(caller)
    reading = None if parsed.errors else _reading_there(user, caller, parsed.filter)
    if reading is None:
        if in_several_processes() and not parsed.errors:
            return jsonify(finished=False, known=False)  # another host may know it
        return jsonify(finished=True)
    reading.touch()
    now = reading.progress()
    left = None if now.seconds_left is None else math.ceil(now.seconds_left)
    told = {"left": seconds_left(left or 0), "read": records_read(now.records)}
    return jsonify(finished=now.finished, records=now.records, seconds_left=left, told=told)


def asked(user: User) -> tuple[Caller, Parsed, str]:
    """Who asks, for which calls, and as what kind of file ('' for none)."""
    caller = web().callers.get(user, web().now())
    parsed = _parsed(caller)
    return caller, parsed, parsed.given.get("format", "").lower()


def seconds_left(seconds: int) -> str:
    """How long a pause takes; without one the reading goes on."""
    return (
        ngettext("%(num)s second left.", "%(num)s seconds left.", seconds) if seconds else gettext("Reading.")
    )


def records_read(count: int) -> str:
    """How far a reading is."""
    return ngettext(
        "%(count)s call record read so far", "%(count)s call records read so far", count, count=number(count)
    )


def current_user() -> User | None:
    """Who is logged in in the browser that asks."""
    session = browser.current()
    if session is None or session.user_id is None:
        return None
    return web().client.user(session.user_id, holder=session.holder)


def _parsed(caller: Caller) -> Parsed:
    today = datetime.fromtimestamp(web().now(), caller.zone).date()
    values = {name: encodable(text) for name, text in request.args.to_dict().items()}
    parsed = parse(values, today)
    kind = parsed.given.get("format", "").lower()
    if kind and kind not in FORMATS:
        wrong = {**parsed.errors, "format": gettext("Choose one of %(names)s.", names=", ".join(FORMATS))}
        return Parsed(parsed.filter, wrong, parsed.given)
    return parsed


def _choice(user: User, caller: Caller, wanted: CallsFilter, window: tuple[datetime, datetime]) -> Choice:
    """Does an archive answer, or RingCentral?"""
    found = web().archives.choose(web().client.server, user.id, caller, wanted.scope, *window)
    return Choice(skipped=found.part is not None) if wanted.source == "ringcentral" else found


def _key(user: User, wanted: CallsFilter, window: tuple[datetime, datetime]) -> Key:
    return Key(user.id, user.holder, wanted.scope, *window)


def _reading(user: User, key: Key) -> Reading[Any]:
    now, source = web().now(), _source(web().client, user, key, web().callers)
    if in_several_processes():
        return web().readings.get(key, lambda: Reading(key, web().shared.join(key, source, now, Cursor)), now)
    return web().readings.get(key, lambda: Reading(key, source), now)


def _newest(
    user: User, wanted: CallsFilter, part: Part, window: tuple[datetime, datetime]
) -> Reading[Any] | None:
    """The reading of the calls that are newer than an archive's; None where it has all of the window."""
    return None if part.cut is None else _reading(user, _key(user, wanted, (part.cut, window[1])))


def source_of(user: User, caller: Caller, wanted: CallsFilter) -> CallsSource:
    """Where a file of these calls takes them from; what has to be read is begun."""
    window = day(wanted.first, caller.zone, until=wanted.last)
    part = _choice(user, caller, wanted, window).part
    if part is None:
        return FromReading(_reading(user, _key(user, wanted, window)), wanted)
    return FromArchive(part, _newest(user, wanted, part, window), wanted, window, people_of(user))


def _reading_there(user: User, caller: Caller, wanted: CallsFilter) -> Reading[Any] | None:
    """The reading that this process, or another one of this host, has; None where there is none."""
    begin, end = day(wanted.first, caller.zone, until=wanted.last)
    part = _choice(user, caller, wanted, (begin, end)).part
    key = _key(user, wanted, (part.cut if part and part.cut else begin, end))
    found = web().readings.find(key)
    if found is None and in_several_processes() and web().shared.knows(key, web().now()):
        found = _reading(user, key)
        found.settle(_JOINING_SECONDS)  # up to the pause that the others know of
    return found


def in_several_processes() -> bool:
    """Is this one of several workers? Then the next request of this browser may meet another one."""
    return bool(request.environ.get("wsgi.multiprocess"))


def _source(client: RingCentral, user: User, key: Key, callers: Callers) -> Source[Cursor]:
    query = CallLogQuery(
        scope="account" if key.scope == "account" else "extension",
        date_from=key.begin,
        date_to=key.end,
        view="Detailed",
    )
    reader = PageReader(client.context, user.id, query, original=True, on_limit="raise")

    def page(cursor: Cursor | None) -> tuple[Sequence[CallRecord], Cursor | None]:
        read = client.run(reader.read(cursor or reader.first()))
        return read.records, read.after

    def people() -> Sequence[Extension]:
        return callers.people(user, client.clock.now())

    return Source(people=people, page=page, now=client.clock.now)


def _page(parsed: Parsed, caller: Caller, status: int = 200, **more: object) -> Response:
    """The call page: its filter, and whatever of a result, a pause or a trouble there is."""
    wanted = parsed.filter
    queues: Sequence[Extension] = more.setdefault("queues", ())  # type: ignore[assignment]
    queue_name = next((one.name or "" for one in queues if wanted.queue in _names(one)), "")
    page = render_template(
        "calls.html",
        filter=wanted,
        given=parsed.given,
        errors=parsed.errors,
        caller=caller,
        role=role_in_words(caller.role),
        sentence=wanted.sentence(caller.zone_name, queue_name),
        presets=presets(datetime.fromtimestamp(web().now(), caller.zone).date()),
        outcomes=[(one, in_words(one)) for one in OUTCOMES],
        link=partial(_link, wanted),
        **more,
    )
    response = make_response(page)
    response.status_code = status
    return response


def _names(queue: Extension) -> tuple[str, ...]:
    return (str(queue.id), queue.extension_number or "", queue.name or "")


def _link(wanted: CallsFilter, **changes: object) -> str:
    return f"{url_for('calls.calls')}?{wanted.query(**changes)}"


def wrong_address(parsed: Parsed, caller: Caller, kind: str) -> AnyResponse:
    """What is wrong with the address, on the call page, or for a file on a page of its own (400)."""
    if not kind:
        return _page(parsed, caller, 400)
    wrong = " ".join(
        gettext("%(name)s: %(told)s", name=name, told=told) for name, told in parsed.errors.items()
    )
    return errors.page(
        Trouble(
            400,
            gettext("This address asks for calls that there cannot be"),
            wrong,
            gettext("Correct the address."),
        )
    )


def _failed(error: BaseException, parsed: Parsed, caller: Caller) -> AnyResponse:
    if not isinstance(error, RingbackError) or _is_login(error):
        raise error
    trouble = explain(error)
    return _page(parsed, caller, trouble.status, trouble=trouble)


def _is_login(error: RingbackError) -> bool:
    from ringback import LoginRequired

    return isinstance(error, LoginRequired)


def _pause(reading: Reading[Any], parsed: Parsed, caller: Caller) -> dict[str, Any]:
    """What a page tells of a pause, instead of hanging."""
    now = reading.progress()
    left = math.ceil(now.seconds_left or 0)
    return {
        "missing": [one for one in FORMATS if is_missing(one)],
        "progress": now,
        "seconds_left": left,
        "told_left": seconds_left(left),
        "told_read": records_read(now.records),
        "back_to": now.back_to.astimezone(caller.zone) if now.back_to else None,
        "progress_url": f"{url_for('calls.progress')}?{parsed.filter.query()}",
        "refresh_seconds": _REFRESH_SECONDS,
        "back_to_utc": now.back_to.astimezone(UTC) if now.back_to else None,
    }


def _with_retry(response: Response, reading: Reading[Any]) -> Response:
    left = math.ceil(reading.progress().seconds_left or 0)
    response.headers["Retry-After"] = str(max(left, 1))
    return response
