"""Runs a peer's story: a program of lines of JSON that asks for logins and ends with a report."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from headless_login import log_in

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Ended:
    """A story that came to its end: its report, all that it wrote, and the codes it was given."""

    report: dict[str, Any]
    output: str
    codes: frozenset[str]


def run_story(
    command: Sequence[str | Path], given: dict[str, Any], user: dict[str, Any], folder: Path
) -> Ended:
    """Run `command` with `given` as its first line, and log `user` in whenever it asks for a visit.

    `folder` takes what it writes to standard error. AssertionError with that when it ends badly.
    """
    errors = folder / "stderr.txt"
    output: list[str] = []
    report: dict[str, Any] = {}
    codes: set[str] = set()
    # Loopback is plain HTTP here; oauthlib takes that only when it is told so.
    environment = {**os.environ, "OAUTHLIB_INSECURE_TRANSPORT": "1"}
    with (
        errors.open("w") as written,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=written,
            env=environment,
            text=True,
        ) as story,
    ):
        try:
            _tell(story, given)
            for line in story.stdout:
                output.append(line)
                message = json.loads(line)
                if "report" in message:
                    report = message["report"]
                    break
                callback = log_in(message["visit"], user["username"], user["password"])
                codes.update(parse_qs(urlsplit(callback).query)["code"])
                _tell(story, {"callback": callback})
            story.stdin.close()
            assert story.wait(10) == 0, errors.read_text()
        finally:
            story.kill()
    return Ended(report, "".join(output) + errors.read_text(), frozenset(codes))


def _tell(story: subprocess.Popen[str], message: dict[str, Any]) -> None:
    story.stdin.write(json.dumps(message) + "\n")
    story.stdin.flush()
