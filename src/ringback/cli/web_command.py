"""`ringback web`: the web app in the foreground until Ctrl-C, against the server in the environment."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ringback.client.server_url import LOOPBACK_HOSTS

from . import show
from .failures import Failure, need_extras
from .listening import listen
from .logs import log_to_stderr
from .stopping import Stopping

if TYPE_CHECKING:
    from ringback.client import RingCentral
    from ringback.client.settings import Settings

DEFAULT_VAULT = "sqlite:///ringback.db"


def run_web(host: str, port: int) -> None:
    """Serve until Ctrl-C; without any setting, the first-run page until there are some.

    Raises Failure or ConfigurationError before anything is served.
    """
    need_extras("web", "web")
    from ringback.client.settings import environment_with_dotenv, settings_from
    from ringback.production.tidying import tidy_in_background
    from ringback.web import create_app, going_away, settings_of

    from .first_run import nothing_set, run_first_run
    from .web_server import WebServer

    environment = environment_with_dotenv()
    told = settings_from(environment)
    if nothing_set(told):
        run_first_run(_with_vault(told), environment, host, port, _begin)
        return
    stopping = Stopping()
    client = client_from_environment()
    check_port(client.redirect_uri or "", port)
    listening = listen(host, port, "--web-port")
    try:
        settings = settings_of(client, environment)
        log_to_stderr(logging.INFO, settings.deployment.log_format)
        web_app = create_app(client, settings=settings)
        client.check_server()
        _report_vault(client)
        server = WebServer(web_app, listening.sockets, stopping.fail, settings.deployment.trusted_proxies)
        server.start()
        stopping.take_over()
        tidy_in_background(client, stopping.wait_for)
        show.ready(web=origin_of(client.redirect_uri or ""))
        _warn_about_port(client.redirect_uri or "", listening.port)
        stopping.wait()
        going_away(web_app)
        server.stop()
    finally:
        client.close()
        listening.close()


def _begin(told: Settings, environment: Mapping[str, str], stopping: Stopping) -> tuple[Any, RingCentral]:
    """The web app that `told` describes, and its client. Raises RingbackError, with nothing left open."""
    from ringback.client import RingCentral
    from ringback.production.tidying import tidy_in_background
    from ringback.web import create_app, settings_of

    client = RingCentral.from_settings(told)
    try:
        web_app = create_app(client, settings=settings_of(client, environment))
        client.check_server()
        _report_vault(client)
    except BaseException:
        client.close()
        raise
    tidy_in_background(client, stopping.wait_for)
    return web_app, client


def _with_vault(settings: Settings) -> Settings:
    from dataclasses import replace

    return settings if settings.vault else replace(settings, vault=DEFAULT_VAULT)


def client_from_environment() -> RingCentral:
    """The client that RC_* and RINGBACK_* describe.

    Unlike the library, the command needs a key of its own to be set, and keeps its logins in a file.
    Raises ConfigurationError, naming the command that makes a key when there is none.
    """
    from ringback.client import RingCentral
    from ringback.client.settings import environment_with_dotenv, required, settings_from
    from ringback.vault.keyring import NEW_KEY_COMMAND

    settings = settings_from(environment_with_dotenv())
    if settings.secret_keys is None:
        raise Failure(
            "RINGBACK_SECRET_KEYS is not set; tokens are sealed under it. "
            f"Make a key, keep it, and set it: {NEW_KEY_COMMAND}"
        )
    required(settings.redirect_uri, "redirect_uri")
    return RingCentral.from_settings(_with_vault(settings))


def _report_vault(client: RingCentral) -> None:
    """Say what the vault promises about logins that it has acknowledged, and warn of what can lose one."""
    logger = logging.getLogger("ringback.web")
    report = client.vault.store.describe()
    logger.info("vault: %s (%s)", report.kind, ", ".join(f"{name}={value}" for name, value in report.facts))
    for warning in report.warnings:
        logger.warning("vault: %s", warning)


def origin_of(redirect_uri: str) -> str:
    """Scheme, host and port of the redirect URI: where browsers find the web app."""
    parts = urlsplit(redirect_uri)
    return f"{parts.scheme}://{parts.netloc}"


def _warn_about_port(redirect_uri: str, port: int) -> None:
    """An http redirect URI should lead to the port that is served, unless something in between sees to it."""
    registered = _http_port(redirect_uri)
    if registered is not None and registered != port:
        logging.getLogger("ringback.web").warning(
            "RC_REDIRECT_URL leads to port %d, and this serves port %d", registered, port
        )


def check_port(redirect_uri: str, port: int) -> None:
    """Raise Failure when logins would come back to another port of this machine; 0 asks for any port."""
    registered = _http_port(redirect_uri)
    if registered is None or port in (0, registered):
        return
    if urlsplit(redirect_uri).hostname in LOOPBACK_HOSTS:
        raise Failure(
            f"RC_REDIRECT_URL leads to port {registered}, and this would serve port {port}; "
            f"start with --web-port {registered}, or change the redirect URI (here and in the console)"
        )


def _http_port(redirect_uri: str) -> int | None:
    """The port an http redirect URI leads to; None for https, which something in between answers."""
    try:
        parts = urlsplit(redirect_uri)
        return (parts.port or 80) if parts.scheme == "http" else None
    except ValueError:
        return None  # no address at all: WebSettings says so
