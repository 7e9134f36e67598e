"""The asynchronous driver (asyncio): performs the core's effects, and decides nothing.

A vault whose back end blocks is called in threads of its own. Such a call cannot be stopped half-way: a task
that is cancelled during one waits for it, hands its result to the steps, and only then tells them
`Abandoned`. So a lease that was taken is always given back, and tokens that were stored are known to be.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from ringback.vault import Vault, VaultUnavailable
from ringback.vault.memory import MemoryStore

from .clock import Clock, SystemClock
from .driver import spread
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
from .transports.async_transport import AsyncTransport
from .vault_effects import carry_out

T = TypeVar("T")
_THREADS = 8
_CLOCK_SECONDS = 2.0  # a cancelled wait keeps its thread no longer than this


class _Performed(NamedTuple):
    """What an effect gave, and the cancellation that came while it could not be stopped."""

    result: Any
    cancelled: asyncio.CancelledError | None = None


class AsyncDriver(Hooked):
    """Runs the core's steps over a vault, a transport and a clock, for any number of tasks of one loop."""

    def __init__(self, vault: Vault, transport: AsyncTransport, clock: Clock) -> None:
        self._vault = vault
        self._transport = transport
        self._clock = clock
        self._limits = LimitMemory()
        self._vault_blocks = not isinstance(vault.store, MemoryStore)
        self._clock_blocks = not isinstance(clock, SystemClock)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="ringback-vault")
        self._closed = False

    async def close(self) -> None:
        """Close the transport and the vault; calls that have begun in a thread end there."""
        if self._closed:
            return
        self._closed = True
        await self._transport.close()
        await self._finish(self._vault.close, after_close=True)
        self._threads.shutdown(wait=False)

    async def run(self, steps: Steps[T]) -> T:
        """What the steps return; an effect that fails raises into them, so that they can clean up."""
        cancelled: asyncio.CancelledError | None = None
        if self.hooks:
            steps = observed(steps)
        try:
            effect = next(steps)
            while True:
                try:
                    result, cancelled = await self._perform(effect)
                except asyncio.CancelledError as cancellation:
                    cancelled = cancellation
                except Exception as error:
                    effect = steps.throw(error)
                    continue
                else:
                    effect = steps.send(result)
                if cancelled is not None:
                    await self._clean_up(steps)
                    raise cancelled
        except StopIteration as stop:
            if cancelled is not None:
                raise cancelled from None
            value: T = stop.value
            return value
        except Exception as error:
            if cancelled is not None:
                raise cancelled from error
            raise

    async def _clean_up(self, steps: Steps[Any]) -> None:
        """Tell the steps that their caller gave up, and perform what they still ask for."""
        with suppress(StopIteration, Abandoned, Exception):
            effect = steps.throw(Abandoned())
            while True:
                try:
                    result, _ = await self._perform(effect, stoppable=False)
                except Exception as error:
                    effect = steps.throw(error)
                else:
                    effect = steps.send(result)

    async def _perform(self, effect: Effect, *, stoppable: bool = True) -> _Performed:
        match effect:
            case Send(request, deadline):
                return _Performed(await self._transport.send(request, seconds=deadline - time.monotonic()))
            case Emit(event):
                self.tell(event)
                return _Performed(None)
            case Elapsed():
                return _Performed(time.monotonic())
            case Wait(seconds):
                await asyncio.sleep(seconds * spread())
                return _Performed(None)
            case WaitUntil(moment, deadline):
                await self._wait_until(moment, deadline)
                return _Performed(None)
            case Pause(longest):
                await asyncio.sleep(longest * random.random())  # noqa: S311 - jitter
                return _Performed(None)
            case Limits():
                return _Performed(self._limits)
            case OnFiles(call):
                blocks = True
            case Now():
                call, blocks = self._clock.now, self._clock_blocks
            case _:
                blocks = self._vault_blocks or self._clock_blocks

                def call() -> Any:
                    return carry_out(effect, self._vault, self._clock)

        return await self._finish(call, stoppable=stoppable) if blocks else _Performed(call())

    async def _wait_until(self, moment: float, deadline: float) -> None:
        """Wait for the clock; one that blocks is waited for in threads of its own, a little at a time."""
        if not self._clock_blocks:
            await asyncio.sleep(max(0.0, min(moment - self._clock.now(), deadline - time.monotonic())))
            return
        while (left := deadline - time.monotonic()) > 0:
            seconds = min(left, _CLOCK_SECONDS)
            if await asyncio.to_thread(self._clock.wait_until, moment, seconds):
                return

    async def _finish(
        self, call: Callable[[], Any], *, stoppable: bool = False, after_close: bool = False
    ) -> _Performed:
        """Call in a thread and wait until it has returned; cancelled before it began, it is not made."""
        if self._closed and not after_close:
            raise VaultUnavailable("The client was closed", remedy="Make a new client.")
        running = self._threads.submit(call)
        over = asyncio.wrap_future(running)
        cancelled: asyncio.CancelledError | None = None
        while not over.done():
            try:
                await asyncio.wait([over])
            except asyncio.CancelledError as cancellation:
                if stoppable and running.cancel():
                    raise
                cancelled = cancellation
        if cancelled is not None and over.exception() is not None:
            raise cancelled from over.exception()
        return _Performed(over.result(), cancelled)
