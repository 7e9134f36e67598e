"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from .listening import LOOPBACK

# The platform looks back some months and ahead some years, in seconds since 1970.
_YEARS = range(1971, 3000)
_AT_LEAST_ONE = click.IntRange(min=1)

Command = TypeVar("Command", bound=Callable[..., Any])


def _moment(_: click.Context, __: click.Parameter, text: str | None) -> datetime | None:
    """An ISO 8601 time as an aware UTC datetime; without an offset it is in UTC.

    Raises BadParameter, which says what an ISO 8601 time is, or which years the platform can hold.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("not an ISO 8601 time, for example 2026-11-02T09:00:00Z") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment.year not in _YEARS:
        raise click.BadParameter(f"not a year from {_YEARS[0]} to {_YEARS[-1]}")
    return moment.astimezone(UTC)


def port(name: str, default: int, what: str) -> Callable[[Command], Command]:
    """A port to listen on; 0 picks a free one."""
    text = f"Port of {what}; 0 picks a free one."
    return click.option(name, type=click.IntRange(0, 65535), default=default, show_default=True, help=text)


web_port = port("--web-port", 5000, "the web app")
host = click.option(
    "--host", default=LOOPBACK, help="Address to listen on as well; localhost always answers."
)

no_wait = click.option(
    "--no-wait", is_flag=True, help="End with exit code 4 instead of waiting for the rate limit."
)

quiet = click.option(
    "-q", "--quiet", is_flag=True, help="No progress on standard error, only what goes wrong."
)

_OF_THE_PLATFORM: tuple[Callable[[Any], Any], ...] = (
    port("--platform-port", 8000, "the local platform"),
    host,
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=1,
        show_default=True,
        help="The company and its calls: the same for the same number.",
    ),
    click.option(
        "--start",
        metavar="ISO",
        callback=_moment,
        help="Where the platform's clock starts (UTC); default now.",
    ),
    click.option("--employees", type=_AT_LEAST_ONE, metavar="N", help="How many people the company has."),
    click.option(
        "--calls-per-day",
        type=_AT_LEAST_ONE,
        metavar="N",
        help="Calls of the whole company on a working day.",
    ),
    click.option(
        "--days", type=_AT_LEAST_ONE, metavar="N", help="Days of call history before the clock's start."
    ),
    click.option("--live", is_flag=True, help="Let calls start, run and end all the time, at any hour."),
    click.option(
        "--rate-limits",
        type=click.Choice(["on", "off"]),
        default="on",
        show_default=True,
        help="RingCentral's rate limits: refuse with 429 what exceeds them.",
    ),
    click.option(
        "--quirk",
        "quirks",
        multiple=True,
        metavar="NAME=VALUE",
        help="Switch a behaviour that RingCentral's sources disagree on; can be given several times.",
    ),
    click.option(
        "--scenario",
        "scenarios",
        multiple=True,
        metavar="NAME|FILE",
        help="Play a scenario at the start, by name or from a .toml file; can be given several times.",
    ),
    click.option(
        "--state",
        "state_file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Keep everything in this file: a restart goes on where the last run ended.",
    ),
)


def of_the_platform(command: Command) -> Command:
    """Give a command every option that says what the local platform is like (PlatformOptions)."""
    for option in reversed(_OF_THE_PLATFORM):
        command = option(command)
    return command
