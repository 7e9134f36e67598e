"""What a call page shows of the calls that were read: rows of one page, totals, charts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING

from ringback.client.calls.joined import by_id, joined_call
from ringback.client.calls.kinds import kind_of
from ringback.client.calls.sums import Talker, Totals, ranked, talkers, totals, totals_of

from .calls_filter import PER_PAGE, CallsFilter, Matcher
from .charts import Chart, calls_per_day, hours_by_weekday, hours_chart, talk_by_person
from .rows import Row, as_row, in_order
from .texts import gettext, marked

if TYPE_CHECKING:
    from ringback import Extension
    from ringback.archive.questions import Answers
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
    start = _start(wanted.page, len(found))
    here = in_order(found, wanted.sort)[start : start + PER_PAGE]
    begins = [call.start_time.astimezone(zone) for call in found]
    kinds = [kind_of(call.outcome) for call in found]
    days = zip((begin.date() for begin in begins), kinds, strict=True)
    charts = (
        calls_per_day(days, wanted.first, wanted.last),
        hours_by_weekday(begins),
        talk_by_person(talkers(found, people)),
    )
    return _shown(here, people, wanted, zone, totals(found), charts, start, len(calls))


def assembled_from(
    answers: Answers,
    tail: Sequence[JoinedCall],
    people: Sequence[Extension],
    wanted: CallsFilter,
    zone: tzinfo,
) -> Shown:
    """What to show of an archive's calls; `tail`: those that its tail's rows are of."""
    from ringback.archive.rows import record_of

    names = {str(one.id): one.name or one.extension_number or "" for one in people}
    summary = answers.summary(zone, {key for key, name in names.items() if name})
    days: Counter[tuple[date, str]] = Counter()
    for (day, outcome), count in summary.days.items():
        days[day, kind_of(outcome)] += count
    spoken = [
        Talker(one.key, names.get(one.key) or one.name, one.calls, one.talk_seconds)
        for one in summary.talkers
    ]
    charts = (
        calls_per_day(days, wanted.first, wanted.last),
        hours_chart(Counter(summary.hours)),
        talk_by_person(ranked(spoken)),
    )
    start = _start(wanted.page, summary.calls)
    known = by_id(people)
    here = [
        joined_call([record_of(text) for text in one.records], known) if one.tail is None else tail[one.tail]
        for one in answers.page(wanted.sort, start, PER_PAGE)
    ]
    sums = {outcome: (one.calls, one.talk_seconds) for outcome, one in summary.outcomes.items()}
    # How many there are besides is only told where none is shown.
    all_read = summary.calls or answers.in_window()
    return _shown(here, people, wanted, zone, totals_of(sums), charts, start, all_read)


def _start(page: int, count: int) -> int:
    """How many calls lie before a page; one beyond the last is the last."""
    return (min(page, max(1, -(-count // PER_PAGE))) - 1) * PER_PAGE


def _shown(
    here: Sequence[JoinedCall],
    people: Sequence[Extension],
    wanted: CallsFilter,
    zone: tzinfo,
    sums: Totals,
    charts: tuple[Chart, ...],
    start: int,
    all_read: int,
) -> Shown:
    names = {str(one.id): one.name for one in people if one.name}
    return Shown(
        rows=tuple(as_row(call, zone, names) for call in here),
        headings=tuple(_heading(sort, gettext(name), wanted.sort) for sort, name in SHOWN_COLUMNS),
        totals=sums,
        charts=charts if sums.calls else (),
        page=start // PER_PAGE + 1,
        pages=max(1, -(-sums.calls // PER_PAGE)),
        first=start + 1,
        all_read=all_read,
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
