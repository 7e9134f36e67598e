"""How long the import takes, in a fresh process each time, ours and the SDK's turn by turn."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from .figures import Figure, less_is_better
from .plan import Plan
from .worker import ROOT, environment

# Ours loads what speaks HTTP with the first request; the SDK has loaded requests by then. So both are told.
CASES = (
    ("import", "import ringback; ringback.RingCentral", "import ringcentral; ringcentral.SDK"),
    (
        "import, with what the first request loads",
        "import ringback; ringback.RingCentral"
        "; import ringback.client.transports.connection, truststore, msgspec",
        "import ringcentral; ringcentral.SDK",
    ),
)
_TIMED = "import time; started = time.perf_counter()\n{}\nprint((time.perf_counter() - started) * 1000)"


def measure(plan: Plan) -> Iterator[Figure]:
    """A figure in milliseconds for each case; starting Python itself is not in it."""
    for name, ours, peers in CASES:
        found: dict[str, list[float]] = {"ours": [], "peer": []}
        for _ in range(plan.imports + 1):
            found["ours"].append(_milliseconds(Path(sys.executable), ours))
            if plan.sdk_python is not None:
                found["peer"].append(_milliseconds(plan.sdk_python, peers))
        # The first of each may have to compile.
        peer = median(found["peer"][1:]) if plan.sdk_python is not None else None
        yield less_is_better(name, "ms", median(found["ours"][1:]), peer)


def _milliseconds(python: Path, statements: str) -> float:
    done = subprocess.run(
        [python, "-c", _TIMED.format(statements)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise RuntimeError(
            f"{python} cannot run {statements!r}: {done.stderr.strip().rpartition(chr(10))[2]}"
        )
    return float(done.stdout)
