"""Talk time by person: a row each for those who talked most, the rest as one."""

from __future__ import annotations

from collections.abc import Sequence

from ringback.client.calls.sums import Talker
from ringback.web.formats import number
from ringback.web.texts import gettext, ngettext
from ringback.web.words import duration_in_words

from .shapes import Bar, Chart, Mark, bar

WIDTH = 720
MOST_ROWS = 12
_ROW, _BAR, _NAME, _RIGHT = 30, 18, 210, 84
_LONGEST_NAME = 25


def talk_by_person(people: Sequence[Talker]) -> Chart:
    """The chart of `people`, who come in the order of their talk time."""
    talked = [one for one in people if one.talk_seconds]
    most_rows = len(talked) if len(talked) <= MOST_ROWS + 1 else MOST_ROWS
    shown, rest = talked[:most_rows], talked[most_rows:]
    rows = [(one.name, one.calls, one.talk_seconds) for one in shown]
    if rest:
        calls, seconds = sum(one.calls for one in rest), sum(one.talk_seconds for one in rest)
        rows.append((ngettext("%(num)s other", "%(num)s others", len(rest)), calls, seconds))
    most = max((seconds for _, _, seconds in rows), default=1)
    bars: list[Bar] = []
    marks: list[Mark] = []
    for place, (name, calls, seconds) in enumerate(rows):
        y, width = place * _ROW, (WIDTH - _NAME - _RIGHT) * seconds / most
        clock = duration_in_words(seconds)
        told = ngettext(
            "%(name)s: %(time)s in %(count)s call",
            "%(name)s: %(time)s in %(count)s calls",
            calls,
            name=name,
            time=clock,
            count=number(calls),
        )
        look = "others" if place >= len(shown) else "talk"
        bars.append(bar(look, _NAME, y + (_ROW - _BAR) / 2, width, _BAR, told))
        marks.append(Mark(_NAME - 10, y + 20, _shortened(name), "end"))
        marks.append(Mark(round(_NAME + width + 8, 1), y + 20, clock))
    description = (
        ngettext(
            "%(name)s talked most: %(time)s, of %(num)s person.",
            "%(name)s talked most: %(time)s, of %(num)s people.",
            len(talked),
            name=talked[0].name,
            time=duration_in_words(talked[0].talk_seconds),
        )
        if talked
        else gettext("Nobody talked.")
    )
    return Chart(
        key="talk",
        title=gettext("Talk time by person"),
        description=description,
        width=WIDTH,
        height=max(1, len(rows)) * _ROW,
        bars=tuple(bars),
        marks=tuple(marks),
        headings=(gettext("Person"), gettext("Calls"), gettext("Talk time")),
        rows=tuple((one.name, str(one.calls), duration_in_words(one.talk_seconds)) for one in talked),
    )


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
