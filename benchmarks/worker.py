"""Workers: programs in processes of their own that make calls for a given time and count them.

Lines of JSON. In: first what `recorded_api` yields, then {"case", "threads", "seconds"} over and over.
Out: {"ready": true}, then {"calls", "seconds"} for each. `work` is for the worker, in any virtual environment
(standard library only); `Worker` is for whoever starts it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).parents[1]
EXTENSION = "/restapi/v1.0/account/~/extension/~"
EXTENSIONS = "/restapi/v1.0/account/~/extension"
CALL_LOG = "/restapi/v1.0/account/~/call-log"
PAGE = 100
DETAILED_PAGE = 1000
_OURS = ("RC_", "RINGCENTRAL_", "RINGBACK_")

Call = Callable[[], Any]
"""Makes one call and returns its body as JSON dictionaries."""


def call_log_window() -> dict[str, str]:
    """Query of a call log page that is full: the last week, 100 records."""
    return {
        "dateFrom": time.strftime("%Y-%m-%dT00:00:00.000Z", time.gmtime(time.time() - 7 * 86_400)),
        "perPage": str(PAGE),
    }


def first_core() -> int:
    """Where servers run."""
    return min(os.sched_getaffinity(0))


def last_core() -> int:
    """The core that servers leave free; the same where there is only one."""
    return max(os.sched_getaffinity(0))


def environment() -> dict[str, str]:
    """As installed programs run: none of our settings, modules compiled once and kept."""
    ours = {name for name in os.environ if name.startswith(_OURS)}
    return {
        name: value for name, value in os.environ.items() if name not in {*ours, "PYTHONDONTWRITEBYTECODE"}
    }


def work(prepare: Callable[[dict[str, Any]], dict[str, Callable[[], Call]]]) -> None:
    """Serve cases until standard input ends.

    `prepare` logs in and gives, for each case, what makes its call; that is asked once for each thread,
    before the time runs.
    A failure ends the worker with its place and what `told` says of it.
    """
    try:
        cases = prepare(json.loads(sys.stdin.readline()))
        for name, make in cases.items():
            found = make()()
            if found["uri"] is None or (name == "call log" and len(found["records"]) != PAGE):
                raise RuntimeError("the answer is not what was asked for")
        print(json.dumps({"ready": True}), flush=True)
        for line in sys.stdin:
            asked = json.loads(line)
            calls = [cases[asked["case"]]() for _ in range(asked["threads"])]
            print(json.dumps(counted(calls, asked["seconds"])), flush=True)
    except Exception as fault:
        traceback.print_tb(fault.__traceback__)
        sys.exit(told(fault))


def once(jobs: dict[str, Callable[[dict[str, Any]], float]]) -> None:
    """Do the one job that standard input names; tell its seconds, and the process's peak memory in MB."""
    try:
        job = json.loads(sys.stdin.read())
        seconds = jobs[job["job"]](job)
    except Exception as fault:
        traceback.print_tb(fault.__traceback__)
        sys.exit(told(fault))
    # Not getrusage: its figure begins with the peak of the process that this one was forked from.
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    print(json.dumps({"seconds": seconds, "megabytes": peak}))


def told(fault: Exception) -> str:
    """The type of a failure; the message of our own too, which never holds a secret, as the SDK's may."""
    kind = type(fault)
    return f"{kind.__name__}: {fault}" if kind.__module__.startswith("ringback.") else kind.__name__


def counted(calls: list[Call], seconds: float) -> dict[str, float]:
    """Each call again and again for `seconds`, each in a thread of its own; how many were made in all."""
    counts = [0] * len(calls)
    faults: list[Exception] = []
    started = time.perf_counter()

    def loop(place: int) -> None:
        call, until = calls[place], started + seconds
        try:
            while time.perf_counter() < until:
                call()
                counts[place] += 1
        except Exception as fault:
            faults.append(fault)  # told once all threads have ended

    if len(calls) == 1:
        loop(0)
    else:
        threads = [threading.Thread(target=loop, args=(place,)) for place in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    elapsed = time.perf_counter() - started
    if faults:
        raise faults[0]
    return {"calls": sum(counts), "seconds": elapsed}


class Worker:
    """A worker that runs as `python -m benchmarks.MODULE` of some virtual environment."""

    def __init__(self, python: Path, module: str, given: dict[str, Any]) -> None:
        """Start it and wait until it is logged in. RuntimeError when it does not come to that."""
        self._module = module
        self._process = subprocess.Popen(
            [python, "-m", f"benchmarks.{module}"],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            self._ask(given)
        except RuntimeError:
            self.close()
            raise

    def calls_per_second(self, case: str, threads: int, seconds: float) -> float:
        """How fast it made the calls of a case."""
        answer = self._ask({"case": case, "threads": threads, "seconds": seconds})
        return answer["calls"] / answer["seconds"]

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        process = self._process
        try:
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())
        except (BrokenPipeError, ValueError):
            raise RuntimeError(f"benchmarks.{self._module} ended; what it said is above") from None

    def close(self) -> None:
        """End it, by force if it does not end by itself."""
        process = self._process
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
