"""Call log records: how fast an answer becomes objects, and what memory reading a whole log takes.

Each measurement is a process of its own (`records_ours.py`, `records_sdk.py`). The log is the local
platform's: ten million records, pages of 1,000 in the Detailed view.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from .figures import Figure, less_is_better, more_is_better
from .plan import Plan
from .platform_servers import Server, asked, our_logins, ours
from .server import ROOT
from .worker import CALL_LOG, DETAILED_PAGE, environment, last_core

SDK_HOLDS = 100_000
_SECONDS = 900


def measure(plan: Plan) -> Iterator[Figure]:
    """A figure for each case. RuntimeError when the platform or a process fails."""
    with ours().running() as server, tempfile.TemporaryDirectory() as made:
        given = _given(server, Path(made))
        yield from _decoding(plan, given)
        yield from _memory(plan, given)


def _decoding(plan: Plan, given: dict[str, Any]) -> Iterator[Figure]:
    """Answers into objects, all of them kept; turn by turn."""
    count = plan.decoded
    turns = [("ours", "objects"), ("sdk", "objects"), ("sdk", "dictionaries")]
    found: dict[tuple[str, str], list[float]] = {turn: [] for turn in turns}
    for _ in range(plan.decodings):
        for who, what in turns:
            if told := _run(plan, who, {**given, "job": "decode", "what": what, "count": count}):
                found[(who, what)].append(count / told["seconds"])
    speed = {turn: median(speeds) for turn, speeds in found.items() if speeds}
    for what, method in (("objects", "json()"), ("dictionaries", "json_dict()")):
        yield more_is_better(
            f"{count:,} Detailed records into objects, beside the SDK's {method}",
            "records/s",
            speed[("ours", "objects")],
            speed.get(("sdk", what)),
            None,
        )


def _memory(plan: Plan, given: dict[str, Any]) -> Iterator[Figure]:
    """Peak memory of whole processes."""

    def peak(who: str, job: str, count: int) -> float | None:
        told = _run(plan, who, {**given, "job": job, "count": count})
        return told["megabytes"] if told else None

    held = min(SDK_HOLDS, plan.streamed)
    sdk = peak("sdk", "hold", held)
    yield less_is_better(
        f"peak memory, {held:,} Detailed records held", "MB", peak("ours", "hold", held) or 0.0, sdk
    )
    few = plan.streamed // 100
    yield less_is_better(
        f"peak memory, {plan.streamed:,} Detailed records streamed, beside the SDK holding {held:,};"
        f" floor: {few:,} streamed",
        "MB",
        peak("ours", "stream", plan.streamed) or 0.0,
        sdk,
        floor=peak("ours", "stream", few),
    )


def _given(server: Server, folder: Path) -> dict[str, Any]:
    """What the processes need to know; `page` is a file with the body of a page."""
    login = our_logins(server)[0]
    path = f"{CALL_LOG}?dateFrom=2000-01-01&view=Detailed&perPage={DETAILED_PAGE}"
    page = asked(server.port, "GET", path, proof=f"Bearer {login['access_token']}")
    if len(page["records"]) != DETAILED_PAGE:
        raise RuntimeError("the page of call records is not full")
    file = folder / "page.json"
    file.write_bytes(json.dumps(page, separators=(",", ":")).encode())
    kept = ("access_token", "refresh_token", "expires_in", "refresh_token_expires_in", "owner_id", "scope")
    return {
        "server": f"http://localhost:{server.port}",
        "page": str(file),
        "token": {**{name: login.get(name) for name in kept}, "token_type": "bearer"},
        "app": asked(server.port, "GET", "/_local/seed")["apps"][0],
    }


def _run(plan: Plan, who: str, job: dict[str, Any]) -> dict[str, float] | None:
    """What one process tells; None for the SDK where it is missing."""
    python = Path(sys.executable) if who == "ours" else plan.sdk_python
    if python is None:
        return None
    with subprocess.Popen(
        [python, "-m", f"benchmarks.records_{who}"],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        os.sched_setaffinity(process.pid, {last_core()})
        said, _ = process.communicate(json.dumps(job), timeout=_SECONDS)
    if process.returncode != 0:
        raise RuntimeError(f"benchmarks.records_{who} failed; what it said is above")
    told: dict[str, float] = json.loads(said)
    return told
