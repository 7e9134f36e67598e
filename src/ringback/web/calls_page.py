"""What a call page shows of the calls that were read: rows of one page, totals, charts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from ringback.client.calls.kinds import kind_of
from ringback.client.calls.sums import Totals, talkers, totals

from .calls_filter import PER_PAGE, CallsFilter, Matcher
from .charts import Chart, calls_per_day, hours_by_weekday, talk_by_person
from .rows import Row, as_row, in_order
from .texts import gettext, marked

if TYPE_CHECKING:
    from ringback import Extension
    from ringback.client.calls.joined import JoinedCall

SHOWN_COLUMNS = (
    ("when", marked("When")),
    ("direction", marked("Direction")),
    ("from", marked("From")),
    ("to", marked("To")),
    ("outcome", marked("Outcome")),
    ("", marked("Answered by")),
    ("ring", marked("Rang")),
    ("talk", marked("Talked")),
    ("duration", marked("Duration")),
)
_LARGEST_FIRST = frozenset({"ring", "talk", "duration"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its name, the sort that a click asks for ('' cannot be sorted), and how it is sorted now."""

    name: str
    sort: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a result, and what is said of all of it. Pages are counted from 1."""

    rows: tuple[Row, ...]
    headings: tuple[Heading, ...]
    totals: Totals
    charts: tuple[Chart, ...]
    page: int
    pages: int
    first: int
    all_read: int


def assembled(
    calls: Sequence[JoinedCall], people: Sequence[Extension], wanted: CallsFilter, zone: tzinfo
) -> Shown:
    """What to show of `calls`, which are all that was read of the window."""
    matcher = Matcher(wanted, people)
    found = [call for call in calls if matcher.wants(call)]
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(wanted.page, pages)
    start = (page - 1) * PER_PAGE
    names = {str(one.id): one.name for one in people if one.name}
    here = in_order(found, wanted.sort)[start : start + PER_PAGE]
    begins = [call.start_time.astimezone(zone) for call in found]
    kinds = [kind_of(call.outcome) for call in found]
    days = zip((begin.date() for begin in begins), kinds, strict=True)
    charts = (
        calls_per_day(days, wanted.first, wanted.last),
        hours_by_weekday(begins),
        talk_by_person(talkers(found, people)),
    )
    return Shown(
        rows=tuple(as_row(call, zone, names) for call in here),
        headings=tuple(_heading(sort, gettext(name), wanted.sort) for sort, name in SHOWN_COLUMNS),
        totals=totals(found),
        charts=charts if found else (),
        page=page,
        pages=pages,
        first=start + 1,
        all_read=len(calls),
    )


def _heading(sort: str, name: str, now: str) -> Heading:
    now = now or "-when"
    if not sort:
        return Heading(name, "", "")
    up, down = sort, f"-{sort}"
    if now == up:
        return Heading(name, down, "ascending")
    if now == down:
        return Heading(name, up, "descending")
    return Heading(name, down if sort in _LARGEST_FIRST else up, "")
