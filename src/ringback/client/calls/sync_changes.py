"""What a sync tells: changes to a copy of a call log, and the smallest copy there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ringback.client.records import CallRecord


@dataclass(frozen=True, slots=True)
class Upsert:
    """This record is new, or reads like this now."""

    record: CallRecord


@dataclass(frozen=True, slots=True)
class Delete:
    """The record with this id was deleted."""

    record_id: str


@dataclass(frozen=True, slots=True)
class Restart:
    """Forget what you hold that began at `since` or later: all of it follows anew."""

    since: datetime


Change = Upsert | Delete | Restart


class CallSet:
    """A copy of a call log, in memory, by id. `state` is what the next sync goes on from."""

    def __init__(self, state: str | None = None, records: Iterable[CallRecord] | None = None) -> None:
        self.state = state
        self._records = {record.id: record for record in records or ()}

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._records

    def __iter__(self) -> Iterator[CallRecord]:
        """The records, newest first."""
        return iter(sorted(self._records.values(), key=lambda one: (one.start_time, one.id), reverse=True))

    def get(self, record_id: str) -> CallRecord | None:
        """The record with this id."""
        return self._records.get(record_id)

    def apply(self, change: Change) -> None:
        """Follow one change; the same change twice does nothing more."""
        match change:
            case Upsert(record):
                self._records[record.id] = record
            case Delete(record_id):
                self._records.pop(record_id, None)
            case Restart(since):
                kept = {key: one for key, one in self._records.items() if one.start_time < since}
                self._records = kept
