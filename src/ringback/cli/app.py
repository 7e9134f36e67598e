"""The commands and their options."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from ringback.client.version import VERSION

from .failures import FAILED, one_line, say_failure, system_failure
from .listening import LOOPBACK

# The platform looks back some months and ahead some years, in seconds since 1970.
_YEARS = range(1971, 3000)

app = typer.Typer(
    name="ringback",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class OnOff(StrEnum):
    """A switch."""

    on = "on"
    off = "off"


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("not an ISO 8601 time, for example 2026-11-02T09:00:00Z") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment.year not in _YEARS:
        raise typer.BadParameter(f"not a year from {_YEARS[0]} to {_YEARS[-1]}")
    return moment.astimezone(UTC)


Host = Annotated[str, typer.Option("--host", help="Address to listen on as well; localhost always answers.")]
WebPort = Annotated[
    int, typer.Option("--web-port", min=0, max=65535, help="Port of the web app; 0 picks a free one.")
]
PlatformPort = Annotated[
    int,
    typer.Option("--platform-port", min=0, max=65535, help="Port of the local platform; 0 picks a free one."),
]
Seed = Annotated[
    int, typer.Option("--seed", min=0, help="The company and its calls: the same for the same number.")
]
Start = Annotated[
    datetime | None,
    typer.Option(
        "--start", parser=_moment, metavar="ISO", help="Where the platform's clock starts (UTC); default now."
    ),
]
RateLimits = Annotated[
    OnOff, typer.Option("--rate-limits", help="RingCentral's rate limits. Taken; not enforced yet.")
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open the browser.")]


@app.command()
def demo(
    web_port: WebPort = 5000,
    platform_port: PlatformPort = 8000,
    host: Host = LOOPBACK,
    seed: Seed = 1,
    start: Start = None,
    rate_limits: RateLimits = OnOff.on,
    no_browser: NoBrowser = False,
) -> None:
    """Local platform and web app in one command, with a made-up company to log in to. Needs no account."""
    from .demo_command import run_demo
    from .platform_command import PlatformOptions

    with one_line():
        options = PlatformOptions(host, platform_port, seed, start, rate_limits is OnOff.on)
        run_demo(options, web_port, browser=not no_browser)


@app.command()
def web(web_port: WebPort = 5000, host: Host = LOOPBACK) -> None:
    """The web app, against the server in RC_SERVER_URL. Settings come from the environment or .env."""
    from .web_command import run_web

    with one_line():
        run_web(host, web_port)


@app.command()
def platform(
    platform_port: PlatformPort = 8000,
    web_port: WebPort = 5000,
    host: Host = LOOPBACK,
    seed: Seed = 1,
    start: Start = None,
    rate_limits: RateLimits = OnOff.on,
) -> None:
    """The local platform alone: RingCentral's side, to develop and test against.

    --web-port says where your web app is: the seeded app's redirect URI leads there.
    """
    from .platform_command import PlatformOptions, run_platform

    with one_line():
        run_platform(PlatformOptions(host, platform_port, seed, start, rate_limits is OnOff.on), web_port)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ringback {VERSION}")
        raise typer.Exit


@app.callback()
def main_options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Log RingCentral users in and call the API. Not affiliated with RingCentral."""


def run() -> None:
    """Parse the command line and carry it out."""
    try:
        app()
    except OSError as error:
        say_failure(system_failure(error))
        raise SystemExit(FAILED) from None
