"""Rate budgets in memory: small values that threads agree on, forgotten after a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    value: bytes
    until: float


class MemoryBudgets:
    """`load_budget` and `swap_budget` of a Store, in a dictionary; they expire by `monotonic`."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._budget_clock = monotonic
        self._budget_lock = threading.Lock()
        self._budgets: dict[str, _Kept] = {}

    def load_budget(self, key: str) -> tuple[int, bytes] | None:
        kept = self._budgets.get(key)
        if kept is None or kept.until <= self._budget_clock():
            return None
        return kept.version, kept.value

    def swap_budget(self, key: str, expected: int, value: bytes, *, keep_seconds: float) -> bool:
        now = self._budget_clock()
        with self._budget_lock:
            kept = self._budgets.get(key)
            version = kept.version if kept is not None and kept.until > now else 0
            if version != expected:
                return False
            if version == 0:
                for old in [name for name, one in self._budgets.items() if one.until <= now]:
                    del self._budgets[old]
            self._budgets[key] = _Kept(expected + 1, value, now + keep_seconds)
            return True
