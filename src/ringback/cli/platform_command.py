"""`ringback platform`: the local platform in the foreground until Ctrl-C."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import show
from .failures import WRONG_OPTION, Failure, need_extras
from .listening import LOOPBACK, Listening, check_localhost, listen
from .logs import log_to_stderr
from .stopping import Stopping

if TYPE_CHECKING:
    from ringback.platform.company.scenario_file import Scenario
    from ringback.platform.server import PlatformServer
    from ringback.platform.settings import PlatformSettings

WEB_CALLBACK = "/oauth2callback"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformOptions:
    """What the command line says of the local platform (options.py); None where it says nothing."""

    platform_port: int = 8000
    host: str = LOOPBACK
    seed: int = 1
    start: datetime | None = None
    employees: int | None = None
    calls_per_day: int | None = None
    days: int | None = None
    live: bool = False
    rate_limits: str = "on"
    quirks: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    state_file: Path | None = None

    def settings(self, port: int, web_redirect_uri: str) -> PlatformSettings:
        """The platform's settings. Raises Failure, naming the option, for a value that it does not take."""
        from ringback.platform.quirks import parse_quirks
        from ringback.platform.settings import PlatformSettings

        try:
            quirks = parse_quirks(self.quirks)
        except ValueError as error:
            raise Failure(f"--quirk: {error}", WRONG_OPTION) from None
        scenarios = self._scenarios()
        try:
            return PlatformSettings(
                seed=self.seed,
                start=self.start,
                base_url=f"http://{LOOPBACK}:{port}",
                web_redirect_uri=web_redirect_uri,
                rate_limits=self.rate_limits == "on",
                employees=self.employees,
                calls_per_day=self.calls_per_day,
                days=self.days,
                live=self.live,
                state_file=self.state_file,
                quirks=quirks,
                scenarios=scenarios,
            )
        except ValueError as error:
            name, _, rest = str(error).partition(" ")
            raise Failure(f"--{name.replace('_', '-')} {rest}", WRONG_OPTION) from None

    def _scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios to play. Raises Failure for one that there is not, or that is not understood."""
        from ringback.platform.company.scenario_file import ScenarioError, load

        try:
            return tuple(load(name) for name in self.scenarios)
        except ScenarioError as error:
            raise Failure(f"--scenario: {error}", WRONG_OPTION) from None


def run_platform(options: PlatformOptions, web_port: int) -> None:
    """Serve until Ctrl-C. Raises Failure for a busy port, a missing extra, a wrong value or a state file."""
    need_extras("platform", "platform")
    check_localhost()
    log_to_stderr(logging.WARNING)
    stopping = Stopping()
    listening = listen(options.host, options.platform_port, "--platform-port")
    server = start_platform(options, listening, f"http://{LOOPBACK}:{web_port}{WEB_CALLBACK}")
    try:
        stopping.take_over()
        show.ready(platform=server.base_url)
        click.echo(f"App credentials and users: {server.base_url}/_local/seed")
        click.echo(f"Create an app of your own: {server.base_url}/new-app")
        show.kept_in(options.state_file)
        show.users(seeded_users(server))
        stopping.wait()
    finally:
        server.stop()


def start_platform(options: PlatformOptions, listening: Listening, web_redirect_uri: str) -> PlatformServer:
    """The local platform, answering on sockets that are bound already. Raises Failure, saying what to do."""
    settings = options.settings(listening.port, web_redirect_uri)
    from ringback.platform.company.scenario_file import ScenarioError
    from ringback.platform.server import PlatformServer
    from ringback.platform.state import StateFileError

    try:
        server = PlatformServer(settings, listening.sockets)
    except StateFileError as error:
        raise Failure(f"--state: {error}") from None
    except ScenarioError as error:  # its people are not in this company
        raise Failure(f"--scenario: {error}", WRONG_OPTION) from None
    try:
        server.start()
    except (OSError, RuntimeError) as error:
        raise Failure(f"The local platform did not start: {error}") from None
    return server


def seeded_users(server: PlatformServer) -> list[show.SeededUser]:
    """The users one can log in as."""
    return [
        show.SeededUser(one.name, one.number, one.email or "", password, one.admin)
        for one, password in server.world.users()
    ]
