"""The call log as a table: `GET /calls`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Literal
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ringback import LoginRequired, RingbackError, User
from ringback.client.records import CallRecord, Party

from . import browser
from .context import web
from .explain import Trouble, explain
from .forms import CallsFilter
from .words import duration_in_words, phone_for_people, result_tone, utc

pages = Blueprint("calls", __name__)

PER_PAGE = 200
_DEFAULT_DAYS = 7
_MOST_SKIPPED = 50
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Shown:
    """One side of a call: a name, a number (which the page never breaks), or both."""

    name: str
    number: str = ""


@dataclass(frozen=True)
class Row:
    """One call as the table shows it."""

    when: datetime
    direction: str
    caller: Shown
    callee: Shown
    type: str
    result: str
    tone: str
    duration: str


@dataclass(frozen=True)
class Window:
    """Which calls a page shows: days in UTC, and for a further page the call the last one ended with."""

    scope: Literal["extension", "account"]
    first: date
    last: date
    before: datetime | None = None
    skip: tuple[str, ...] = ()

    @property
    def start(self) -> datetime:
        """The first moment of the first day."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        """The last moment asked for; a millisecond past `before`, whose own moment may hold more calls."""
        end = datetime.combine(self.last, time.max, UTC)
        if self.before is None or self.before >= end - _MILLISECOND:
            return end
        return self.before + _MILLISECOND

    def wants(self, record: CallRecord) -> bool:
        """False for calls that the previous page has shown."""
        return record.id not in self.skip and (self.before is None or utc(record.start_time) <= self.before)

    def after(self, shown: list[CallRecord]) -> Window:
        """The window of the page after `shown`."""
        last = utc(shown[-1].start_time)
        same = [record.id for record in shown if utc(record.start_time) == last]
        kept = self.skip if last == self.before else ()
        return Window(self.scope, self.first, self.last, last, (*kept, *same)[-_MOST_SKIPPED:])

    def url(self) -> str:
        """The address of this page."""
        query = [("scope", self.scope), ("from", self.first.isoformat()), ("to", self.last.isoformat())]
        if self.before:
            query.append(("before", self.before.isoformat(timespec="milliseconds")))
            query += [("skip", record_id) for record_id in self.skip]
        return f"{url_for('calls.calls')}?{urlencode(query)}"

    def sentence(self) -> str:
        """The filter in words."""
        whose = "Calls of the whole account" if self.scope == "account" else "Calls of your extension"
        days = (
            f"on {_day(self.first)}"
            if self.first == self.last
            else f"from {_day(self.first)} to {_day(self.last)}"
        )
        return f"{whose} {days}, days in UTC, newest first."


@pages.get("/calls")
def calls() -> str | Response | tuple[str, int]:
    """A table of calls, newest first, 200 to a page."""
    session = browser.current()
    if session is None or session.user_id is None:
        return redirect(url_for("login.home"), 303)
    form = CallsFilter(formdata=request.args)
    valid = form.validate()
    window = _window(form, utc(web().now()).date())
    _fill_in(form, window, valid)
    if not valid:
        return render_template(
            "calls.html", form=form, sentence="Correct the filter to see calls.", valid=False
        ), 400
    trouble: Trouble | None = None
    shown: list[CallRecord] = []
    more = False
    try:
        shown, more = _fetch(web().client.user(session.user_id, holder=session.holder), window)
    except LoginRequired:
        raise
    except RingbackError as error:
        trouble = explain(error)
    page = render_template(
        "calls.html",
        form=form,
        valid=True,
        sentence=window.sentence(),
        rows=[as_row(record) for record in shown],
        more_url=window.after(shown).url() if more else None,
        continued=window.before is not None,
        trouble=trouble,
    )
    return (page, trouble.status) if trouble else page


def _fetch(user: User, window: Window) -> tuple[list[CallRecord], bool]:
    """One page of calls, and whether there are older ones. Only as many pages are fetched as it takes."""
    found = user.calls(scope=window.scope, date_from=window.start, date_to=window.end)
    wanted = (record for record in found if window.wants(record))
    shown = list(islice(wanted, PER_PAGE))
    return shown, next(wanted, None) is not None


def _window(form: CallsFilter, today: date) -> Window:
    last = form.date_to.data or max(today, form.date_from.data or today)
    first = form.date_from.data or _days_before(last, _DEFAULT_DAYS - 1)
    scope: Literal["extension", "account"] = "account" if form.scope.data == "account" else "extension"
    before = _moment(request.args.get("before", ""))
    if before is None or before < datetime.combine(first, time(), UTC):
        return Window(scope, first, last)
    skip = tuple(record_id[:64] for record_id in request.args.getlist("skip")[:_MOST_SKIPPED])
    return Window(scope, first, last, before, skip)


def _fill_in(form: CallsFilter, window: Window, valid: bool) -> None:
    if valid:
        form.scope.data, form.date_from.data, form.date_to.data = window.scope, window.first, window.last
        for field in (form.date_from, form.date_to):
            field.raw_data = None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if len(text) <= 40 else None
        return utc(moment) if moment else None
    except (ValueError, OverflowError):
        return None


def as_row(record: CallRecord) -> Row:
    """`record` in the table's words."""
    outbound = record.direction == "Outbound"
    return Row(
        when=utc(record.start_time),
        direction="Outbound" if outbound else "Inbound",
        caller=_party(record.from_),
        callee=_party(record.to),
        type=record.type,
        result=record.result or "Unknown",
        tone=result_tone(record.result),
        duration=duration_in_words(record.duration),
    )


def _party(party: Party | None) -> Shown:
    """Name and number, whichever of them there are."""
    if party is None:
        return Shown("Unknown")
    number = phone_for_people(party.phone_number)
    if not number and party.extension_number:
        number = f"ext. {party.extension_number}"
    return Shown(party.name or ("" if number else "Unknown"), number)


def _days_before(day: date, days: int) -> date:
    return date.fromordinal(max(1, day.toordinal() - days))


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year:04}"
