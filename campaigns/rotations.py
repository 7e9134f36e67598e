"""Rotations: the key of a vault is changed, again and again, while a deployment calls and refreshes.

The processes get each new ring one after the other, as docs/vault.md says; sealing anew is killed (SIGKILL)
before and after its steps and at random moments, and run again. No call may fail, and in the end the newest
key alone opens everything.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from ringback import RingCentral
from ringback.client.clock import SystemClock
from ringback.vault import KeyRing, SealError, Vault, new_key, reseal, resealing

from .ground import HOUR, Ground, still_logged_in
from .platform import ROOT, running_platform
from .results import Result
from .stores import store

_PAGE = 5
_ATTEMPTS = 12
_EXPIRIES = 3


class Deployment:
    """Processes that call without a pause, and can be given another ring without a gap."""

    def __init__(self, ground: Ground, user_ids: list[str], processes: int, threads: int) -> None:
        self._ground = ground
        self._orders = {"user_ids": user_ids, "threads": threads}
        self.outcomes: Counter[str] = Counter()
        self.again = 0
        self._workers = [self._start(ground.key) for _ in range(processes)]

    def restart(self, *keys: str) -> None:
        """Each process is replaced by one with this ring; the new one serves before the old one ends."""
        for number, old in enumerate(self._workers):
            self._workers[number] = self._start(",".join(keys))
            self._end(old)

    def stop(self) -> None:
        """End all."""
        for worker in self._workers:
            self._end(worker)

    def _start(self, ring: str) -> subprocess.Popen[str]:
        app = self._ground.platform.app
        client = {
            "client_id": app["clientId"],
            "client_secret": app["clientSecret"],
            "server": self._ground.platform.base_url,
            "vault": self._ground.place.url,
            "secret_keys": ring,
        }
        command = [sys.executable, "-m", "campaigns.rotation_worker"]
        worker = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        worker.stdin.write(json.dumps(self._orders | {"client": client}) + "\n")
        worker.stdin.flush()
        if worker.stdout.readline() != "ready\n":
            raise RuntimeError("a process of the deployment did not start")
        return worker

    def _end(self, worker: subprocess.Popen[str]) -> None:
        told, _ = worker.communicate(timeout=90)
        answer = json.loads(told or '{"outcomes": {"died": 1}, "again": 0}')
        self.outcomes.update(answer["outcomes"])
        self.again += answer["again"]


class DyingStore:
    """A vault's store; the process dies before or after step `number` of sealing anew."""

    def __init__(self, kept: Any, number: int, when: str) -> None:
        self._kept, self._left, self._when = kept, number, when

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kept, name)

    def reseal(self, changes: Any) -> int:
        """As the store does it, if this is not the step."""
        self._left -= 1
        if self._left < 0 and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        written = self._kept.reseal(changes)
        if self._left < 0 and self._when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return written


def run(name: str, *, rotations: int, kills: int, users: int, size: tuple[int, int]) -> Result:
    """So many rotations on the back end of this name, each with so many kills of sealing anew.

    `size`: how many processes the deployment has, and how many threads each.
    """
    result = Result("rotations", name)
    chance = random.Random(1)
    killed: Counter[str] = Counter()
    started = time.monotonic()
    with store(name) as place, running_platform(max(users, 20)) as platform:
        ground = Ground(platform, place)
        with ground.client() as rc:
            user_ids = ground.log_in(rc, users)
            session_id = _begin_logins(rc)
        deployment = Deployment(ground, user_ids, *size)
        try:
            for _ in range(rotations):
                old, new = ground.key, new_key()
                deployment.restart(old, new)
                _expire(ground, (old, new), user_ids)  # _EXPIRIES times, in the middle of it all
                deployment.restart(new, old)
                _expire(ground, (new, old), user_ids)
                for number, when in itertools.islice(_deaths(chance), kills):
                    if _killed(ground, (new, old), number, when):
                        killed[when] += 1
                    else:  # back under the old key, so that there is something left to die at
                        with ground.client(secret_keys=f"{old},{new}") as rc:
                            reseal(rc.vault)
                _expire(ground, (new, old), user_ids)
                with ground.client(secret_keys=f"{new},{old}") as rc:
                    found = reseal(rc.vault)
                if not found.done or found.keys.keys() != {KeyRing.from_setting(new).key_ids[0]}:
                    result.faults.append(f"the vault needs another key yet: {found.to_dict()}")
                deployment.restart(new)
                ground.key = new
        finally:
            deployment.stop()
        refreshes = platform.refreshes()
        with ground.client() as rc:
            stored = {user_id: _generation(rc, user_id) - 1 for user_id in user_ids}
            result.faults += [
                f"{count} refreshes stored for {user_id}, whose tokens expired {_EXPIRIES * rotations} times"
                for user_id, count in stored.items()
                if not 0 < count <= _EXPIRIES * rotations
            ]
            for what, found in still_logged_in(rc, user_ids).items():
                result.faults += [f"{what}: {who}" for who in found]
            begun = rc.vault.browser_sessions
            lost = [
                n for n in range(_ATTEMPTS) if begun.take_attempt(session_id, f"{n}", 2.0) != f"login {n}"
            ]
            result.faults += [f"a login that was begun cannot be finished: {number}" for number in lost]
    wrong = {outcome: count for outcome, count in deployment.outcomes.items() if outcome != "right"}
    result.faults += [f"{count} calls: {outcome}" for outcome, count in wrong.items()]
    result.faults += [f"a refresh was refused: {one['why']}" for one in refreshes if one["status"] != 200]
    result.figures = {
        "rotations": rotations,
        "kills": killed.total(),
        **dict(sorted(killed.items())),
        "processes": size[0],
        "users": users,
        "calls": deployment.outcomes.total(),
        "failed calls": sum(wrong.values()),
        "calls told to try again": deployment.again,
        "refreshes stored": sum(stored.values()),
        "seconds": round(time.monotonic() - started, 1),
    }
    return result


def _expire(ground: Ground, ring: tuple[str, str], user_ids: list[str]) -> None:
    """Let every token expire. None is being refreshed then: no token is to expire as soon as it is issued.

    By this machine's clock, as the deployment has it: that a token has expired, the server says by a 401.
    """
    with ground.client(SystemClock(), secret_keys=",".join(ring)) as rc:
        still_logged_in(rc, user_ids)
    ground.platform.advance(HOUR)


def _generation(rc: RingCentral, user_id: str) -> int:
    """One more than how often a login was refreshed; 0 for none."""
    row = rc.vault.store.load_login(rc.vault.key(user_id))
    return row.generation if row else 0


def _begin_logins(rc: RingCentral) -> str:
    """A browser that has begun some logins; its session's id."""
    session = rc.vault.browser_sessions.start(1.0, 1000.0)
    for number in range(_ATTEMPTS):
        rc.vault.browser_sessions.add_attempt(session.id, f"{number}", f"login {number}", 1.0)
    return session.id


def _finished(rc: RingCentral, session_id: str, number: int) -> bool:
    """Can the login that was begun before be finished now?"""
    try:
        return rc.vault.browser_sessions.take_attempt(session_id, f"{number}", 2.0) == f"login {number}"
    except SealError:
        return False


def _deaths(chance: random.Random) -> Any:
    """Where to die, without an end: around each of the first steps, and after some milliseconds."""
    for number in itertools.count():
        yield number % 3, "before"
        yield number % 3, "after"
        yield chance.randrange(1, 40), "any"


def _killed(ground: Ground, ring: tuple[str, str], number: int, when: str) -> bool:
    """Seal anew in a process that dies there; `number` is milliseconds for "any". False: it had finished."""
    child = os.fork()
    if child == 0:
        try:
            resealing._PAGE = _PAGE
            with ground.client(secret_keys=",".join(ring)) as rc:
                kept = rc.vault.store if when == "any" else DyingStore(rc.vault.store, number, when)
                keys = KeyRing.from_setting(",".join(ring))
                reseal(Vault(kept, keys, server=rc.server, client_id=rc.client_id))
        finally:
            os._exit(7)
    if when == "any":
        time.sleep(0.1 + number / 1000)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)
