"""The journal: what was asked of the platform and why it was refused, without secrets; the newest 10,000."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ringback.platform.clock import iso
from ringback.platform.redacted import shown_path, shown_query
from ringback.platform.state import State, Table

KEPT = 10_000
_SHOWN = (*("time", "method", "path", "status", "errorCode", "clientId", "extensionId", "grantType", "why"),)
_NOT_WRITTEN = ("/_local/", "/_static/", "/console/live/")


@dataclass(slots=True)
class Note:
    """What a request's handlers learn on the way, for its entry.

    `operation` is the path template of an API operation, `permission` the app permission it needs, `group`
    its rate-limit group; `details` is anything more for the inspector. None of it is ever a secret. Of the
    request's `query` the journal shows what it may; `began` is the real time, in seconds, of its start.
    """

    client_id: str | None = None
    extension_id: int | None = None
    grant_type: str | None = None
    error_code: str | None = None
    why: str | None = None
    operation: str | None = None
    permission: str | None = None
    group: str | None = None
    details: dict[str, str] = field(default_factory=dict)
    query: bytes = field(default=b"", repr=False)
    began: float = field(default_factory=time.perf_counter)


def is_written(path: str) -> bool:
    """Does a request for this path get an entry? Controls, static and self-refreshing pages do not."""
    return not path.startswith(_NOT_WRITTEN)


class Journal:
    """A ring of entries, oldest first. Callers hold the world's lock."""

    def __init__(self, kept: int = KEPT, state: State | None = None) -> None:
        self._entries: Table[dict[str, Any]] = (state or State()).table(
            "journal", dict[str, Any], snapshot=False
        )
        self._kept = kept
        self._last = max(map(int, self._entries), default=0)

    def write(self, now: datetime, method: str, path: str, status: int, note: Note) -> None:
        """Add one entry; `path` has no query, and what looks like a secret in it is masked."""
        details = {**note.details, "milliseconds": f"{(time.perf_counter() - note.began) * 1000:.1f}"}
        if note.query:
            details["query"] = shown_query(note.query)
        entry: dict[str, Any] = {
            "time": iso(now),
            "method": method[:20],
            "path": shown_path(path),
            "status": status,
            "errorCode": note.error_code,
            "clientId": note.client_id,
            "extensionId": None if note.extension_id is None else str(note.extension_id),
            "grantType": note.grant_type,
            "why": note.why,
            "operation": note.operation,
            "permission": note.permission,
            "group": note.group,
            "details": details,
        }
        self._last += 1
        self._entries[str(self._last)] = entry
        if len(self._entries) > self._kept:
            self._entries.drop_oldest()

    def entries(self) -> list[dict[str, Any]]:
        """All entries, oldest first, each with the fields that design.md fixes."""
        return [self.shown(entry) for entry in self._entries.values()]

    @staticmethod
    def shown(entry: dict[str, Any]) -> dict[str, Any]:
        """The fields of an entry that design.md fixes."""
        return {name: entry[name] for name in _SHOWN}

    @property
    def last(self) -> int:
        """The number of the newest entry there ever was; 0 for none."""
        return self._last

    def numbered(self, after: int = 0) -> list[tuple[int, dict[str, Any]]]:
        """The entries whose number is above `after`, with their numbers and all they hold, oldest first."""
        return [(int(key), entry) for key, entry in self._entries.items() if int(key) > after]

    def newest(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """All entries with their numbers and all they hold, newest first."""
        return ((int(key), entry) for key, entry in reversed(self._entries.items()))

    def clear(self) -> None:
        """Empty it; numbers go on."""
        self._entries.clear()
