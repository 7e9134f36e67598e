"""gunicorn's configuration for the web app: `gunicorn -c python:ringback.production.gunicorn_conf`.

Each setting can be overridden on gunicorn's command line (`-w 4 -b 0.0.0.0:8000`). gunicorn's master reads
this file once and imports nothing else of Ringback: the settings are checked in a process of their own, and
the workers of each reload load the app anew.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from .checked import Checked, Refused, checked

_told: Checked = checked()

wsgi_app = "ringback.web:create_app()"
bind = ["127.0.0.1:5000"]
workers = 2
threads = 16
worker_class = "ringback.production.gunicorn_worker.Worker"

# Each worker makes a client and a vault of its own: nothing that talks to anything crosses a fork.
preload_app = False

# Of the worker's own loop: its threads may be busy for longer.
timeout = 30
# Longer than the call page waits for an answer of RingCentral's (45 s).
graceful_timeout = 60
# Longer than a proxy keeps an idle connection, or it may send into one that is being closed.
keepalive = 75

limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190
worker_connections = 1000
backlog = 1024

# Who is believed about browsers is RINGBACK_TRUSTED_PROXIES' to say; gunicorn believes nobody.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}

# The heartbeat's file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a file of gunicorn's own
proc_name = "ringback"
control_socket_disable = True
# The app logs its requests itself, without their queries.
accesslog = None

logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ringback": {"()": "ringback.production.log_lines.lines", "log_format": _told.log_format}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "ringback", "stream": "ext://sys.stderr"}
    },
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "ringback": {"level": "INFO", "handlers": [], "propagate": True},
        "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}


def on_starting(server: Any) -> None:
    """Refuse to start several workers with a vault that each would have for itself; check before reloads."""
    wrong = _wrong(_told, server.cfg.workers)
    if wrong:
        raise SystemExit(f"ringback: {wrong}")
    if Path(sys.argv[0]).name == "__main__.py":
        # Started by `python -m gunicorn`: an upgrade (USR2) must start the next one so too.
        server.START_CTX["args"] = [sys.executable, "-m", "gunicorn", *sys.argv[1:]]
    reload = server.handle_hup

    def handle_hup() -> None:
        """Reload, unless the settings have become wrong: then the workers that run go on as they are."""
        global _told  # noqa: PLW0603 - workers forked from then on have the new ones
        try:
            now = checked()
        except Refused as refused:
            server.log.error("Not reloaded, the workers go on as they are: %s", refused)
            return
        if now.log_format != _told.log_format:
            server.log.warning("RINGBACK_LOG_FORMAT has changed: that takes a restart")
        wrong = _wrong(now, server.cfg.workers)
        if wrong:
            server.log.error("Not reloaded, the workers go on as they are: %s", wrong)
        else:
            _told = now
            reload()

    server.handle_hup = handle_hup


def post_fork(server: Any, worker: Any) -> None:
    """A worker has the settings that were checked, also one that takes the place of another much later."""
    from ringback.client.settings import hold

    hold({**os.environ, **_told.settings})


def nworkers_changed(server: Any, new_value: int, old_value: int | None) -> None:
    """A signal (TTIN) asks for one worker more: not with a vault that each would have for itself."""
    wrong = _wrong(_told, new_value) if old_value else ""
    if wrong:
        server._num_workers = old_value
        server.log.error("No further worker is started: %s", wrong)


def post_worker_init(worker: Any) -> None:
    """A worker is about to answer: tidy beside it, and let /readyz tell when it ends."""
    from ringback.web import going_away

    from .tidying import tidy_in_background

    app = worker.wsgi
    ended = worker.stopped
    tidy_in_background(app.extensions["ringback"].client, ended.wait)
    end = signal.getsignal(signal.SIGTERM)

    def on_term(number: int, frame: FrameType | None) -> None:
        going_away(app)
        if callable(end):
            end(number, frame)

    signal.signal(signal.SIGTERM, on_term)
    signal.siginterrupt(signal.SIGTERM, False)
    worker.guard()
    if worker.age == 1:
        print(f"ready web={_told.origin}", flush=True)  # noqa: T201 - the line that every start has


def worker_exit(server: Any, worker: Any) -> None:
    """Let go of the vault and RingCentral."""
    worker.stopped.set()
    app = getattr(worker, "application", None)
    if app is not None and os.getpid() == worker.pid:
        app.extensions["ringback"].client.close()


def _wrong(told: Checked, workers: int) -> str:
    if not told.memory_vault or workers <= 1:
        return ""
    return (
        f"RINGBACK_VAULT_URL is memory://, which each of {workers} workers would have for itself, so that "
        "logins would not be found again; set it to postgresql://…, redis://… or, on one host, "
        "sqlite:///FILE, or use --workers 1"
    )
