"""`ringback platform`: the local platform in the foreground until Ctrl-C."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from . import show
from .failures import Failure, need_extras
from .listening import LOOPBACK, Listening, check_localhost, listen
from .logs import log_to_stderr
from .stopping import Stopping

if TYPE_CHECKING:
    from ringback.platform.server import PlatformServer

WEB_CALLBACK = "/oauth2callback"


@dataclass(frozen=True, slots=True)
class PlatformOptions:
    """What the command line says of the local platform."""

    host: str
    port: int
    seed: int
    start: datetime | None
    rate_limits: bool


def run_platform(options: PlatformOptions, web_port: int) -> None:
    """Serve until Ctrl-C. Raises Failure for a busy port or a missing extra."""
    need_extras("platform", "platform")
    check_localhost()
    log_to_stderr(logging.WARNING)
    stopping = Stopping()
    listening = listen(options.host, options.port, "--platform-port")
    server = start_platform(options, listening, f"http://{LOOPBACK}:{web_port}{WEB_CALLBACK}")
    try:
        stopping.take_over()
        show.ready(platform=server.base_url)
        typer.echo(f"App credentials and users: {server.base_url}/_local/seed")
        typer.echo(f"Create an app of your own: {server.base_url}/new-app")
        show.users(seeded_users(server))
        stopping.wait()
    finally:
        server.stop()


def start_platform(options: PlatformOptions, listening: Listening, web_redirect_uri: str) -> PlatformServer:
    """The local platform, answering on sockets that are bound already."""
    from ringback.platform.server import PlatformServer
    from ringback.platform.settings import PlatformSettings

    settings = PlatformSettings(
        seed=options.seed,
        start=options.start,
        base_url=f"http://{LOOPBACK}:{listening.port}",
        web_redirect_uri=web_redirect_uri,
        rate_limits=options.rate_limits,
    )
    server = PlatformServer(settings, listening.sockets)
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
