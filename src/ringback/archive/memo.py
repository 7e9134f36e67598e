"""Answers that are kept until the archive changes: turning a page or sorting it counts nothing anew."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Memo:
    """The newest `most` answers about one state of an archive. Safe between threads."""

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._stamp: Hashable = None
        self._held: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, stamp: Hashable, key: Hashable, act: Callable[[], T]) -> T:
        """What `act` gave for this key while the archive had this stamp."""
        with self._lock:
            if stamp != self._stamp:
                self._stamp = stamp
                self._held.clear()
            if key in self._held:
                self._held.move_to_end(key)
                return cast(T, self._held[key])
        found = act()
        with self._lock:
            if stamp == self._stamp:
                self._held[key] = found
                if len(self._held) > self._most:
                    self._held.popitem(last=False)
        return found
