"""A Flask app under `flask run`, as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from web_helpers import listening

from ringback.platform.server import PlatformServer
from ringback.platform.settings import PlatformSettings

_NAMES = ("RC_", "RINGCENTRAL_", "RINGBACK_", "FLASK_")


def free_port() -> int:
    """A port nobody listens on."""
    bound, port = listening()
    bound.close()
    return port


def clean_environment(told: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without settings of Ringback or Flask, and with `told`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NAMES)}
    return kept | dict(told)


@contextmanager
def platform_for(web_port: int) -> Iterator[PlatformServer]:
    """A local platform whose first app has its callback on `web_port`."""
    bound, port = listening()
    settings = PlatformSettings(
        base_url=f"http://localhost:{port}",
        web_redirect_uri=f"http://localhost:{web_port}/oauth2callback",
        rate_limits=False,
    )
    with PlatformServer(settings, [bound]) as server:
        yield server


class FlaskRun:
    """`flask … run` in `folder`; everything it writes is kept in `written`."""

    def __init__(self, arguments: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", *arguments],
            cwd=folder,
            env=clean_environment(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.written = ""

    def wait_until_it_serves(self) -> None:
        """Reads what it writes up to the line that says so."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.written += line
            if "Running on" in line:
                return
        raise AssertionError(f"flask run ended: {self.written}")

    def __enter__(self) -> FlaskRun:
        self.wait_until_it_serves()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        rest, _ = self.process.communicate(timeout=20)
        self.written += rest
