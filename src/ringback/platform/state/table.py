"""Rows of one kind by key: a dictionary that knows which of its rows have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

V = TypeVar("V")
_ABSENT: Any = object()
_AT_ONCE = 256


class Table(dict[str, V]):
    """A dictionary from key to row, in the order in which the keys came.

    Rows are values that are not changed in place; where one is, `touch` says so. `changed` holds the keys
    whose rows a state file has not seen yet, in order, True where the key went to the end; it is None, and
    nothing is noted, where there is no file.
    """

    __slots__ = ("_oldest", "changed", "name", "of", "snapshot")

    def __init__(self, name: str, of: Any, *, snapshot: bool = True, kept_in_file: bool = False) -> None:
        super().__init__()
        self.name = name
        self.of = of
        self.snapshot = snapshot
        self.changed: dict[str, bool] | None = {} if kept_in_file else None
        # The first keys, last first, as `drop_oldest` found them; empty once keys may have moved.
        self._oldest: list[str] = []

    def touch(self, key: str) -> None:
        """The row of this key was changed in place."""
        if self.changed is not None:
            self.changed.setdefault(key, False)

    def __setitem__(self, key: str, row: V) -> None:
        if self.changed is not None:
            self._note(key, last=key not in self)
        super().__setitem__(key, row)

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._oldest.clear()
        if self.changed is not None:
            self.changed.setdefault(key, False)

    def pop(self, key: str, default: Any = _ABSENT) -> Any:
        if self.changed is not None and key in self:
            self.changed.setdefault(key, False)
        self._oldest.clear()
        return super().pop(key) if default is _ABSENT else super().pop(key, default)

    def drop_oldest(self) -> str:
        """Take out the row whose key came first; its key. KeyError when there is none."""
        if not self._oldest:
            # Many at once: a dictionary walks past the gaps of all that were taken out before the first key.
            self._oldest = list(islice(self, _AT_ONCE))[::-1]
            if not self._oldest:
                raise KeyError("the table is empty")
        key = self._oldest.pop()
        super().__delitem__(key)
        if self.changed is not None:
            self.changed.setdefault(key, False)
        return key

    def clear(self) -> None:
        if self.changed is not None:
            for key in self:
                self.changed.setdefault(key, False)
        self._oldest.clear()
        super().clear()

    def setdefault(self, key: str, default: V = None) -> V:  # type: ignore[assignment]
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, rows: Mapping[str, V] | Iterable[tuple[str, V]] = (), /, **more: V) -> None:  # type: ignore[override]
        for key, row in dict(rows, **more).items():
            self[key] = row

    def move_to_end(self, key: str) -> None:
        """Make the row the newest. KeyError when there is none."""
        super().__setitem__(key, super().pop(key))
        self._oldest.clear()
        if self.changed is not None:
            self._note(key, last=True)

    def _note(self, key: str, *, last: bool) -> None:
        assert self.changed is not None
        if last:
            self.changed.pop(key, None)
            self.changed[key] = True
        else:
            self.changed.setdefault(key, False)

    def fill(self, rows: Iterator[tuple[str, V]]) -> None:
        """Take these rows as they are, as unchanged ones; for the state that loads them."""
        self._oldest.clear()
        super().clear()
        super().update(rows)
