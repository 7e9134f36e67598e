"""Restarts under load: reloads, workers that end, an upgrade of the master; no request may fail.

Connections are kept open or new for each request. A connection that the server closes while a request is on
its way is a failure: nothing is sent twice.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter

from .deployment import Deployment, deployed
from .results import Result
from .stores import store
from .visitor import Visitor

_PATHS = ("/session", "/test", "/healthz", "/readyz", "/static/ringback.css", "/test?api=extension")


def run(name: str, *, rounds: int, clients: int) -> Result:
    """`rounds` times each kind of restart, while so many clients ask without a pause."""
    result = Result("restarts", name)
    with store(name) as place, deployed(place, 20) as web:
        visitor = Visitor(web.port, web.platform, web.platform.usernames[0])
        visitor.log_in()
        load = Load(web, visitor.cookie, visitor.user_id, clients)
        with load:
            for _ in range(rounds):
                web.reload()
                load.let_pass(clients * 4)
                web.replace_a_worker()
                load.let_pass(clients * 4)
            web.upgrade()
            load.let_pass(clients * 4)
        result.faults += load.faults[:10]
        result.figures |= {
            "reloads": rounds,
            "workers ended": rounds,
            "upgrades": 1,
            "requests": load.count,
            "failed": len(load.faults),
            "told to close": load.closed,
            "slowest ms": round(1000 * load.slowest),
        }
    return result


class Load:
    """Clients in threads, half of which keep their connection; what went wrong is in `faults`."""

    def __init__(self, web: Deployment, cookie: str, user_id: str, clients: int) -> None:
        self.faults: list[str] = []
        self.count = 0
        self.closed = 0
        self.slowest = 0.0
        self._web = web
        self._cookie = cookie
        self._user_id = user_id
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(number % 2 == 0, number)) for number in range(clients)
        ]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def let_pass(self, more: int) -> None:
        """Return after so many further answers."""
        wanted = self.count + more
        until = time.monotonic() + 60
        while self.count < wanted and time.monotonic() < until:
            self._stop.wait(0.05)

    def _ask(self, keeps: bool, number: int) -> None:
        connection: http.client.HTTPConnection | None = None
        kinds: Counter[str] = Counter()
        while not self._stop.is_set():
            path = _PATHS[(number + kinds.total()) % len(_PATHS)]
            kinds[path] += 1
            connection = connection or http.client.HTTPConnection("127.0.0.1", self._web.port, timeout=60)
            began = time.monotonic()
            fault, closes = self._one(connection, path)
            with self._lock:
                self.count += 1
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.closed += keeps and closes
                if fault:
                    self.faults.append(f"{'kept' if keeps else 'new'} connection, {path}: {fault}")
            if fault or closes or not keeps:
                connection.close()
                connection = None
        if connection is not None:
            connection.close()

    def _one(self, connection: http.client.HTTPConnection, path: str) -> tuple[str, bool]:
        """What was wrong with one request, and whether the server closes the connection after it."""
        told = {"Host": f"localhost:{self._web.port}", "Cookie": self._cookie, "Accept": "application/json"}
        try:
            connection.request("GET", path, headers=told)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            return f"{type(error).__name__}: {error}", True
        closes = answer.getheader("Connection", "").lower() == "close"
        if path == "/readyz" and answer.status == 503 and b"stopping" in body:
            return "", closes  # what a probe is to be told by a worker that ends
        if answer.status != 200:
            return f"status {answer.status}", closes
        if path == "/session" and json.loads(body)["userId"] != self._user_id:
            return "another's session", closes
        return "", closes
