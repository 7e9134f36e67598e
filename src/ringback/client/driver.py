"""The synchronous driver: performs the core's effects one after the other, and decides nothing."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from typing import Any, TypeVar

from ringback.vault import Vault

from .clock import Clock
from .effects import (
    Abandoned,
    Effect,
    Elapsed,
    Emit,
    Limits,
    Now,
    OnFiles,
    Pause,
    Send,
    Steps,
    Wait,
    WaitUntil,
)
from .hooked import Hooked
from .limits.limit_memory import LimitMemory
from .observed import observed
from .transports.transport import Transport
from .vault_effects import carry_out

T = TypeVar("T")


class Driver(Hooked):
    """Runs the core's steps over a vault, a transport and a clock. Safe to share between threads."""

    def __init__(self, vault: Vault, transport: Transport, clock: Clock) -> None:
        self._vault = vault
        self._transport = transport
        self._clock = clock
        self._limits = LimitMemory()

    def run(self, steps: Steps[T]) -> T:
        """What the steps return; an effect that fails raises into them, so that they can clean up."""
        if self.hooks:
            steps = observed(steps)
        try:
            return self._go_on(steps, next(steps))
        except StopIteration as stop:
            value: T = stop.value
            return value

    def _go_on(self, steps: Steps[T], effect: Effect) -> T:
        while True:
            try:
                result = self._perform(effect)
            except Exception as error:
                effect = steps.throw(error)
            except BaseException:
                # Ctrl-C, for example: what the steps hold is given back first.
                with suppress(StopIteration, Abandoned, Exception):
                    self._go_on(steps, steps.throw(Abandoned()))
                raise
            else:
                effect = steps.send(result)

    def _perform(self, effect: Effect) -> Any:
        match effect:
            case Send(request, deadline):
                return self._transport.send(request, seconds=deadline - time.monotonic())
            case OnFiles(call):
                return call()
            case Now():
                return self._clock.now()
            case Emit(event):
                self.tell(event)
                return None
            case Elapsed():
                return time.monotonic()
            case Wait(seconds):
                time.sleep(seconds * spread())
                return None
            case WaitUntil(moment, deadline):
                self._clock.wait_until(moment, max(0.0, deadline - time.monotonic()))
                return None
            case Pause(longest):
                time.sleep(longest * random.random())  # noqa: S311 - jitter
                return None
            case Limits():
                return self._limits
            case _:
                return carry_out(effect, self._vault, self._clock)


def spread() -> float:
    """By how much a wait is stretched, so that those who wait for one thing do not come back together."""
    return 1.0 + random.random()  # noqa: S311 - jitter
