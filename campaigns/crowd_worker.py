"""One process of a crowd: on each line of standard input, every thread calls the API as its users, once.

Started with one line of orders; each later line is the number of seconds by which the platform's clock is
ahead of ours, or empty: then this process does not know, and a 401 tells it. Each is answered with a line of
JSON.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from typing import Any

from ringback import RingCentral

from .calling import call
from .relay import relay_to


class OffsetClock:
    """This machine's clock, and what the platform's is ahead of it."""

    ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead


class Round:
    """One call of every thread at each of its users, begun together."""

    def __init__(self, rc: RingCentral, orders: dict[str, Any]) -> None:
        self._rc = rc
        self._user_ids: list[str] = orders["user_ids"]
        self._threads: int = orders["threads"]
        self._calls: int = orders["calls"]
        self._gate = threading.Barrier(self._threads)
        self._lock = threading.Lock()
        self.outcomes: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.again = 0

    def run(self) -> None:
        """Start the threads, and wait for them."""
        workers = [threading.Thread(target=self._work, args=(number,)) for number in range(self._threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _work(self, number: int) -> None:
        self._gate.wait()
        for turn in range(self._calls):
            # Every process takes the same way through the users, so that they meet at each of them.
            user_id = self._user_ids[(number * self._calls + turn) % len(self._user_ids)]
            started = time.monotonic()
            outcome, again = call(self._rc, user_id)
            with self._lock:
                self.outcomes[outcome] += 1
                self.again += again
                self.seconds.append(time.monotonic() - started)


def main() -> None:
    """Until standard input ends."""
    orders = json.loads(sys.stdin.readline())
    for port, address in orders["relays"]:
        relay_to(port, address)
    clock = OffsetClock()
    rc = RingCentral(**orders["client"], clock=clock)
    rc.user(orders["user_ids"][0]).session()  # the vault is open before the race begins
    print("ready", flush=True)
    for line in sys.stdin:
        clock.ahead = float(line) if line.strip() else 0.0
        called = Round(rc, orders)
        called.run()
        told = {"outcomes": called.outcomes, "seconds": called.seconds, "again": called.again}
        print(json.dumps(told), flush=True)
    rc.close()


if __name__ == "__main__":
    main()
