"""`ringback.compat` tells the official SDK's story as the SDK does, but for the differences listed here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from story_runner import HERE, ROOT, run_story

from headless import new_server

SDK_PYTHON = ROOT / ".venv-sdk" / "bin" / "python"
OUR_PYTHON = ROOT / ".venv" / "bin" / "python"

pytestmark = pytest.mark.peer

# What happened: (with the official SDK, with ringback.compat). docs/compat.md says why.
DIFFERENCES: dict[str, tuple[Any, Any]] = {
    "/loginUrl/raises": ("NameError", None),
    "/loginUrl/name": ("urllib", None),
    # A 401 that a refresh can mend is mended.
    "/refresh/oldAccessToken/status": (401, 200),
    "/refresh/oldAccessToken/errorCode": ("OAU-129", None),
    "/platformClock/call/status": (401, 200),
    "/platformClock/call/errorCode": ("OAU-128", None),
    "/platformClock/refreshesByItself": ([], [200]),
    # A call without a login is an ApiException too.
    "/logout/call/raises": ("Exception", None),
    "/logout/call/status": (None, 401),
    # Apps without a secret can log in.
    "/publicApp/login/status": (400, 200),
    "/publicApp/login/error": ("invalid_client", None),
    "/publicApp/login/errorCode": ("OAU-146", None),
    "/publicApp/loggedIn": (False, True),
    "/publicApp/sameCodeByHand": (200, 400),
    "/smallApp/refresh/raises": ("Exception", "ValueError"),
}


def told_by(command: list[Path], folder: Path) -> dict[str, Any]:
    """The report of the story, told on a platform of its own; addresses without their port."""
    with new_server(rate_limits=False, start=None) as server:
        seed = httpx2.get(f"{server.base_url}/_local/seed").json()
        since = server.world.clock.now() - timedelta(days=7)
        given = {
            "server": server.base_url,
            "apps": seed["apps"],
            "dateFrom": since.strftime("%Y-%m-%dT%H:00:00.000Z"),
        }
        report = run_story(command, given, seed["users"][0], folder).report
    report.pop("package")
    for part in report["calls"].values():
        if isinstance(part, dict):
            part["uri"] = part["uri"].removeprefix(server.base_url)
    return report


def differences(theirs: Any, ours: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in {**theirs, **ours}:
            yield from differences(theirs.get(key), ours.get(key), f"{path}/{key}")
    elif theirs != ours:
        yield path, theirs, ours


def test_it_tells_the_same_story_but_for_the_listed_differences(tmp_path: Path) -> None:
    if not SDK_PYTHON.exists():
        pytest.skip("no .venv-sdk: run make test: it installs the official SDK there")
    (tmp_path / "sdk").mkdir()
    theirs = told_by([SDK_PYTHON, HERE / "official_sdk_story.py"], tmp_path / "sdk")
    ours = told_by([OUR_PYTHON, HERE / "compat_story.py"], tmp_path)
    found = {path: (one, other) for path, one, other in differences(theirs, ours)}
    assert found == {path: pair for path, pair in DIFFERENCES.items() if pair[0] != pair[1]}
