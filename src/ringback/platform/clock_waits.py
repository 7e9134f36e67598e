"""Who waits for the clock: answered when their time has come; when all parties wait, it jumps."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count

from ringback.platform.clock import Mode, VirtualClock

MOST_WAITING = 256


class TooManyWaiting(Exception):
    """There are 256 waiting already."""


def jump(waits: Iterable[tuple[str, datetime]], parties: int, now: datetime) -> datetime | None:
    """Where a clock that stands jumps: to the earliest time that somebody waits for, once all parties wait.

    `waits` are party and time. Whoever's time has come by `now` (UTC) waits no more. None: not yet.
    """
    waiting = {party: until for party, until in waits if until > now}
    return min(waiting.values()) if len(waiting) >= parties > 0 else None


@dataclass(slots=True, eq=False)
class _Wait:
    party: str
    until: datetime
    wake: Callable[[], None]
    is_party: bool = True
    replaced: bool = False


class ClockWaits:
    """Those who wait for one world's clock. They wait on an event loop; the clock moves from any thread."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._waiting: dict[str, _Wait] = {}
        self._numbers = count(1)
        self._closed = False
        clock.on_change(self._changed)

    @property
    def waiting(self) -> dict[str, datetime]:
        """The parties whose time has not come, with the time that each waits for."""
        now = self._clock.now()
        with self._lock:
            waits = [wait for wait in self._waiting.values() if wait.is_party and wait.until > now]
        return {wait.party: wait.until for wait in waits}

    async def wait(
        self, until: datetime, party: str | None, seconds: float, *, is_party: bool = True
    ) -> datetime:
        """Wait until the clock says `until` (aware), at most `seconds` of real time; the time by the clock.

        A party waits once: its new wait ends its old one. Without a name it is a party of its own; with
        `is_party` False it is none, and no clock jumps for it. Cancelling ends the wait. Raises
        TooManyWaiting.
        """
        loop, woken = asyncio.get_running_loop(), asyncio.Event()
        wait = _Wait(
            party or f"unnamed {next(self._numbers)}",
            until,
            partial(_set, loop, woken),
            is_party,
        )
        self._enter(wait)
        deadline = time.monotonic() + seconds
        try:
            while True:
                woken.clear()
                now = self._clock.now()
                left = deadline - time.monotonic()
                if now >= until or left <= 0 or wait.replaced or self._closed:
                    return now
                if self._clock.mode is Mode.RUNNING:
                    left = min(left, (until - now).total_seconds())
                try:
                    await asyncio.wait_for(woken.wait(), left)
                except TimeoutError:
                    continue
        finally:
            self._leave(wait)

    def close(self) -> None:
        """The world ends: answer everybody."""
        self._closed = True
        self._wake()

    def _enter(self, wait: _Wait) -> None:
        with self._lock:
            old = self._waiting.get(wait.party)
            if old is None and wait.is_party and len(self._waiting) >= MOST_WAITING:
                raise TooManyWaiting
            if old is not None:
                old.replaced = True
                old.wake()
            self._waiting[wait.party] = wait
        self._maybe_jump()

    def _leave(self, wait: _Wait) -> None:
        with self._lock:
            if self._waiting.get(wait.party) is wait:
                del self._waiting[wait.party]

    def _changed(self) -> None:
        self._wake()
        self._maybe_jump()

    def _maybe_jump(self) -> None:
        if self._clock.mode is not Mode.AUTO or self._closed:
            return
        with self._lock:
            waits = [(wait.party, wait.until) for wait in self._waiting.values() if wait.is_party]
            target = jump(waits, self._clock.parties, self._clock.now())
        if target is not None:
            self._clock.reach(target)

    def _wake(self) -> None:
        with self._lock:
            for wait in self._waiting.values():
                wait.wake()


def _set(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    """Set an event of a loop that runs in another thread, or has ended."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(event.set)
