"""A service of a run's own: its folder, its unprivileged user, a free port, and how it ends."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

START_SECONDS = 30.0
_PAUSE = 0.02


class Missing(Exception):
    """A service that is not installed, in one sentence that says what to do."""


class Service:
    """One server process in a new folder, as a user without root's powers. It ends with `stop`."""

    def __init__(self, name: str, user: str) -> None:
        self.user = user if os.geteuid() == 0 else None
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"ringback-{name}-"))
        if self.user:
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *command: str | Path) -> None:
        """Run a command to its end, as the service's user. RuntimeError with its output when it fails."""
        done = subprocess.run(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **self._as_user()
        )
        if done.returncode:
            raise RuntimeError(f"{Path(command[0]).name} failed: {done.stdout.decode()[-2000:]}")

    def start(self, command: list[str | Path], answers: Callable[[], bool]) -> None:
        """Start the server and wait until it answers. RuntimeError with its output when it does not."""
        log = self.folder / "server.log"
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                [*_ending_with_us(), *command],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._as_user(),
            )
        process = self.process
        wait_until(lambda: process.poll() is not None or answers())
        if process.poll() is not None:
            raise RuntimeError(f"{Path(command[0]).name} did not start: {log.read_text()[-2000:]}")

    def send(self, number: int) -> None:
        """Send the server's main process a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    def end(self, number: int = signal.SIGTERM) -> None:
        """End the process; its folder stays, and it may be started again."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def remove(self) -> None:
        """End the process and remove its folder."""
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _as_user(self) -> dict[str, object]:
        if self.user is None:
            return {}
        return {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}


def _ending_with_us() -> list[str]:
    """What lets a server end also when we are killed, where the system (Linux, util-linux) offers it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT"] if setpriv else []


def wait_until(done: Callable[[], object]) -> None:
    """Return once `done()` is true. RuntimeError after 30 seconds."""
    until = time.monotonic() + START_SECONDS
    while not done():
        if time.monotonic() > until:
            raise RuntimeError(f"a service was not ready within {START_SECONDS:.0f} s")
        time.sleep(_PAUSE)


def free_port() -> int:
    """A port of the loopback address that nobody listens on now, with room for another 10,000 above it.

    There a Redis cluster has its second port.
    """
    with ExitStack() as passed_over:
        while True:
            bound = passed_over.enter_context(socket.socket())
            bound.bind(("127.0.0.1", 0))
            port = int(bound.getsockname()[1])
            if port + 10_000 < 2**16:
                return port


def program(name: str, *folders: Path) -> Path | None:
    """Where a program is: in one of these folders, or on the path."""
    for folder in folders:
        if os.access(folder / name, os.X_OK):
            return folder / name
    found = shutil.which(name)
    return Path(found) if found else None
