"""`ringback demo`: local platform and web app in one process, until Ctrl-C."""

from __future__ import annotations

import logging
import shutil
import tempfile
import webbrowser
from pathlib import Path

import click

from ringback.client.settings import Settings
from ringback.oauth.secret import Secret

from . import show
from .demo_key import demo_key
from .failures import Failure, need_extras
from .listening import LOOPBACK, check_localhost, listen
from .logs import log_to_stderr
from .platform_command import WEB_CALLBACK, PlatformOptions, seeded_users, start_platform
from .stopping import Stopping


def run_demo(options: PlatformOptions, web_port: int, *, browser: bool) -> None:
    """Serve both until Ctrl-C. Raises Failure for a busy port, a missing extra, or an unusable key file."""
    need_extras("demo", "web", "platform")
    if web_port == options.platform_port != 0:
        raise Failure(f"--web-port and --platform-port must differ; both are {web_port}")
    check_localhost()
    from ringback.client import RingCentral
    from ringback.production.tidying import tidy_in_background
    from ringback.web import TryUser, create_app

    from .web_server import WebServer

    log_to_stderr(logging.WARNING)
    stopping = Stopping()
    key, key_file = demo_key(Path.cwd())
    web_sockets = listen(options.host, web_port, "--web-port")
    platform_sockets = listen(options.host, options.platform_port, "--platform-port")
    web_origin = f"http://{LOOPBACK}:{web_sockets.port}"
    platform = start_platform(options, platform_sockets, web_origin + WEB_CALLBACK)
    folder = Path(tempfile.mkdtemp(prefix="ringback-demo-"))
    try:
        app, secret = platform.world.apps.seeded()[0]
        client = RingCentral.from_settings(
            Settings(
                server=platform.base_url,
                client_id=app.client_id,
                client_secret=Secret(secret) if secret else None,
                redirect_uri=web_origin + WEB_CALLBACK,
                vault=f"sqlite:///{folder / 'vault.db'}",
                secret_keys=Secret(key),
                clock=platform.base_url,
            )
        )
        people = seeded_users(platform)
        trial = [TryUser(one.name, one.email, one.password, one.extension, one.admin) for one in people]
        server = WebServer(create_app(client, try_users=trial), web_sockets.sockets, stopping.fail)
        server.start()
        client.check_server()  # whom the web app is to ask does answer it
        stopping.take_over()
        tidy_in_background(client, stopping.wait_for)
        show.ready(web=web_origin, platform=platform.base_url)
        show.kept_in(options.state_file)
        show.users(people)
        click.echo(f"Key file: {key_file} (the demo's own). Logins end with this command. Ctrl-C stops it.")
        if browser:
            webbrowser.open(web_origin)
        stopping.wait()
        server.stop()
        client.close()
    finally:
        platform.stop()
        shutil.rmtree(folder, ignore_errors=True)
