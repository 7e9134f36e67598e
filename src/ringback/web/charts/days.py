"""Calls per day by what became of them: a column a day, stacked; longer spans by week or by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ringback.client.calls.sums import day_counts
from ringback.web.call_words import in_a_sentence, word
from ringback.web.formats import month, number, short_day, short_month, weekday_and_day
from ringback.web.texts import gettext, marked, ngettext

from .shapes import Bar, Chart, Mark, bar, nice

WIDTH, HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 12, 26
_MOST_LABELS = 10
_STEPS = {"day": marked("Day"), "week": marked("Week"), "month": marked("Month")}
_TITLES = {
    "day": marked("Calls per day, by outcome"),
    "week": marked("Calls per week, by outcome"),
    "month": marked("Calls per month, by outcome"),
}


def look_of(kind: str) -> str:
    """The name of a kind's colour and pattern."""
    return kind.lower().replace(" ", "-")


def calls_per_day(calls: Iterable[tuple[date, str]], first: date, last: date) -> Chart:
    """The chart of `calls`: the user's day and the kind of each, from `first` to `last`."""
    counted = day_counts(Counter(calls), first, last)
    step, counts, kinds = counted.step, counted.counts, counted.kinds
    most = max((one.total() for one in counts.values()), default=0)
    bars, marks = _drawn(counts, kinds, nice(most), step)
    busiest = max(counts, key=lambda key: counts[key].total())
    total = sum(one.total() for one in counts.values())
    told = gettext("No calls.")
    if total:
        told = ngettext("%(count)s call.", "%(count)s calls.", total, count=number(total))
        told += " " + ngettext(
            "Busiest: %(when)s, %(count)s call.",
            "Busiest: %(when)s, %(count)s calls.",
            most,
            when=_name(busiest, step),
            count=number(most),
        )
    rows = tuple(
        (_name(key, step), *(str(one[kind]) for kind in kinds), str(one.total()))
        for key, one in counts.items()
    )
    plot = HEIGHT - _TOP - _BOTTOM
    return Chart(
        key="days",
        title=gettext(_TITLES[step]),
        description=told,
        width=WIDTH,
        height=HEIGHT,
        bars=bars,
        marks=marks,
        headings=(gettext(_STEPS[step]), *(word(kind) for kind in kinds), gettext("All")),
        rows=rows,
        grid=tuple(_TOP + plot * part for part in (0.0, 0.5, 1.0)),
        legend=tuple((look_of(kind), word(kind)) for kind in kinds),
    )


def _drawn(
    counts: Mapping[date, Counter[str]], kinds: Sequence[str], top: int, step: str
) -> tuple[tuple[Bar, ...], tuple[Mark, ...]]:
    plot = HEIGHT - _TOP - _BOTTOM
    wide = (WIDTH - _LEFT - _RIGHT) / len(counts)
    every = -(-len(counts) // _MOST_LABELS)
    bars: list[Bar] = []
    marks = [Mark(_LEFT - 8, _TOP + plot * (1 - part) + 4, f"{top * part:g}", "end") for part in (0, 0.5, 1)]
    for place, (key, one) in enumerate(counts.items()):
        x, y = _LEFT + place * wide, float(HEIGHT - _BOTTOM)
        for kind in kinds:
            if one[kind]:
                height = plot * one[kind] / top
                y -= height
                told = gettext(
                    "%(when)s: %(count)s %(kind)s",
                    when=_name(key, step),
                    count=number(one[kind]),
                    kind=in_a_sentence(kind),
                )
                bars.append(bar(look_of(kind), x + wide * 0.15, y, wide * 0.7, height, told))
        if place % every == 0:
            short = short_month(key) if step == "month" else short_day(key)
            marks.append(Mark(round(x + wide / 2, 1), HEIGHT - 8, short, "middle"))
    return tuple(bars), tuple(marks)


def _name(key: date, step: str) -> str:
    if step == "month":
        return month(key)
    day = weekday_and_day(key)
    return day if step == "day" else gettext("week of %(day)s", day=day)
