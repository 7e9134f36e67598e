"""`CallSync`: the changes of a call log since a state, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ringback.client.effects import Steps

from .sync_changes import Change
from .sync_steps import Syncer

if TYPE_CHECKING:
    from .sync_changes import CallSet

Run = Callable[[Steps[Sequence[Change]]], Sequence[Change]]


class CallSync(Iterator[Change]):
    """Changes to follow, in order. `state` is a string to keep: it moves on with each batch followed.

    Keep it together with what you made of the changes. A sync that is left half-way goes on from there; a few
    changes may come a second time then, which changes nothing.
    """

    def __init__(self, run: Run, syncer: Syncer, state: str | None) -> None:
        self._run = run
        self._syncer = syncer
        self._changes = self._each()
        self.state = state

    def __next__(self) -> Change:
        return next(self._changes)

    def into(self, held: CallSet) -> int:
        """Follow all changes in a CallSet, its state too; how many there were."""
        count = 0
        for change in self:
            held.apply(change)
            count += 1
        held.state = self.state
        return count

    def _each(self) -> Iterator[Change]:
        while self._syncer.more():
            yield from self._run(self._syncer.batch())
            self.state = self._syncer.state
