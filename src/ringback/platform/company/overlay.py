"""What happened beside the schedule: added calls, deleted and amended records. Kept in the state."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ringback.platform.state import State, Table

from .call import Call, Entry

_MARKS_KEPT = 50


class Mark(msgspec.Struct, frozen=True):
    """At `at`, everything of an extension that began until `until` was deleted (milliseconds since 1970)."""

    until: int
    at: int


class Amendment(msgspec.Struct, frozen=True):
    """From `at` on (milliseconds since 1970) a record reads like this."""

    entry: Entry
    at: int


@dataclass(frozen=True, slots=True)
class Deletion:
    """A record was deleted from a log at `at` (milliseconds since 1970)."""

    record_id: str
    at: int


class Overlay:
    """Added calls by session id, deleted records by log, amendments by record id.

    An extension's log and the company log are deleted from separately (contract 11.4). Times may lie ahead:
    what is to happen then is told already. Changes are made under the world's lock.
    """

    def __init__(self, state: State) -> None:
        self.calls: Table[Call] = state.table("added-calls", Call)
        self._deleted: Table[dict[str, int]] = state.table("deleted-records", dict[str, int])
        self._marks: Table[tuple[Mark, ...]] = state.table("deleted-until", tuple[Mark, ...])
        self._amended: Table[Amendment] = state.table("amended-records", Amendment)
        self.added = 0  # changes whenever calls are added, or all are replaced
        state.on_load(self._calls_changed)

    def _calls_changed(self) -> None:
        self.added += 1

    def add(self, call: Call) -> None:
        """One more call."""
        self.calls[call.session_id] = call
        self._calls_changed()

    def delete(self, extension_id: int | None, record_id: str, at: int) -> None:
        """Delete a record from one log at a time; it stays deleted from the first time on."""
        key = _scope(extension_id)
        found = self._deleted.get(key, {})
        self._deleted[key] = {**found, record_id: min(at, found.get(record_id, at))}

    def delete_until(self, extension_id: int, until: int, at: int) -> None:
        """Delete at `at` all that shows then of what began until `until` in an extension's log."""
        key = _scope(extension_id)
        marks = (*self._marks.get(key, ()), Mark(until, at))
        if len(marks) > _MARKS_KEPT:
            marks = tuple(
                mark
                for n, mark in enumerate(marks)
                if not any(mark.until <= later.until and mark.at <= later.at for later in marks[n + 1 :])
            )
        self._marks[key] = marks

    def amend(self, entry: Entry, at: int) -> None:
        """From `at` on the record with this entry's id reads like this."""
        self._amended[entry.id] = Amendment(entry, at)

    def deletions(self, extension_id: int | None, now_ms: int) -> list[Deletion]:
        """Which single records were deleted from a log by now."""
        found = self._deleted.get(_scope(extension_id))
        return [Deletion(key, at) for key, at in found.items() if at <= now_ms] if found else []

    def deleted_ms(self, extension_id: int | None, record_id: str) -> int | None:
        """When this single record is deleted from a log; None: never."""
        return self._deleted.get(_scope(extension_id), {}).get(record_id)

    def marks(self, extension_id: int | None, now_ms: int) -> list[Mark]:
        """What was deleted as a whole from an extension's log by now."""
        if extension_id is None:
            return []
        return [mark for mark in self._marks.get(_scope(extension_id), ()) if mark.at <= now_ms]

    def amendment(self, record_id: str, now_ms: int) -> Amendment | None:
        """How a record reads by now, if it was amended."""
        found = self._amended.get(record_id)
        return found if found is not None and found.at <= now_ms else None

    def amended(self, after_ms: int, now_ms: int) -> list[str]:
        """The ids of the records amended in this time, its end included."""
        return [key for key, found in list(self._amended.items()) if after_ms < found.at <= now_ms]


def _scope(extension_id: int | None) -> str:
    return "company" if extension_id is None else str(extension_id)
