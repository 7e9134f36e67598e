"""The web app as it is deployed: gunicorn with several workers over one vault, and a platform behind it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ringback.vault import new_key

from .platform import Platform, running_platform
from .service import free_port, wait_until
from .stores import Place

_SETTINGS = ("RC_", "RINGCENTRAL_", "RINGBACK_", "GUNICORN_")
CONFIGURATION = "python:ringback.production.gunicorn_conf"


class Deployment:
    """A running gunicorn: its address, its platform, its log so far; `master` is another process after an
    upgrade.
    """

    def __init__(self, platform: Platform, port: int, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.platform = platform
        self.port = port
        self.process = process
        self.master = process.pid
        self._log = folder / "log"
        self._pid_file = folder / "pid"

    @property
    def log(self) -> str:
        """What gunicorn and the app have written."""
        return self._log.read_text()

    def workers(self, master: int = 0) -> set[int]:
        """The workers' process ids."""
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(master or self.master)], capture_output=True, text=True
        )
        return {int(word) for word in found.stdout.split()}

    def reload(self) -> None:
        """`kill -HUP`, until all workers are new ones."""
        old = self.workers()
        os.kill(self.master, signal.SIGHUP)
        wait_until(lambda: len(now := self.workers()) == len(old) and not now & old)

    def replace_a_worker(self) -> None:
        """`kill -TERM` of one worker, until another one is there."""
        old = self.workers()
        os.kill(min(old), signal.SIGTERM)
        wait_until(lambda: len(now := self.workers()) == len(old) and min(old) not in now)

    def upgrade(self) -> None:
        """A new master beside the old one (USR2), then the end of the old one (TERM)."""
        old, count = self.master, len(self.workers())
        os.kill(old, signal.SIGUSR2)
        wait_until(lambda: self._log.read_text().count("ready web=") >= 2)
        new = int(Path(f"{self._pid_file}.2").read_text())  # gunicorn's name for the next one's
        wait_until(lambda: len(self.workers(new)) == count)
        os.kill(old, signal.SIGTERM)
        wait_until(lambda: not _runs(old))
        self.master = new


@contextmanager
def deployed(
    place: Place, employees: int, workers: int = 2, *, rate_limits: bool = False, **settings: str
) -> Iterator[Deployment]:
    """The web app over `place`, with the configuration that ships, until the block ends.

    With rate limits it follows the platform's clock, so that nobody waits for one.
    """
    port = free_port()
    redirect_uri = f"http://localhost:{port}/oauth2callback"
    with (
        running_platform(employees, redirect_uri=redirect_uri, rate_limits=rate_limits) as platform,
        tempfile.TemporaryDirectory(prefix="ringback-deployed-") as name,
    ):
        folder = Path(name)
        told = {
            "RC_SERVER_URL": platform.base_url,
            "RC_APP_CLIENT_ID": platform.app["clientId"],
            "RC_APP_CLIENT_SECRET": platform.app["clientSecret"],
            "RC_REDIRECT_URL": redirect_uri,
            "RINGBACK_VAULT_URL": place.url,
            "RINGBACK_SECRET_KEYS": new_key(),
            "TMPDIR": name,
            **({"RINGBACK_CLOCK_URL": platform.base_url} if rate_limits else {}),
            **settings,
        }
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_SETTINGS)}
        command = [
            sys.executable, "-m", "gunicorn", "--config", CONFIGURATION, "--workers", str(workers),
            "--bind", f"127.0.0.1:{port}", "--pid", str(folder / "pid"),
        ]  # fmt: skip
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=kept | told,
                stdout=log,
                stderr=log,
            )
        running = Deployment(platform, port, folder, process)
        try:
            wait_until(lambda: "ready web=" in running.log or process.poll() is not None)
            if process.poll() is not None:
                raise RuntimeError(f"gunicorn did not start: {running.log[-2000:]}")
            yield running
        finally:
            for pid in {process.pid, running.master}:
                _end(pid)
            process.wait(30)


def _runs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
