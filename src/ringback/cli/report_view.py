"""A report as lines of a terminal: totals, a plot of days, a heat map, bars; each fits the width given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import click

from ringback.client.calls.kinds import KINDS
from ringback.client.calls.sums import MOST_BARS

from .report_numbers import WEEKDAYS, Report

LEAST_WIDTH = 30
MOST_PEOPLE = 12
_PLOT_LINES = 12
_WIDEST_COLUMN, _LONGEST_LABEL = 9, 12
_SYMBOLS = dict(zip(KINDS, "█▒░▚·", strict=True))
_COLOURS = dict(zip(KINDS, ("cyan", "red", "yellow", "blue", "white"), strict=True))
_SHADES = " ·░▒▓█"
_WIDE_CELL, _WIDE_LEFT = 3, 5
_PLAIN = str.maketrans("█▒░▚▓·━─\N{EN DASH}…", "#+-%X.=--.")


def lines_of(report: Report, width: int) -> Iterator[str]:
    """The whole report. Colour is in it; `click.unstyle` takes it out, and all of it can still be read."""
    width = max(width, LEAST_WIDTH)
    yield from _wrapped(f"{report.of}, {_days(report)}. Times in {report.zone}.", width)
    yield ""
    if not report.totals.calls:
        yield "No calls."
        return
    yield from _totals(report, width)
    yield from ("", *_day_plot(report, width))
    yield from ("", *_heat_map(report, width))
    yield from ("", *_people(report, width))


def plain(line: str) -> str:
    """A line for a terminal that knows ASCII only."""
    return line.translate(_PLAIN).encode("ascii", "replace").decode()


def _totals(report: Report, width: int) -> Iterator[str]:
    totals = report.totals
    percent, each = totals.answered_percent, totals.talk_each
    parts = [
        f"{totals.calls:,} calls",
        f"{totals.answered:,} answered" + ("" if percent is None else f" ({percent}%)"),
        f"{totals.not_answered:,} not answered",
        f"{_duration(totals.talk_seconds)} talked" + ("" if each is None else f" ({_duration(each)} each)"),
    ]
    line = ""
    for part in parts:
        longer = f"{line}   {part}" if line else part
        if line and len(longer) > width:
            yield from _bold(line, width)
            longer = part
        line = longer
    yield from _bold(line, width)


def _bold(line: str, width: int) -> Iterator[str]:
    parts = [line] if len(line) <= width else _wrapped(line, width)
    return (click.style(one, bold=True) for one in parts)


def _day_plot(report: Report, width: int) -> Iterator[str]:
    """Stacked bars, a column a day; of long spans, or on a narrow terminal, by week or by month."""
    counted = report.days(most=min(MOST_BARS, (width - _LONGEST_LABEL) // 2))
    days, kinds = list(counted.counts), counted.kinds
    most = max(one.total() for one in counted.counts.values())
    left = len(f"{most:,}") + 1
    column = min(_WIDEST_COLUMN, (width - left) // len(days))
    stacks = [_stack([counted.counts[day][kind] for kind in kinds], most) for day in days]
    yield _heading(f"Calls per {counted.step}, by outcome", width)
    for row in reversed(range(_PLOT_LINES)):
        label = f"{most:,}" if row == _PLOT_LINES - 1 else "0" if row == 0 else ""
        cells = (_bar_cell(stack, row, kinds, column) for stack in stacks)
        yield f"{label:>{left - 1}} " + "".join(cells)
    names = [_short(day, counted.step) for day in days]
    every = -(-(max(map(len, names)) + 1) // column)
    axis = "".join(f"{name:<{column * every}}" for name in names[::every])
    yield " " * left + (axis if len(axis) <= width - left else axis[: width - left]).rstrip()
    yield from _legend([(kind, sum(one[kind] for one in counted.counts.values())) for kind in kinds], width)


def _stack(counts: Sequence[int], most: int) -> list[int]:
    """For each row from below, which of the counts is drawn there: whole rows, shared out by what remains."""
    total = sum(counts)
    rows = max(1, round(total / most * _PLOT_LINES)) if total else 0
    exact = [count * rows / total for count in counts] if total else []
    whole = [int(one) for one in exact]
    by_rest = sorted(range(len(exact)), key=lambda place: whole[place] - exact[place])
    for place in by_rest[: rows - sum(whole)]:
        whole[place] += 1
    return [place for place, count in enumerate(whole) for _ in range(count)]


def _bar_cell(stack: Sequence[int], row: int, kinds: Sequence[str], column: int) -> str:
    if row >= len(stack):
        return " " * column
    kind = kinds[stack[row]]
    gap = min(1, column - 1)
    return click.style(_SYMBOLS[kind] * (column - gap), fg=_COLOURS[kind]) + " " * gap


def _legend(sums: Sequence[tuple[str, int]], width: int) -> Iterator[str]:
    texts = [(f"{_SYMBOLS[kind]} {kind} {count:,}", _COLOURS[kind]) for kind, count in sums]
    row: list[tuple[str, str]] = []
    for text, colour in texts:
        if row and sum(len(one) + 3 for one, _ in row) + len(text) > width:
            yield "   ".join(click.style(one, fg=its) for one, its in row)
            row = []
        row.append((text, colour))
    yield "   ".join(click.style(one, fg=its) for one, its in row)


def _heat_map(report: Report, width: int) -> Iterator[str]:
    """Weekdays by hours: numbers where there is room for them, else a mark for each hour."""
    most = max(report.hours.values())
    yield _heading("Calls by weekday and hour", width)
    cell = max(_WIDE_CELL, len(f"{most:,}") + 1)
    if _WIDE_LEFT + 24 * cell <= width:
        yield " " * _WIDE_LEFT + "".join(f"{hour:>{cell}}" for hour in range(24))
        for number, name in enumerate(WEEKDAYS):
            counts = [report.hours[number, hour] for hour in range(24)]
            cells = (_cell(f"{count or '.':>{cell}}", count, most) for count in counts)
            yield f"{name[:3]:<{_WIDE_LEFT}}" + "".join(cells)
        return
    yield " " * _WIDE_LEFT + "".join(f"{hour:<3}" for hour in range(0, 24, 3)).rstrip()
    for number, name in enumerate(WEEKDAYS):
        marks = "".join(_SHADES[_step(report.hours[number, hour], most)] for hour in range(24))
        yield f"{name[:3]:<{_WIDE_LEFT}}{marks}".rstrip()
    (day, hour), _ = max(report.hours.items(), key=lambda one: (one[1], -one[0][0], -one[0][1]))
    busiest = f"█ is up to {most:,} calls in an hour: {WEEKDAYS[day][:3]} {hour}:00."
    yield from _wrapped(busiest, width)


def _people(report: Report, width: int) -> Iterator[str]:
    """A bar each for those who talked most, the rest as one."""
    from rich.cells import cell_len, set_cell_size

    people = report.talkers
    yield _heading("Talk time by person", width)
    if not people:
        yield "Nobody talked."
        return
    shown = people if len(people) <= MOST_PEOPLE + 1 else people[:MOST_PEOPLE]
    rest = people[len(shown) :]
    rows = [(_printable(one.name), one.talk_seconds, one.calls) for one in shown]
    if rest:
        told = f"{len(rest)} others"
        rows.append((told, sum(one.talk_seconds for one in rest), sum(one.calls for one in rest)))
    longest = min(max(cell_len(name) for name, _, _ in rows), width // 3)
    times = [_duration(seconds) for _, seconds, _ in rows]
    figures = [f"{time:>{max(map(len, times))}}" for time in times]
    if width >= 60:
        wide = max(len(f"{calls:,}") for _, _, calls in rows)
        figures = [
            f"{figure}  {calls:>{wide},} {'call ' if calls == 1 else 'calls'}"
            for figure, (_, _, calls) in zip(figures, rows, strict=True)
        ]
    room = width - longest - max(map(len, figures)) - 4
    most = max(seconds for _, seconds, _ in rows)
    for (name, seconds, _), figure in zip(rows, figures, strict=True):
        bar = "█" * max(1, round(room * seconds / most))
        cut = name if cell_len(name) <= longest else set_cell_size(name, longest - 1) + "…"
        yield f"{set_cell_size(cut, longest)}  {figure}  " + click.style(bar, fg="cyan")


def _heading(text: str, width: int) -> str:
    return click.style(text if len(text) <= width else text[: width - 1] + "…", bold=True, underline=True)


def _cell(text: str, count: int, most: int) -> str:
    step = _step(count, most)
    return text if step < 2 else click.style(text, bg=(0, 20 + 25 * step, 40 + 35 * step), fg=(255, 255, 255))


def _step(count: int, most: int) -> int:
    """0 for none, else 1 to 5."""
    return -(-count * 5 // most) if count else 0


def _days(report: Report) -> str:
    first, last = report.first, report.last
    end = f"{last.day} {last:%B} {last.year}"
    if first == last:
        return end
    begin = f"{first.day}" + (f" {first:%B}" if (first.year, first.month) != (last.year, last.month) else "")
    return f"{begin}{f' {first.year}' if first.year != last.year else ''}\N{EN DASH}{end}"


def _short(day: date, step: str) -> str:
    if step in ("month", "year"):
        return f"{day:%b %y}" if step == "month" else f"{day.year}"
    return f"{day.day} {day:%b}"


def _duration(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def _wrapped(text: str, width: int) -> Sequence[str]:
    import textwrap

    return textwrap.wrap(_printable(text), width)


def _printable(text: str) -> str:
    """Without characters that would steer a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)
