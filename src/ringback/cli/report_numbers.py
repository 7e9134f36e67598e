"""The numbers of `ringback calls report`: those of the call page for the same days and filters (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Any

from ringback.client.calls.in_call import digits_of, numbers_in
from ringback.client.calls.kinds import KINDS, kind_of
from ringback.client.calls.sums import (
    MOST_BARS,
    DayCounts,
    Talker,
    Totals,
    day_counts,
    talkers,
    totals_of,
)

if TYPE_CHECKING:
    from ringback.client.calls.joined import JoinedCall
    from ringback.client.records import Extension

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_KEYS = {kind: "".join([kind.split()[0].lower(), *kind.split()[1:]]) for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls: '' asks nothing. As on the call page, a call as a whole is wanted or not."""

    direction: str = ""
    type: str = ""
    number: str = ""

    def of(self, calls: Iterable[JoinedCall]) -> Iterator[JoinedCall]:
        """The calls that are wanted."""
        digits = digits_of(self.number)
        for call in calls:
            if (
                (not self.direction or call.direction == self.direction)
                and (not self.type or call.type == self.type)
                and (not digits or any(digits in one for one in numbers_in(call)))
            ):
                yield call

    def words(self) -> str:
        """What it asks, in words."""
        parts = [self.direction.lower(), self.type.lower()]
        return ", ".join([*filter(None, parts), *([f"with number {self.number}"] if self.number else [])])


@dataclass(frozen=True, slots=True)
class Report:
    """Sums of the calls from `first` to `last`, days in `zone`. `of`: which calls they are, in words."""

    of: str
    zone: tzinfo
    first: date
    last: date
    totals: Totals
    kinds: Counter[tuple[date, str]]
    hours: Counter[tuple[int, int]]
    talkers: tuple[Talker, ...]

    def days(self, most: int = MOST_BARS) -> DayCounts:
        """The calls by day and kind; where `most` bars cannot show each day, by week or by month."""
        return day_counts(self.kinds, self.first, self.last, most)

    def to_dict(self) -> dict[str, Any]:
        """For JSON. Seconds, and days of the zone."""
        days = self.days()
        return {
            "calls": self.of,
            "zone": str(self.zone),
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "totals": {
                "calls": self.totals.calls,
                "answered": self.totals.answered,
                "answeredPercent": self.totals.answered_percent,
                "notAnswered": self.totals.not_answered,
                "talkSeconds": self.totals.talk_seconds,
                "talkSecondsEach": self.totals.talk_each,
            },
            "step": days.step,
            "days": [
                {"begin": day.isoformat(), "calls": one.total()} | {_KEYS[kind]: one[kind] for kind in KINDS}
                for day, one in days.counts.items()
            ],
            "hours": [
                {"weekday": name, "calls": [self.hours[number, hour] for hour in range(24)]}
                for number, name in enumerate(WEEKDAYS)
            ],
            "people": [
                {"id": one.key, "name": one.name, "calls": one.calls, "talkSeconds": one.talk_seconds}
                for one in self.talkers
            ],
        }


def report_of(
    calls: Iterable[JoinedCall],
    people: Sequence[Extension],
    *,
    of: str,
    zone: tzinfo,
    first: date | None,
    last: date | None,
    today: date,
) -> Report:
    """The report of `calls`. Without `first` or `last` it begins or ends with the calls themselves."""
    kinds, hours = Counter[tuple[date, str]](), Counter[tuple[int, int]]()
    outcomes: dict[str, tuple[int, int]] = {}

    def seen() -> Iterator[JoinedCall]:
        for call in calls:
            began = call.start_time.astimezone(zone)
            kinds[began.date(), kind_of(call.outcome)] += 1
            hours[began.weekday(), began.hour] += 1
            count, talked = outcomes.get(call.outcome, (0, 0))
            outcomes[call.outcome] = (count + 1, talked + call.talk_seconds)
            yield call

    # One call after the other: an archive may hold more of them than memory does.
    spoken = tuple(one for one in talkers(seen(), people) if one.talk_seconds)
    days = [day for day, _ in kinds]
    end = last or max(days, default=max(today, first or today))
    return Report(
        of=of,
        zone=zone,
        first=first or min([*days, end]),
        last=end,
        totals=totals_of(outcomes),
        kinds=kinds,
        hours=hours,
        talkers=spoken,
    )
