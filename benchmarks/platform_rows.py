"""The local platform beside other authorization servers: tokens and pages per second, start-up, memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from statistics import median
from types import TracebackType
from typing import Any

from .figures import Figure, less_is_better, more_is_better
from .plan import Plan
from .platform_servers import (
    CHAINS,
    ROOT,
    Kind,
    Server,
    cores,
    fixed_answers,
    our_chains,
    our_logins,
    ours,
    page_length,
    peers,
    refresh_chains,
)

PAGE = 100
DEEP = 9_000_000
_OURS, _FLOOR = "ours", "floor"


def measure(plan: Plan) -> Iterator[Figure]:
    """A figure for each case. RuntimeError when a server fails; a peer that is not there leaves null."""
    beside = peers(plan.node_packages)
    yield from _starts(plan, beside)
    yield from _speeds(plan, beside)


def _starts(plan: Plan, beside: Sequence[Kind]) -> Iterator[Figure]:
    """Start-up and memory after the first answer, turn by turn."""
    kinds = {_OURS: ours(), **{kind.name: kind for kind in beside if kind.why_not is None}}
    starts: dict[str, list[float]] = {name: [] for name in kinds}
    memory: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(plan.starts + 1):
        for name, kind in kinds.items():
            with kind.running() as server:
                starts[name].append(server.milliseconds)
                memory[name].append(server.resident_megabytes())
    for case, unit, found in (
        ("platform: start-up to first answer", "ms", starts),
        ("platform: memory, 10,000,000 call records configured", "MB", memory),
    ):
        # The first start of each may have to compile.
        medians = {name: median(values[1:]) for name, values in found.items()}
        for kind in beside:
            yield less_is_better(
                f"{case}, beside {_short(kind)}", unit, medians[_OURS], medians.get(kind.name), _named(kind)
            )


def _speeds(plan: Plan, beside: Sequence[Kind]) -> Iterator[Figure]:
    """Requests per second, each server on one core and what loads it on another, turn by turn."""
    with ExitStack() as stack:
        load = stack.enter_context(Load())
        server = stack.enter_context(ours().running())
        logins = our_logins(server)
        load.open(_OURS, server, our_chains(logins))
        floor = stack.enter_context(fixed_answers().running())
        load.open(_FLOOR, floor, our_chains(logins))
        for kind in beside:
            if kind.why_not is None:
                peer = stack.enter_context(kind.running())
                load.open(kind.name, peer, refresh_chains(peer))
        names = [_OURS, *(kind.name for kind in beside if kind.why_not is None), _FLOOR]
        tokens = _rounds(load, names, plan)
        for kind in beside:
            yield more_is_better(
                f"platform: refresh_token grant, beside {_short(kind)}",
                "requests/s",
                tokens[_OURS],
                tokens.get(kind.name),
                tokens[_FLOOR],
                _named(kind),
            )
        yield from _pages(load, server, plan)


def _pages(load: Load, server: Server, plan: Plan) -> Iterator[Figure]:
    """Pages of the company's call log: the first, one after 9,000,000 records, and their memory."""
    access = [login["access_token"] for login in our_logins(server)]
    before = 0.0
    for name, page in (("first page", 1), ("deep page", DEEP // PAGE + 1)):
        path = f"/restapi/v1.0/account/~/call-log?dateFrom=2000-01-01&perPage={PAGE}&page={page}"
        load.open(
            name, server, [{"get": path, "authorization": f"Bearer {access[at]}"} for at in range(CHAINS)]
        )
        if load.run(name, plan.warm_up) and page_length(server.port, path, access[0]) != PAGE:
            raise RuntimeError(f"the {name} is not full")
        before = before or server.resident_megabytes()
    speeds = _rounds(load, ["first page", "deep page"], plan)
    after = server.resident_megabytes()
    yield more_is_better(
        f"platform: call log page ({PAGE} records)", "requests/s", speeds["first page"], None, None
    )
    yield more_is_better(
        f"platform: call log page at offset {DEEP:,}; floor: page 1",
        "requests/s",
        speeds["deep page"],
        None,
        speeds["first page"],
    )
    yield less_is_better(
        "platform: memory after those pages; floor: before them", "MB", after, None, floor=before
    )


def _rounds(load: Load, names: Sequence[str], plan: Plan) -> dict[str, float]:
    """The median speed of each; in a round each has its turn, one after the other."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for name in names:
        load.run(name, plan.warm_up)
    for _ in range(plan.rounds):
        for name in names:
            found[name].append(load.run(name, plan.seconds))
    return {name: median(speeds) for name, speeds in found.items()}


def _short(kind: Kind) -> str:
    return kind.name.partition(" ")[0]


def _named(kind: Kind) -> str:
    return kind.name if kind.why_not is None else f"{kind.name} (not measured: {kind.why_not})"


class Load:
    """The load generator: a process of its own on the last core."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        os.sched_setaffinity(self._process.pid, {cores()[1]})

    def open(self, name: str, server: Server, requests: Sequence[dict[str, Any]]) -> None:
        """Name a target and its connections' requests."""
        self._order({"open": name, "port": server.port, "requests": list(requests)})

    def run(self, name: str, seconds: float) -> float:
        """Answers per second of a target. RuntimeError when one was not 200."""
        answer = self._order({"run": name, "seconds": seconds})
        return float(answer["answers"] / answer["seconds"])

    def _order(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        except (BrokenPipeError, ValueError):
            raise RuntimeError("the load generator ended") from None
        if "fault" in answer:
            raise RuntimeError(f"under load {message.get('run', 'a target')} failed: {answer['fault']}")
        return answer

    def __enter__(self) -> Load:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()
