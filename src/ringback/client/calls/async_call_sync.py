"""`AsyncCallSync`: `CallSync` for asyncio."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from ringback.client.effects import Steps

from .sync_changes import Change
from .sync_steps import Syncer

if TYPE_CHECKING:
    from .sync_changes import CallSet

Run = Callable[[Steps[Sequence[Change]]], Awaitable[Sequence[Change]]]


class AsyncCallSync(AsyncIterator[Change]):
    """Changes to follow, in order; see `CallSync`."""

    def __init__(self, run: Run, syncer: Syncer, state: str | None) -> None:
        self._run = run
        self._syncer = syncer
        self._changes = self._each()
        self.state = state

    async def __anext__(self) -> Change:
        return await anext(self._changes)

    async def into(self, held: CallSet) -> int:
        """Follow all changes in a CallSet, its state too; how many there were."""
        count = 0
        async for change in self:
            held.apply(change)
            count += 1
        held.state = self.state
        return count

    async def _each(self) -> AsyncIterator[Change]:
        while self._syncer.more():
            for change in await self._run(self._syncer.batch()):
                yield change
            self.state = self._syncer.state
