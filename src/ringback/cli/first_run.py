"""`ringback web` without any setting: the first-run page on this machine, then the web app in its place."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ringback.client.server_url import LOOPBACK_HOSTS
from ringback.client.settings import NAMES, Settings
from ringback.oauth.errors import ConfigurationError

from . import show
from .failures import Failure
from .key_file import kept_key
from .listening import LOOPBACK, listen
from .logs import log_to_stderr
from .stopping import Stopping

if TYPE_CHECKING:
    from ringback.client import RingCentral

KEY_FILE = Path(".ringback") / "web.key"
_ASKED_FOR = ("server", "client_id", "client_secret", "redirect_uri", "user_jwt")


def nothing_set(settings: Settings) -> bool:
    """Is there no RC_* setting at all?"""
    return not any(getattr(settings, name) for name in _ASKED_FOR)


def run_first_run(
    told: Settings,
    environment: Mapping[str, str],
    host: str,
    port: int,
    begin: Callable[[Settings, Mapping[str, str], Stopping], tuple[Any, RingCentral]],
) -> None:
    """Serve until Ctrl-C. `told` is what `environment` says; `begin` makes the web app of what passed.

    Raises, before anything is served, Failure with `host` somewhere else than on this machine, and
    ConfigurationError for wrong RINGBACK_ settings.
    """
    if host not in LOOPBACK_HOSTS:
        names = ", ".join(NAMES[name][0] for name in ("server", "client_id", "client_secret", "redirect_uri"))
        raise Failure(
            f"Nothing is set ({names}), and the page that helps to set it is for this machine alone; "
            "set them, or start without --host"
        )
    from ringback.web import going_away
    from ringback.web.deployment import Deployment
    from ringback.web.first_run import FirstRun, create_first_run

    from .web_server import WebServer

    deployment = Deployment.from_environment(environment)
    log_to_stderr(logging.INFO, deployment.log_format)
    folder, stopping = Path.cwd(), Stopping()
    key_file = folder / KEY_FILE
    listening = listen(LOOPBACK, port, "--web-port")
    opened: list[RingCentral] = []

    def open_app(passed: Settings) -> None:
        app, client = begin(passed, environment, stopping)
        opened.append(client)
        serving.now = app

    def make_key() -> str:
        try:
            return kept_key(key_file, "The web app's", "start in a folder that this user may write to")
        except Failure as failure:
            raise ConfigurationError(str(failure)) from None

    first_run = FirstRun(
        listening.port, folder, told, key_file=key_file, make_key=make_key, open_app=open_app
    )
    serving = _Serving(create_first_run(first_run))
    try:
        server = WebServer(serving, listening.sockets, stopping.fail, deployment.trusted_proxies)
        server.start()
        stopping.take_over()
        origin = f"http://{LOOPBACK}:{listening.port}"
        show.ready(web=origin)
        click.echo(f"Nothing is set yet. Open {origin} in a browser of this machine: it says what to do.")
        stopping.wait()
        if opened:
            going_away(serving.now)
        server.stop()
    finally:
        for client in opened:
            client.close()
        listening.close()


class _Serving:
    """The WSGI application that answers now."""

    def __init__(self, app: Any) -> None:
        self.now = app

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.now(environ, start_response)
