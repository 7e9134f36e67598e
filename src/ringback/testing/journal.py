"""What was asked of a test's world, and why it was refused: the journal, as objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .talk import control


@dataclass(frozen=True, slots=True)
class Entry:
    """One request: `path` without its query, secrets masked; `why` it was refused, in words."""

    time: datetime
    method: str
    path: str
    status: int
    error_code: str | None
    client_id: str | None
    extension_id: str | None
    grant_type: str | None
    why: str | None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Entry:
        """An entry as `/_local/journal` writes it."""
        return cls(
            time=datetime.fromisoformat(told["time"]),
            method=told["method"],
            path=told["path"],
            status=told["status"],
            error_code=told["errorCode"],
            client_id=told["clientId"],
            extension_id=told["extensionId"],
            grant_type=told["grantType"],
            why=told["why"],
        )

    def __str__(self) -> str:
        """One line, as a person reads it."""
        words = [f"{self.time:%H:%M:%S}", self.method, self.path, str(self.status)]
        words += [word for word in (self.grant_type, self.error_code) if word]
        return " ".join(words) + (f": {self.why}" if self.why else "")


class Journal:
    """The requests of this world, oldest first. Controls and static files are not in it."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    @property
    def entries(self) -> list[Entry]:
        """All of them."""
        return [Entry.of(told) for told in control("GET", self._base_url, "journal")["entries"]]

    def refused(self) -> list[Entry]:
        """Those that were answered with an error (a status of 400 or above)."""
        return [entry for entry in self.entries if entry.status >= 400]

    def find(self, **fields: Any) -> list[Entry]:
        """Those in which all these fields have these values: find(path="/restapi/oauth/token", status=200).

        `path` may be without the world's own prefix, as it is written. TypeError for a field that none has.
        """
        unknown = sorted(set(fields) - set(Entry.__slots__))
        if unknown:
            raise TypeError(f"an entry has no {unknown[0]}; it has: {', '.join(Entry.__slots__)}")
        return [
            entry
            for entry in self.entries
            if all(getattr(entry, name) == value for name, value in fields.items())
        ]

    def clear(self) -> None:
        """Empty it."""
        control("DELETE", self._base_url, "journal")

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)
