"""How many logins may be begun: by one address, and by all together. Nothing is asked of the vault for it.

Each view of the login page keeps a login that may follow, for ten minutes. Who opens thousands must not fill
the vault, and the others must still log in. Allowances refill steadily (a token bucket); `now` is the
caller's clock in seconds.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from .proxies import is_this_machine, peer_of

WINDOW_SECONDS = 60.0
ALL_TOGETHER = 20
"""How many times what one address may do all addresses may do together."""
_MOST_ADDRESSES = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """`left` of it at the time `at`."""

    left: float
    at: float


def taken(allowance: Allowance | None, limit: int, now: float) -> tuple[Allowance, float]:
    """One taken from an allowance of `limit` in WINDOW_SECONDS (None: nothing was taken yet), and 0; or the
    allowance as it is, and in how many seconds there is one again.
    """
    if allowance is None:
        allowance = Allowance(limit, now)
    elapsed = max(0.0, now - allowance.at)  # a clock that was set back gives nothing
    left = min(float(limit), allowance.left + elapsed * limit / WINDOW_SECONDS)
    if left >= 1:
        return Allowance(left - 1, now), 0.0
    return Allowance(left, now), (1 - left) * WINDOW_SECONDS / limit


class LoginStarts:
    """The allowances of one process; safe between threads.

    Peers of this machine share the common one only: a proxy that is not configured may stand there for many.
    """

    def __init__(self, per_address: int) -> None:
        self._limit = per_address
        self._lock = threading.Lock()
        self._each: OrderedDict[str, Allowance] = OrderedDict()
        self._common: Allowance | None = None

    def begin(self, address: str, now: float) -> float:
        """0 when a login may begin now, and it is counted; else in how many seconds to try again."""
        with self._lock:
            wait = 0.0 if is_this_machine(address) else self._of_address(peer_of(address), now)
            if not wait:
                self._common, wait = taken(self._common, self._limit * ALL_TOGETHER, now)
            return wait

    def _of_address(self, peer: str, now: float) -> float:
        self._each[peer], wait = taken(self._each.get(peer), self._limit, now)
        self._each.move_to_end(peer)
        while len(self._each) > _MOST_ADDRESSES:
            self._each.popitem(last=False)
        return wait
