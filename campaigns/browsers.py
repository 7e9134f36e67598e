"""Many browsers at once on two gunicorn workers that share a vault: no error, nobody sees another's data.

Each logs in as a user of the platform (several browsers a user), opens every page, and logs out. A browser is
a thread of its own, all begin together, and every answer is checked.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict

from .deployment import deployed
from .results import Result
from .stores import store
from .visitor import Visitor, Wrong


def run(name: str, *, browsers: int, users: int, rounds: int) -> Result:
    """So many browsers at once, `rounds` times from login to logout."""
    result = Result("browsers", name)
    settings = {"RINGBACK_TRUSTED_PROXIES": "127.0.0.1", "RINGBACK_LOGINS_PER_ADDRESS": "1000"}
    with store(name) as place, deployed(place, users + 20, **settings) as web:
        usernames = web.platform.usernames[:users]
        visitors = [
            Visitor(web.port, web.platform, usernames[n % users], f"203.0.113.{n % 250 + 1}")
            for n in range(browsers)
        ]
        together = threading.Barrier(browsers + 1)
        faults: list[str] = []

        def visit(one: Visitor) -> None:
            together.wait(60)
            try:
                for _ in range(rounds):
                    one.log_in()
                    one.look_around()
                    one.log_out()
            except Wrong as wrong:
                faults.append(str(wrong))
            except Exception as error:
                faults.append(f"{type(error).__name__}: {error}")

        threads = [threading.Thread(target=visit, args=(one,)) for one in visitors]
        for thread in threads:
            thread.start()
        together.wait(60)
        began = time.monotonic()
        for thread in threads:
            thread.join()
        took = time.monotonic() - began
        seconds: dict[str, list[float]] = defaultdict(list)
        for one in visitors:
            one.close()
            for route, spent in one.seconds:
                seconds[route].append(spent)
        everything = sorted(spent for those in seconds.values() for spent in those)
        result.faults += faults
        if "unexpected" in web.log:
            result.faults.append("the app's log tells of a fault of its own")
        result.figures |= {
            "browsers": browsers,
            "users": users,
            "logins": browsers * rounds,
            "requests": len(everything),
            "failed": len(faults),
            "requests a second": round(len(everything) / took, 1),
            "median ms": _ms(everything, 0.5),
            "p99 ms": _ms(everything, 0.99),
        }
        for route in sorted(seconds):
            result.figures[f"p99 ms of {route}"] = _ms(sorted(seconds[route]), 0.99)
    return result


def _ms(ordered: list[float], part: float) -> int:
    return round(1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]) if ordered else 0
