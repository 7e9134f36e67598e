"""Sums over whole calls, as call pages and reports have them: four figures, days, hours, talkers (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from .in_call import talks_of
from .kinds import KINDS, kind_of

if TYPE_CHECKING:
    from ringback.client.records import Extension

    from .joined import JoinedCall

MOST_BARS = 62
Step = Literal["day", "week", "month", "year"]


@dataclass(frozen=True, slots=True)
class Totals:
    """Four figures: calls, those answered, those not answered (voicemail included), seconds talked."""

    calls: int
    answered: int
    not_answered: int
    talk_seconds: int

    @property
    def answered_percent(self) -> int | None:
        """Of the calls that could be answered; None when there were none."""
        asked = self.answered + self.not_answered
        return round(100 * self.answered / asked) if asked else None

    @property
    def talk_each(self) -> int | None:
        """Seconds talked in an answered call on average; None when none was answered."""
        return round(self.talk_seconds / self.answered) if self.answered else None


@dataclass(frozen=True, slots=True)
class Talker:
    """Somebody of the company, and how long they talked in how many calls. `key` is the extension's id."""

    key: str
    name: str
    calls: int
    talk_seconds: int


def totals(calls: Iterable[JoinedCall]) -> Totals:
    """The sums over `calls`."""
    sums: dict[str, tuple[int, int]] = {}
    for call in calls:
        count, talked = sums.get(call.outcome, (0, 0))
        sums[call.outcome] = (count + 1, talked + call.talk_seconds)
    return totals_of(sums)


def totals_of(outcomes: Mapping[str, tuple[int, int]]) -> Totals:
    """The four figures, of how many calls had an outcome, and how many seconds were talked in them."""
    count = answered = missed = talk = 0
    for outcome, (calls, talked) in outcomes.items():
        kind = kind_of(outcome)
        count += calls
        answered += calls * (kind == "Answered")
        missed += calls * (kind in ("Not answered", "Voicemail"))
        talk += talked
    return Totals(count, answered, missed, talk)


def talkers(calls: Iterable[JoinedCall], people: Sequence[Extension] = ()) -> tuple[Talker, ...]:
    """Who of the company talked how long, most first. An internal call counts for both its ends.

    `people` name extensions that a record has only the id of.
    """
    names = {str(one.id): one.name or one.extension_number or "" for one in people}
    ids = {one.extension_number: str(one.id) for one in people if one.extension_number}
    found: dict[str, Talker] = {}
    for call in calls:
        for talk in talks_of(call, ids):
            held = found.get(talk.key) or Talker(talk.key, names.get(talk.key) or talk.name, 0, 0)
            found[talk.key] = Talker(talk.key, held.name, held.calls + 1, held.talk_seconds + talk.seconds)
    return ranked(found.values())


def ranked(people: Iterable[Talker]) -> tuple[Talker, ...]:
    """Those who talked most first."""
    return tuple(sorted(people, key=lambda one: (-one.talk_seconds, one.name.casefold(), one.key)))


@dataclass(frozen=True, slots=True)
class DayCounts:
    """How many calls of each kind there were, by the first day of each `step`; days without calls too."""

    step: Step
    counts: Mapping[date, Counter[str]]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that there are calls of, in their order."""
        return tuple(kind for kind in KINDS if any(one[kind] for one in self.counts.values()))


def day_counts(
    calls: Mapping[tuple[date, str], int], first: date, last: date, most: int = MOST_BARS
) -> DayCounts:
    """How many `calls` there are, given by the user's day and kind, by day.

    Of spans of more than `most` days by week, of more than `most` weeks by month, and of more than twice as
    many months by year.
    """
    length = (last - first).days + 1
    step: Step = (
        "day"
        if length <= most
        else "week"
        if length <= most * 7
        else "month"
        if length <= most * 2 * 30
        else "year"
    )
    days = (first + timedelta(days=place) for place in range(length))
    counts = {key: Counter[str]() for key in dict.fromkeys(_begin(day, step) for day in days)}
    for (day, kind), count in calls.items():
        key = _begin(day, step)
        if key in counts:
            counts[key][kind] += count
    return DayCounts(step, counts)


def hour_counts(starts: Iterable[datetime]) -> Counter[tuple[int, int]]:
    """How many calls begin in each hour of each weekday (0 is Monday); `starts` are in the user's zone."""
    return Counter((start.weekday(), start.hour) for start in starts)


def _begin(day: date, step: Step) -> date:
    if step == "day":
        return day
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day.replace(month=1, day=1)
