"""The servers that clients are measured with, each in a process of its own on the first core."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .tls import Certificates
from .worker import first_core

ROOT = Path(__file__).parents[1]
_SECONDS = 10


@contextmanager
def recorded_api(certificates: Certificates) -> Iterator[dict[str, Any]]:
    """What a worker needs to know of it: {"server", "ca", "app"}. It ends with the block."""
    files = (str(certificates.certificate), str(certificates.key))
    with _running("recorded_api", *files) as said:
        yield {
            "server": f"https://localhost:{said['port']}",
            "port": said["port"],
            "ca": str(certificates.ca),
            "app": said["app"],
        }


@contextmanager
def far_away(given: dict[str, Any], milliseconds: float) -> Iterator[dict[str, Any]]:
    """The same server with round trips of `milliseconds`."""
    with _running("distance", str(given["port"]), str(milliseconds)) as said:
        yield {**given, "server": f"https://localhost:{said['port']}", "port": said["port"]}


@contextmanager
def _running(module: str, *arguments: str) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        os.sched_setaffinity(process.pid, {first_core()})
        try:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"benchmarks.{module} did not start")
            yield json.loads(line)
        finally:
            process.stdin.close()
            process.wait(_SECONDS)
