"""`ringback web --workers N`: the web app on gunicorn, which this process becomes."""

from __future__ import annotations

import os
import sys

from .failures import Failure, need_extras
from .listening import Listening, listen
from .web_command import DEFAULT_VAULT, check_port


def run_workers(host: str, port: int, workers: int) -> None:
    """Check, bind, and hand over to gunicorn, with its own configuration and signals.

    Raises Failure or ConfigurationError before anything is served.
    """
    need_extras("web --workers", "web", "production")
    from ringback.client.settings import environment_with_dotenv, settings_from
    from ringback.production.checked import Refused, checked

    settings = settings_from(environment_with_dotenv())
    if settings.vault is None:
        os.environ["RINGBACK_VAULT_URL"] = DEFAULT_VAULT
    elif settings.vault == "memory://" and workers > 1:
        raise Failure(
            f"RINGBACK_VAULT_URL is memory://, which each of {workers} workers would have for itself; "
            "leave it out, or set it to sqlite:///FILE, postgresql://… or redis://…"
        )
    check_port(settings.redirect_uri or "", port)
    try:
        checked()
    except Refused as refused:
        raise Failure(str(refused).removeprefix("ringback: ")) from None
    listening = listen(host, port, "--web-port")
    # gunicorn binds them again itself: an upgrade (USR2) knows its sockets by their addresses.
    binds = [word for address in _addresses(listening) for word in ("--bind", address)]
    listening.close()
    configuration = "python:ringback.production.gunicorn_conf"
    command = ["-m", "gunicorn", "--config", configuration, "--workers", str(workers), *binds]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *command])  # noqa: S606 - our own interpreter, no shell


def _addresses(listening: Listening) -> list[str]:
    """The addresses of bound sockets, as gunicorn writes them; its `::` takes IPv4 as well."""
    hosts = [str(one.getsockname()[0]) for one in listening.sockets]
    if "::" in hosts:
        hosts = ["::"]
    return [f"[{host}]:{listening.port}" if ":" in host else f"{host}:{listening.port}" for host in hosts]
