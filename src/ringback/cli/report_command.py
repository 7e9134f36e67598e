"""`ringback calls report`: reads the calls, sums them up, and draws them in the terminal or prints JSON."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from .breaking_off import breakable
from .calls_options import Asked
from .calls_reading import counted, logged_in, people_of, records_of, span_of
from .progress import Progress, progress_of

if TYPE_CHECKING:
    from .report_numbers import Report

DEFAULT_DAYS = 7


def run_report(asked: Asked, *, width: int | None, as_json: bool) -> None:
    """Print the report. Raises Failure, and what the client and the archive do."""
    asked.filters()  # what cannot be is said before anything is read
    progress = progress_of(asked.quiet)
    with breakable(lambda: f"{progress.view.counted() or 'nothing'} read, nothing is kept"):
        with progress:
            report = _read(asked, progress)
        if as_json:
            click.echo(json.dumps(report.to_dict(), indent=2))
        else:
            _draw(report, width or shutil.get_terminal_size().columns)


def wants_colour(environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Colour only on a terminal, and where NO_COLOR (no-color.org) does not forbid it."""
    return terminal and not environment.get("NO_COLOR") and environment.get("TERM", "dumb") != "dumb"


def _draw(report: Report, width: int) -> None:
    from .report_view import lines_of, plain

    colour = wants_colour(os.environ, terminal=sys.stdout.isatty())
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    for line in lines_of(report, width):
        shown = line if colour else click.unstyle(line).rstrip()
        click.echo(shown if unicode else plain(shown), color=colour)


def _read(asked: Asked, progress: Progress) -> Report:
    from ringback.client.calls.joined import join_calls

    from .report_numbers import Wanted, report_of

    wanted = Wanted(asked.direction or "", asked.kind or "", asked.number or "")
    # A call is wanted as a whole, so all records are read, as on the call page.
    everything = replace(asked, direction=None, kind=None, number=None)
    first, last = _asked_days(asked)
    log_named = asked.the_log.capitalize() if asked.archive is None else "The archive's calls"
    told = ", ".join(filter(None, [log_named, wanted.words()]))
    if asked.archive is not None:
        today = datetime.now(asked.in_zone).date()
        with records_of(everything, progress, view="Detailed") as records:
            calls = wanted.of(join_calls(records))
            return report_of(calls, (), of=told, zone=asked.in_zone, first=first, last=last, today=today)
    with logged_in(asked, progress) as (client, user):
        now = client.clock.now()
        today = datetime.fromtimestamp(now, asked.in_zone).date()
        first, last = _week(first, last, today)
        everything = replace(
            everything, begin=asked.begin or first.isoformat(), end=asked.end or last.isoformat()
        )
        people = list(people_of(asked, progress, client, user))
        progress.begin(f"Reading {asked.the_log}")
        log = user.calls(asked.scope, view="Detailed", **everything.filters())
        shown = counted(progress, asked, log, span_of(everything, now))
        calls = wanted.of(join_calls(shown, extensions=people))
        return report_of(calls, people, of=told, zone=asked.in_zone, first=first, last=last, today=today)


def _asked_days(asked: Asked) -> tuple[date | None, date | None]:
    """The first and the last day that were asked for, in the zone."""
    begin, end = asked.window()
    zone = asked.in_zone
    return begin and begin.astimezone(zone).date(), end and end.astimezone(zone).date()


def _week(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The last seven days, as far as nothing else was asked for: what the call page shows."""
    end = last or max(today, first or today)
    return first or end - timedelta(days=DEFAULT_DAYS - 1), end
