"""Faults that tests order: which requests they hit, how often, and what is done to the answer (design.md)."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count

from ringback.platform.state import State, Table

MOST = 1_000
_PATH_LENGTH = 2_048
_SPARED = ("/_local/", "/_static/", "/console")


class When(StrEnum):
    """BEFORE: nothing happens on the server. AFTER: the server does and keeps it, then the answer fails."""

    BEFORE = "before"
    AFTER = "after"


class Cut(StrEnum):
    """RESET: closed without an answer. TRUNCATED: half the body, then closed. SLOW: in small pieces."""

    RESET = "reset"
    TRUNCATED = "truncated"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Fault:
    """One order. None matches every method, path or client; `times` None never ends.

    `path` is a pattern of `path_matches`. `status` None keeps the server's own; `body` None means
    RingCentral's for that status. `delay` is in seconds. `hits`: how often it has struck.
    """

    id: str
    method: str | None = None
    path: str | None = None
    client_id: str | None = None
    times: int | None = 1
    when: When = When.BEFORE
    status: int | None = None
    error_code: str | None = None
    body: str | None = None
    body_type: str = "application/json;charset=UTF-8"
    delay: float = 0.0
    cut: Cut | None = None
    hits: int = 0

    @property
    def left(self) -> int | None:
        """How often it will still strike; None: without end."""
        return None if self.times is None else self.times - self.hits

    @property
    def replaces(self) -> bool:
        """Is the answer another one than the server's own?"""
        return self.status is not None or self.body is not None

    @property
    def spent(self) -> bool:
        return self.times is not None and self.hits >= self.times


def may_be_struck(path: str) -> bool:
    """Can faults hit requests for this path? Not the places where they are taken away, nor static files."""
    return not path.startswith(_SPARED)


def path_matches(pattern: str, path: str) -> bool:
    """Does a path match? Per segment: itself, `*` for any characters, `{name}` for any one segment.

    `**` as the last segment stands for any number of them. In time proportional to both.
    """
    wanted, given = pattern.split("/"), path[:_PATH_LENGTH].split("/")
    if wanted[-1] == "**":
        wanted = wanted[:-1]
        if len(given) < len(wanted):
            return False
        given = given[: len(wanted)]
    return len(wanted) == len(given) and all(map(_segment_matches, wanted, given))


def _segment_matches(pattern: str, text: str) -> bool:
    if pattern.startswith("{") and pattern.endswith("}"):
        return bool(text)
    if "*" not in pattern:
        return pattern == text
    first, *rest = pattern.split("*")
    if not text.startswith(first):
        return False
    *middle, last = rest
    place = len(first)
    for piece in middle:
        place = text.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return len(text) - len(last) >= place and text.endswith(last)


def matches(fault: Fault, method: str, path: str, client_id: str | None) -> bool:
    """Does a live fault hit this request?"""
    if fault.spent:
        return False
    if fault.method is not None and fault.method != method:
        return False
    if fault.path is not None and not path_matches(fault.path, path):
        return False
    return fault.client_id is None or fault.client_id == client_id


class Faults:
    """The faults of one world, oldest first. `lock` is the world's; rows are changed under it."""

    def __init__(
        self, state: State | None = None, lock: AbstractContextManager[object] | None = None
    ) -> None:
        state = state or State()
        self._lock = lock or threading.RLock()
        self._faults: Table[Fault] = state.table("faults", Fault)
        self.armed = False
        state.on_load(self._look)
        self._look()

    def all(self) -> list[Fault]:
        """Every fault that was ordered and not taken away, also those that are spent."""
        return list(self._faults.values())

    def add(self, fault: Fault) -> Fault:
        """Order a fault, under an id of its own. ValueError when there are a thousand."""
        with self._lock:
            if len(self._faults) >= MOST:
                raise ValueError(f"there are {MOST} faults; take some away (DELETE /_local/faults)")
            number = next(n for n in count(len(self._faults) + 1) if str(n) not in self._faults)
            fault = replace(fault, id=str(number), hits=0)
            self._faults[fault.id] = fault
            self._look()
            return fault

    def remove(self, fault_id: str) -> bool:
        """Take one away; False where there is none."""
        with self._lock:
            found = self._faults.pop(fault_id, None) is not None
            self._look()
            return found

    def clear(self) -> None:
        """Take all away."""
        with self._lock:
            self._faults.clear()
            self._look()

    def strike(self, method: str, path: str, client_id: str | None) -> Fault | None:
        """The first fault that hits this request, counted; None when the request may pass."""
        with self._lock:
            for fault in self._faults.values():
                if matches(fault, method, path, client_id):
                    struck = replace(fault, hits=fault.hits + 1)
                    self._faults[fault.id] = struck
                    if struck.spent:
                        self._look()
                    return struck
            return None

    def concerns(self, method: str, path: str) -> tuple[bool, bool]:
        """May a request be hit, and does that depend on its client?"""
        with self._lock:
            near = [
                fault
                for fault in self._faults.values()
                if matches(replace(fault, client_id=None), method, path, None)
            ]
        return bool(near), any(fault.client_id is not None for fault in near)

    def _look(self) -> None:
        self.armed = any(not fault.spent for fault in self._faults.values())
