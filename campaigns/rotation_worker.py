"""One process of a deployment whose keys are changed: its threads call the API as its users until it is told.

Started with one line of orders; when standard input ends it finishes the calls that are under way, and prints
what came of all as a line of JSON.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from contextlib import suppress
from typing import Any

from ringback import RingbackError, RingCentral

from .calling import call


class Caller:
    """Threads that go round the users, each call made again where that may help: what any app does."""

    def __init__(self, rc: RingCentral, orders: dict[str, Any]) -> None:
        self._rc = rc
        self._user_ids: list[str] = orders["user_ids"]
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.outcomes: Counter[str] = Counter()
        self.again = 0
        self._threads = [
            threading.Thread(target=self._work, args=(number,)) for number in range(orders["threads"])
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the calls that are under way end."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _work(self, number: int) -> None:
        turn = number * 7
        while not self._over.is_set():
            outcome, again = call(self._rc, self._user_ids[turn % len(self._user_ids)])
            with self._lock:
                self.outcomes[outcome] += 1
                self.again += again
            turn += 1


def main() -> None:
    """Until standard input ends."""
    orders = json.loads(sys.stdin.readline())
    with RingCentral(**orders["client"]) as rc:
        with suppress(RingbackError):  # the vault is open before it serves; what goes wrong, the calls count
            rc.user(orders["user_ids"][0]).session()
        caller = Caller(rc, orders)
        print("ready", flush=True)
        sys.stdin.read()
        caller.stop()
    print(json.dumps({"outcomes": caller.outcomes, "again": caller.again}), flush=True)


if __name__ == "__main__":
    main()
