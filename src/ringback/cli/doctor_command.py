"""`ringback doctor`: what the doctor finds, for people or as JSON, and an exit code."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ringback.client.doctor import Finding
from ringback.oauth.errors import ConfigurationError

from .failures import FAILED
from .profile import app_name, cli_client, cli_profile

if TYPE_CHECKING:
    from ringback.client import RingCentral

_MARKS = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}


def run_doctor(*, user_id: str | None, as_json: bool) -> tuple[int, str]:
    """The exit code (0 without a problem, 1 with one), and the text to print."""
    findings = _findings(user_id)
    code = FAILED if any(one.level == "problem" for one in findings) else 0
    if as_json:
        return code, json.dumps({"ok": code == 0, "findings": [one.to_dict() for one in findings]}, indent=2)
    return code, "\n".join(line for one in findings for line in _lines(one))


def _findings(user_id: str | None) -> Sequence[Finding]:
    files = _dotenv_finding(Path.cwd() / ".env")
    profile = cli_profile()
    try:
        client: RingCentral = cli_client(profile)
    except ConfigurationError as error:
        return [*files, Finding("settings", "problem", error.message, change=error.remedy)]
    with client:
        return [*files, *client.doctor(user_id or profile.user_id(app_name(client)))]


def _dotenv_finding(path: Path) -> list[Finding]:
    """A `.env` file that others may read is a secret told."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return []
    if os.name != "posix" or not mode & 0o077:
        return []
    return [
        Finding(
            "settings",
            "warning",
            ".env can be read by other users of this machine",
            "it holds the client secret and the vault's keys",
            "chmod 600 .env",
            str(path),
        )
    ]


def _lines(finding: Finding) -> list[str]:
    told = [f"{_MARKS[finding.level]}  {finding.check}: {finding.what}"]
    told += [f"{'':9}{line}" for line in finding.lines]
    for word, text in (("why:  ", finding.why), ("do:   ", finding.change), ("where:", finding.where)):
        if text and finding.level != "ok":
            told.append(f"{'':9}{word} {text}")
    return ["".join(c if c.isprintable() else "?" for c in line) for line in told]
