"""The crowd: many threads of many processes call as many users whose tokens have all just expired.

Each expiry of each user must cost one refresh, however many meet it, and nobody may get another's answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ringback import RingCentral

from .ground import HOUR, Ground
from .platform import ROOT, Platform, running_platform
from .results import Result
from .stores import store


@dataclass(frozen=True, slots=True)
class Size:
    """How many: threads in each process; calls of each thread in a round; rounds, each after an expiry."""

    processes: int = 8
    threads: int = 50
    users: int = 200
    calls: int = 4
    rounds: int = 10


def run(name: str, size: Size) -> Result:
    """A crowd on the back end of this name."""
    with store(name) as place, running_platform(size.users + 20) as platform:
        ground = Ground(platform, place)
        with ground.client() as rc:
            user_ids = ground.log_in(rc, size.users)
        hosts = [Host()] * size.processes
        return crowd(Result("crowd", name), ground, user_ids, hosts, size)


@dataclass(frozen=True, slots=True)
class Host:
    """Where a process of the crowd runs: a command before its own, and the addresses it uses from there."""

    command: tuple[str, ...] = ()
    vault: str = ""
    relays: tuple[tuple[int, tuple[str, int]], ...] = ()


def crowd(result: Result, ground: Ground, user_ids: list[str], hosts: Sequence[Host], size: Size) -> Result:
    """Let a process on each of `hosts` call in rounds; the result, with its figures."""
    outcomes: Counter[str] = Counter()
    seconds: list[float] = []
    ahead, again = 0.0, 0
    with _processes(ground, user_ids, hosts, size) as workers, ground.client() as rc:
        generations = _generations(rc, user_ids)
        started = time.monotonic()
        for number in range(size.rounds):
            ground.platform.forget()
            ground.platform.advance(HOUR)
            ahead += HOUR
            # In every other round nobody knows the time: the server says by 401 that a token has expired.
            told = f"{ahead}\n" if number % 2 == 0 else "\n"
            for worker in workers:
                worker.stdin.write(told)
                worker.stdin.flush()
            for worker in workers:
                answer = json.loads(
                    worker.stdout.readline() or '{"outcomes": {"died": 1}, "seconds": [], "again": 0}'
                )
                outcomes.update(answer["outcomes"])
                seconds += answer["seconds"]
                again += answer["again"]
            _check_refreshes(ground.platform, number, result)
            before, generations = generations, _generations(rc, user_ids)
            wrong_count = {one: generations[one] - before[one] for one in user_ids}
            result.faults += [
                f"round {number}: {count} refreshes stored for {one}"
                for one, count in wrong_count.items()
                if count != 1
            ]
        took = time.monotonic() - started
    wrong = {outcome: count for outcome, count in outcomes.items() if outcome != "right"}
    result.faults += [f"{count} calls: {outcome}" for outcome, count in wrong.items()]
    seconds.sort()
    result.figures |= {
        "processes": len(hosts),
        "threads each": size.threads,
        "users": len(user_ids),
        "expiries": size.rounds,
        "refreshes stored": size.rounds * len(user_ids),
        "calls": outcomes.total(),
        "calls told to try again": again,
        "answers for another": outcomes["another's"],
        "calls a second": round(outcomes.total() / took),
        "median ms": round(seconds[len(seconds) // 2] * 1000),
        "slowest ms": round(seconds[-1] * 1000),
    }
    return result


def _generations(rc: RingCentral, user_ids: list[str]) -> dict[str, int]:
    """How often each login was refreshed so far, as the vault counts it."""
    logins = {user_id: rc.vault.load(user_id) for user_id in user_ids}
    return {user_id: login.generation if login else -1 for user_id, login in logins.items()}


def _check_refreshes(platform: Platform, number: int, result: Result) -> None:
    """Count requests: more than one for an expiry repeats one whose answer took over 4 seconds."""
    found = platform.refreshes()
    refused = [entry for entry in found if entry["status"] != 200]
    result.figures["refresh requests"] = int(result.figures.get("refresh requests", 0)) + len(found)
    if refused:
        result.faults.append(f"round {number}: {len(refused)} refreshes were refused: {refused[0]['why']}")


@contextmanager
def _processes(
    ground: Ground, user_ids: list[str], hosts: Sequence[Host], size: Size
) -> Iterator[list[subprocess.Popen[str]]]:
    workers = []
    try:
        for host in hosts:
            command = [*host.command, sys.executable, "-m", "campaigns.crowd_worker"]
            workers.append(
                subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            orders = _orders(ground, host) | {
                "user_ids": user_ids,
                "threads": size.threads,
                "calls": size.calls,
            }
            workers[-1].stdin.write(json.dumps(orders) + "\n")
            workers[-1].stdin.flush()
        for worker in workers:
            if worker.stdout.readline() != "ready\n":
                raise RuntimeError("a process of the crowd did not start")
        yield workers
    finally:
        for worker in workers:
            worker.stdin.close()
            worker.wait(60)
            worker.stdout.close()


def _orders(ground: Ground, host: Host) -> dict[str, Any]:
    app = ground.platform.app
    client = {
        "client_id": app["clientId"],
        "client_secret": app["clientSecret"],
        "server": ground.platform.base_url,
        "vault": host.vault or ground.place.url,
        "secret_keys": ground.key,
    }
    return {"client": client, "relays": host.relays}
