"""One app's rate budgets in a vault: bytes that its processes agree on; without the store, in one process."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable

from .errors import VaultUnavailable
from .memory_budgets import MemoryBudgets
from .store import Store

KEEP_SECONDS = 7200.0
"""Longer than anything in a budget matters: by the store's clock, which may run ahead of the budget's own."""
_ALONE_SECONDS = 30.0

log = logging.getLogger("ringback.vault")


class Budgets:
    """The budgets of one app at one server, by user and rate group. Nothing is raised.

    While the store cannot be used, this process keeps budgets of its own, and tries the store again after
    30 seconds: a call is not to fail because processes cannot agree on its pace.
    """

    def __init__(
        self, store: Store, server: str, client_id: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._app = (server, client_id)
        self._monotonic = monotonic
        self._own = MemoryBudgets(monotonic)
        self._alone_until = float("-inf")

    def load(self, owner_id: str, group: str) -> tuple[int, bytes] | None:
        """Version and value, or None. `owner_id` is "" for what is counted per app."""
        key = self._key(owner_id, group)
        if not self._alone():
            try:
                return self._store.load_budget(key)
            except VaultUnavailable as error:
                self._go_alone(error)
        return self._own.load_budget(key)

    def swap(self, owner_id: str, group: str, expected: int, value: bytes) -> bool:
        """Write `value` if the version is still `expected` (0: there is none yet)."""
        key = self._key(owner_id, group)
        if not self._alone():
            try:
                return self._store.swap_budget(key, expected, value, keep_seconds=KEEP_SECONDS)
            except VaultUnavailable as error:
                self._go_alone(error)
                # What was loaded from the store goes on here.
                known = self._own.load_budget(key)
                expected = known[0] if known else 0
        return self._own.swap_budget(key, expected, value, keep_seconds=KEEP_SECONDS)

    def _alone(self) -> bool:
        return self._monotonic() < self._alone_until

    def _go_alone(self, error: VaultUnavailable) -> None:
        self._alone_until = self._monotonic() + _ALONE_SECONDS
        log.warning("rate budgets are kept in this process alone for now: %s", error.message)

    def _key(self, owner_id: str, group: str) -> str:
        return hashlib.sha256("\0".join((*self._app, owner_id, group)).encode()).hexdigest()
