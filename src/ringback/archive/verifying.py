"""Comparing a window of the archive with the log itself: what is missing, extra or different (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from .coverage import Stretch, joined
from .rows import record_of
from .values import Held, Window

if TYPE_CHECKING:
    from ringback.client.records import CallRecord


@dataclass(frozen=True, slots=True)
class Checked:
    """A window that was compared: how many records the log has there, and ids of those that are not right.

    `held`, `deleted`: how many the archive has there that are in the log, and that are gone from it.
    `unread`: no sync has read it yet, and it was not compared. `missing`: the log has it, the archive does
    not (or has marked it as gone). `extra`: the other way round. `different`: they read otherwise. `newer`:
    changed since the last sync, which says nothing against it.
    """

    window: Window
    count: int = 0
    held: int = 0
    deleted: int = 0
    unread: bool = False
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Was it compared, and is nothing missing, extra or different?"""
        return not (self.unread or self.missing or self.extra or self.different)


def compared(
    window: Window, records: Iterable[CallRecord], held: Mapping[str, Held], synced_at: datetime
) -> Checked:
    """What the log has in a window against what the archive holds of it."""
    live = {key: one for key, one in held.items() if one.deleted_at is None}
    missing, different, newer, seen = [], [], [], set()
    for record in records:
        seen.add(record.id)
        modified = record.last_modified_time
        if record.id in live and _same(record, live[record.id]):
            continue
        if modified is not None and modified > synced_at:
            newer.append(record.id)
        elif record.id in live:
            different.append(record.id)
        else:
            missing.append(record.id)
    extra = sorted(set(live) - seen)
    return Checked(
        window,
        len(seen),
        held=len(live),
        deleted=len(held) - len(live),
        missing=tuple(missing),
        extra=tuple(extra),
        different=tuple(different),
        newer=tuple(newer),
    )


@dataclass(slots=True)
class Verified:
    """What all windows together have proven; `add` each, newest first."""

    windows: int = 0
    wrong: int = 0
    unread: int = 0
    count: int = 0
    held: int = 0
    deleted: int = 0
    newer: int = 0
    proven: list[Stretch] = field(default_factory=list)

    def add(self, checked: Checked) -> None:
        """One window more."""
        self.windows += 1
        self.wrong += not checked.right and not checked.unread
        self.unread += checked.unread
        self.count += checked.count
        self.held += checked.held
        self.deleted += checked.deleted
        self.newer += len(checked.newer)
        if checked.right:
            self.proven = joined([*self.proven, Stretch(checked.window.begin, checked.window.end)])

    @property
    def right(self) -> bool:
        """Is the archive the log, without a gap?"""
        return self.windows > 0 and not (self.wrong or self.unread) and len(self.proven) == 1


def _same(record: CallRecord, held: Held) -> bool:
    """Do they say the same? The address is left aside: it depends on how the record was asked for."""
    from msgspec.structs import replace

    return replace(record, original=None, uri=None) == replace(record_of(held.json), original=None, uri=None)
