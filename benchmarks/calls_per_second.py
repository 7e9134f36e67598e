"""Calls per second over TLS: ours, the official SDK and a bare socket loop, turn by turn, near and far."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from sys import executable
from typing import Any

from .figures import Figure, more_is_better
from .plan import Plan
from .server import far_away, recorded_api
from .tls import make_certificates
from .worker import PAGE, Worker

ROUND_TRIP = 40.0


@dataclass(frozen=True)
class Case:
    """What all sides do. `call` is what a worker calls; `peer` is how the SDK finds its CAs (sdk_worker.py).

    It makes two rows, one for each transport, unless `fast` is False.
    """

    name: str
    call: str
    threads: int
    peer: str = "certifi"
    fast: bool = True


_NEAR = (
    Case("GET extension, 1 thread", "extension", 1),
    Case("GET extension, 1 thread, SDK spared its CA bundle", "extension", 1, "one CA", fast=False),
    Case("GET extension, 16 threads", "extension", 16),
    Case("GET list of extensions, 1 thread", "extensions", 1),
    Case(f"GET call log page ({PAGE} records), 1 thread", "call log", 1),
)
_FAR = (
    Case(f"GET extension, 1 thread, round trip {ROUND_TRIP:.0f} ms", "extension", 1),
    Case(f"GET extension, 16 threads, round trip {ROUND_TRIP:.0f} ms", "extension", 16),
)


def measure(plan: Plan) -> Iterator[Figure]:
    """A figure for each case, as soon as it is known. RuntimeError when a server or a worker fails."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        near = stack.enter_context(recorded_api(make_certificates(folder)))
        yield from _side_by_side(near, _NEAR, plan, plan.rounds, plan.seconds)
        far = stack.enter_context(far_away(near, ROUND_TRIP))
        yield from _side_by_side(far, _FAR, plan, plan.far_rounds, plan.far_seconds)


def _side_by_side(
    given: dict[str, Any], cases: Sequence[Case], plan: Plan, rounds: int, seconds: float
) -> Iterator[Figure]:
    with ExitStack() as stack:
        python = Path(executable)
        workers = {
            ours: stack.enter_context(Worker(python, "ours_worker", {**given, "transport": ours}))
            for ours in ("default", "fast")
        }
        workers["floor"] = stack.enter_context(Worker(python, "floor_worker", given))
        if plan.sdk_python is not None:
            for bundle in {case.peer for case in cases}:
                about = {**given, "bundle": bundle}
                workers[bundle] = stack.enter_context(Worker(plan.sdk_python, "sdk_worker", about))
        for case in cases:
            if plan.sdk_python is None and case.peer != "certifi":
                continue
            ours = ("default", "fast") if case.fast else ("default",)
            turns = {who: workers[who] for who in (*ours, case.peer, "floor") if who in workers}
            speeds = _rounds(turns, case, plan.warm_up, rounds, seconds)
            for transport in ours:
                name = case.name if transport == "default" else f"{case.name}, fast transport"
                peer, floor = speeds.get(case.peer), speeds["floor"]
                yield more_is_better(name, "calls/s", speeds[transport], peer, floor)


def _rounds(
    workers: dict[str, Worker], case: Case, warm_up: float, rounds: int, seconds: float
) -> dict[str, float]:
    """Each worker's median over the rounds; in a round each has its turn, one after the other."""
    found: dict[str, list[float]] = {who: [] for who in workers}
    for worker in workers.values():
        worker.calls_per_second(case.call, case.threads, warm_up)
    for _ in range(rounds):
        for who, worker in workers.items():
            found[who].append(worker.calls_per_second(case.call, case.threads, seconds))
    return {who: median(speeds) for who, speeds in found.items()}
