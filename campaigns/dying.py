"""A driver that dies: its process is killed before or after a given effect of the core, as by kill -9."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ringback import RingCentral
from ringback.client import session
from ringback.client.driver import Driver
from ringback.client.effects import Effect, Send


@dataclass(frozen=True, slots=True)
class Death:
    """Where to die: `when` is before or after effect number `effect`; or, by the parent's hand, while the
    answer to the refresh is awaited ("in flight"), or at any time ("any")."""

    effect: int
    when: str


class DyingDriver(Driver):
    """Counts effects; dies at its death. `told` is a pipe's end, written to when the refresh is sent."""

    def __init__(self, rc: RingCentral, death: Death | None, told: int | None = None) -> None:
        super().__init__(rc.vault, rc._transport, rc.clock)
        self.names: list[str] = []
        self._death = death
        self._told = told

    def _perform(self, effect: Effect) -> Any:
        number = len(self.names)
        self.names.append(type(effect).__name__)
        self._perhaps_die(number, "before")
        if isinstance(effect, Send) and self._told is not None:
            os.write(self._told, b"x")
        result = super()._perform(effect)
        self._perhaps_die(number, "after")
        return result

    def _perhaps_die(self, number: int, when: str) -> None:
        if self._death == Death(number, when):
            os.kill(os.getpid(), signal.SIGKILL)


def refresh(driver: Driver, rc: RingCentral, user_id: str) -> None:
    """Refresh a login now, with this driver."""
    driver.run(session.refresh_now(user_id, rc.credentials, timeout=20.0))


Work = Callable[[Driver, RingCentral, str], None]


def kill_one(rc: RingCentral, user_id: str, death: Death, after: float, what: Work | None = None) -> bool:
    """Let a forked worker refresh this login, or do `what`, and kill it; False when it had finished before.

    `after`: how many seconds the parent waits before it kills where the death is by its hand.
    """
    told, telling = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        try:
            by_itself = death if death.when in ("before", "after") else None
            (what or refresh)(DyingDriver(rc, by_itself, telling), rc, user_id)
        finally:
            os._exit(7)
    os.close(telling)
    if death.when == "in flight":
        os.read(told, 1)
    if death.when in ("in flight", "any"):
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(told)
    return os.WIFSIGNALED(status)
