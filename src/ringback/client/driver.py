"""The synchronous driver: performs the core's effects one after the other, and decides nothing."""

from __future__ import annotations

import random
import time
from typing import Any, TypeVar

from ringback.vault import Vault

from .clock import Clock
from .effects import (
    AcquireLease,
    DeleteLogin,
    DiscardTokens,
    Effect,
    Elapsed,
    LoadLogin,
    Now,
    PutLogin,
    ReleaseLease,
    Send,
    SpendState,
    Steps,
    StoreRefreshed,
    Wait,
)
from .transport import Transport

T = TypeVar("T")


class Driver:
    """Runs the core's steps over a vault, a transport and a clock. Safe to share between threads."""

    def __init__(self, vault: Vault, transport: Transport, clock: Clock) -> None:
        self._vault = vault
        self._transport = transport
        self._clock = clock

    def run(self, steps: Steps[T]) -> T:
        """What the steps return; an effect that fails raises into them, so that they can clean up."""
        try:
            effect = next(steps)
            while True:
                try:
                    result = self._perform(effect)
                except Exception as error:
                    effect = steps.throw(error)
                else:
                    effect = steps.send(result)
        except StopIteration as stop:
            value: T = stop.value
            return value

    def _perform(self, effect: Effect) -> Any:
        vault = self._vault
        match effect:
            case Send(request, deadline):
                return self._transport.send(request, seconds=deadline - time.monotonic())
            case LoadLogin(owner_id):
                return vault.load(owner_id)
            case Now():
                return self._clock.now()
            case Elapsed():
                return time.monotonic()
            case Wait(seconds):
                time.sleep(seconds * (1.0 + random.random()))  # noqa: S311 - jitter
            case AcquireLease(login):
                return vault.lease(login)
            case ReleaseLease(lease, finished):
                vault.release(lease, finished=finished)
            case StoreRefreshed(login, tokens):
                return vault.store_refreshed(login, tokens)
            case DeleteLogin(login):
                return vault.delete(login)
            case DiscardTokens(tokens):
                vault.discard(tokens, now=self._clock.now())
            case SpendState(transaction, expires_at):
                return vault.spend_state(
                    transaction.state.reveal(), now=self._clock.now(), expires_at=expires_at
                )
            case PutLogin(tokens, holder):
                return vault.put_login(tokens, holder, now=self._clock.now())
        return None
