"""`ringback calls …`: the commands for the call log itself; what each takes, and what it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from . import calls_options as options
from .failures import one_line
from .helped import Group
from .options import no_wait, quiet


@click.group(cls=Group)
def calls() -> None:
    """The call log: list it, export it, keep an archive of it."""


@calls.command("list")
@options.of_the_log
@options.filters
@options.from_archive
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON a record, as RingCentral gave it.")
@no_wait
@quiet
def list_calls(limit: int | None, as_json: bool, **told: Any) -> None:
    """The records of a call log, newest first; of the last 24 hours unless told otherwise.

    A table on a terminal, else lines with tabs: start, direction, type, from, to, result, duration, id.
    """
    from .calls_list import run_list

    with one_line():
        run_list(options.Asked.of(told), limit=limit, as_json=as_json)


@calls.command()
@click.argument("record_id", metavar="ID")
@options.of_the_log
@options.from_archive
@click.option("--json", "as_json", is_flag=True, help="The record as RingCentral gave it.")
@no_wait
@quiet
def show(record_id: str, as_json: bool, **told: Any) -> None:
    """One record, with its legs."""
    from .calls_list import run_show

    with one_line():
        click.echo(run_show(options.Asked.of(told), record_id, as_json=as_json))


@calls.command()
@options.of_the_log
@options.filters
@options.from_archive
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to; - is standard output, for csv and jsonl.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "parquet", "xlsx"]),
    help="Default: what the file's name ends with.",
)
@click.option(
    "--by-month", is_flag=True, help="With --archive and parquet: a folder, partitioned by month (UTC)."
)
@click.option("--anew", is_flag=True, help="Begin anew instead of going on with what was broken off before.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@no_wait
@quiet
def export(output: Path, form: str | None, by_month: bool, anew: bool, as_json: bool, **told: Any) -> None:
    """Write calls to a file, a row a call; with jsonl, a line a record, as RingCentral gave it.

    The file appears when it is whole. What a broken-off export has read is kept beside it, and the same
    command goes on from there. Progress goes to standard error.
    """
    from .calls_export import run_export

    with one_line():
        asked = options.Asked.of(told)
        written = run_export(asked, output, form, by_month=by_month, anew=anew)
        if as_json:
            click.echo(written.to_json(), err=str(output) == "-")
        elif not asked.quiet:
            click.echo(str(written), err=True)


@calls.command()
@options.of_the_log
@options.filters
@options.from_archive
@click.option("--width", type=click.IntRange(30, 400), metavar="COLUMNS", help="Default: the terminal's.")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON instead.")
@no_wait
@quiet
def report(width: int | None, as_json: bool, **told: Any) -> None:
    """Plot calls in the terminal: per day by outcome, weekdays by hours, talk time by person.

    Of the last seven days unless told otherwise. The numbers are those of the web app's call page.
    """
    from .report_command import run_report

    with one_line():
        run_report(options.Asked.of(told), width=width, as_json=as_json)


@calls.command()
@options.of_the_log
@options.archive_file
@click.option(
    "--history",
    metavar="DATE",
    help="Read the log back to here, once; default a year back.",
)
@options.zone
@no_wait
@click.option(
    "--status-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep what came of it here, as JSON, or for Prometheus when it ends with .prom.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as one line of JSON.")
@quiet
def sync(
    history: str | None, archive: str | None, as_json: bool, status_file: Path | None, **told: Any
) -> None:
    """Bring an archive to where the log is now. Whole after Ctrl-C and kill -9; the next one goes on."""
    from .calls_sync import run_sync

    with one_line():
        run_sync(options.Asked.of(told), archive, history=history, as_json=as_json, status_file=status_file)


@calls.command()
@options.of_the_log
@options.archive_file
@click.option("--repair", is_flag=True, help="Store what was read, so that the archive is right afterwards.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each window, and one for all.")
@quiet
def verify(archive: str | None, repair: bool, as_json: bool, **told: Any) -> None:
    """Read the log again, compare an archive with it window by window, and say what that proves."""
    from .calls_verify import run_verify

    with one_line():
        code = run_verify(options.Asked.of(told), archive, repair=repair, as_json=as_json)
    raise click.exceptions.Exit(code)
