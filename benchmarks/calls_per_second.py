"""Calls per second over TLS on loopback: ours, the official SDK and bare http.client, turn by turn."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from sys import executable

from .figures import Figure, more_is_better
from .plan import Plan
from .server import running_platform
from .tls import make_certificates
from .worker import PAGE, Worker

# Name, case, threads, and the SDK worker that ours is beside: see sdk_worker.py about its certificates.
CASES = (
    ("GET extension, 1 thread", "extension", 1, "sdk"),
    ("GET extension, 1 thread, SDK spared its CA bundle", "extension", 1, "sdk with one CA"),
    ("GET extension, 16 threads", "extension", 16, "sdk"),
    (f"GET call log page ({PAGE} records), 1 thread", "call log", 1, "sdk"),
)


def measure(plan: Plan) -> Iterator[Figure]:
    """A figure for each case, as soon as it is known. RuntimeError when platform or a worker fails."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        given = stack.enter_context(running_platform(make_certificates(folder)))
        python = Path(executable)
        ours = stack.enter_context(Worker(python, "ours_worker", given))
        floor = stack.enter_context(Worker(python, "floor_worker", given))
        peers: dict[str, Worker] = {}
        if plan.sdk_python is not None:
            for peer, bundle in (("sdk", "certifi"), ("sdk with one CA", "one CA")):
                about = {**given, "bundle": bundle}
                peers[peer] = stack.enter_context(Worker(plan.sdk_python, "sdk_worker", about))
        for name, case, threads, peer in CASES:
            if peer != "sdk" and not peers:
                continue
            workers = {"ours": ours, **({"peer": peers[peer]} if peers else {}), "floor": floor}
            speeds = _rounds(workers, case, threads, plan)
            yield more_is_better(name, "calls/s", speeds["ours"], speeds.get("peer"), speeds["floor"])


def _rounds(workers: dict[str, Worker], case: str, threads: int, plan: Plan) -> dict[str, float]:
    """Each worker's median over the rounds; in a round each has its turn, one after the other."""
    found: dict[str, list[float]] = {who: [] for who in workers}
    for worker in workers.values():
        worker.calls_per_second(case, threads, plan.warm_up)
    for _ in range(plan.rounds):
        for who, worker in workers.items():
            found[who].append(worker.calls_per_second(case, threads, plan.seconds))
    return {who: median(speeds) for who, speeds in found.items()}
