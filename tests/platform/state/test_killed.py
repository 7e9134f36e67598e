"""`ringback platform --state`, killed while clients are served: nothing that was acknowledged is lost."""

from __future__ import annotations

import random
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from killed import Client

from cli.running import Running

KILLS, CLIENTS, WORLDS = 14, 4, 3
MOST_ANSWERS = 25


class Counter:
    """Counts answers; lets somebody wait for the next so many."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def one_more(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait_for(self, more: int) -> bool:
        with self._changed:
            until = self._count + more
            return self._changed.wait_for(lambda: self._count >= until, timeout=60)


@pytest.mark.timeout(400)
def test_kill_it_anywhere(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(f"random seed {seed}")
    rng = random.Random(seed)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    told = ("platform", "--platform-port", port, "--rate-limits", "off", "--state", "state.db")
    told += ("--start", "2026-03-03T20:00:00Z")
    base, counter = f"http://localhost:{port}", Counter()
    clients: list[Client] = []
    checked = 0
    for kill in range(KILLS + 1):
        with Running(*told, cwd=tmp_path) as platform:
            for client in clients:
                client.check()
                checked += len(client.logins) + len(client.codes) + len(client.deleted)
            users = httpx2.get(f"{base}/_local/seed").json()["users"]
            admins = [user for user in users if user["admin"]]
            others = [user for user in users if not user["admin"]]
            chosen = [rng.choice(admins), *rng.sample(others, CLIENTS - 1)]
            homes = [base] * (CLIENTS - 1) + [f"{base}/_w/world-{kill % WORLDS}"]
            clients = [
                Client(home, user, random.Random(rng.random()), counter.one_more)
                for home, user in zip(homes, chosen, strict=True)
            ]
            if kill == KILLS:
                break
            with ThreadPoolExecutor(CLIENTS) as threads:
                lives = [threads.submit(client.live) for client in clients]
                served = counter.wait_for(rng.randrange(1, MOST_ANSWERS))
                platform.process.send_signal(signal.SIGKILL)
                platform.process.wait(timeout=20)
                for life in lives:
                    life.result(timeout=40)
                assert served, "nobody is served"
    assert checked > KILLS, "hardly anything was acknowledged"
