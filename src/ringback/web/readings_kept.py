"""The readings of this process: found again by whose and what they are, few at a time, not for long."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from .readings import Key, Reading

KEEP_SECONDS = 30.0
KEEP_SECONDS_AFTER_WAITING = 300.0
MOST_READINGS = 64
MOST_RECORDS_HELD = 80_000
MOST_RUNNING_EACH = 3


def keep_seconds(*, waited: bool) -> float:
    """For how long a reading that has ended is shown; `waited`: it took a pause."""
    return KEEP_SECONDS_AFTER_WAITING if waited else KEEP_SECONDS


class KeptReadings:
    """Newest used last; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Reading[Any]] = OrderedDict()

    def get(self, key: Key, begin: Callable[[], Reading[Any]], now: float) -> Reading[Any]:
        """The reading of `key`; `begin` makes one, which is started, when there is none or it is too old.

        `now` is the client's clock. What failed is read anew, and so is what was read half a minute ago, or
        five minutes ago if it took a pause: new calls should be seen, and a pause not be gone through twice.
        """
        with self._lock:
            self._forget_old(now)
            found = self._kept.get(key)
            if found is None:
                self._make_room(key)
                found = self._kept[key] = begin()
                found.has_room = self._has_room
                found.start()
            self._kept.move_to_end(key)
            found.touch()
            return found

    def find(self, key: Key) -> Reading[Any] | None:
        """The reading of `key`, if there is one."""
        with self._lock:
            return self._kept.get(key)

    def forget(self, key: Key) -> None:
        """Read `key` anew next time: its error has been told."""
        with self._lock:
            self._kept.pop(key, None)

    def forget_login(self, user_id: str, holder: str | None = None) -> None:
        """Drop what was read for a login (of all holders without one): it has ended."""
        with self._lock:
            for key in list(self._kept):
                if key.user_id == user_id and holder in (None, key.holder):
                    self._kept.pop(key).stop()

    def _forget_old(self, now: float) -> None:
        for key, one in list(self._kept.items()):
            if one.finished and not 0 <= now - one.ended_at < keep_seconds(waited=one.waited):
                del self._kept[key]

    def _make_room(self, key: Key) -> None:
        running = [k for k, one in self._kept.items() if k.user_id == key.user_id and not one.finished]
        for old in running[: max(0, len(running) - MOST_RUNNING_EACH + 1)]:
            self._kept.pop(old).stop()
        while len(self._kept) >= MOST_READINGS:
            self._kept.popitem(last=False)[1].stop()

    def _has_room(self) -> bool:
        """Whether all that is held leaves room for more; what is finished goes first, the oldest of it."""
        with self._lock:
            held = sum(one.size for one in self._kept.values())
            for key, one in list(self._kept.items()):
                if held <= MOST_RECORDS_HELD:
                    break
                if one.finished:
                    held -= self._kept.pop(key).size
            return held <= MOST_RECORDS_HELD
