"""`ringback web --workers N`: the web app on gunicorn, which this process becomes."""

from __future__ import annotations

import os
import sys

from .failures import Failure, need_extras
from .listening import listen
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
    sockets = listen(host, port, "--web-port").sockets
    for one in sockets:
        one.set_inheritable(True)
    binds = [word for one in sockets for word in ("--bind", f"fd://{one.fileno()}")]
    configuration = "python:ringback.production.gunicorn_conf"
    command = ["-m", "gunicorn", "--config", configuration, "--workers", str(workers), *binds]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *command])  # noqa: S606 - our own interpreter, no shell
