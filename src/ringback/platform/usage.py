"""How often each app called each endpoint, by day, method and status: for analytics and readiness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ringback.platform.state import State, Table

KEPT_DAYS = 40
_MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Count:
    """So many calls of one app to one endpoint on one UTC day with one outcome.

    `operation` is the path template; `permission` the app permission it needs ("" for none); `error` the
    error code ("" for none).
    """

    day: date
    client_id: str
    method: str
    operation: str
    permission: str
    status: int
    error: str
    calls: int


class Usage:
    """Counters of one world; days older than forty are forgotten."""

    def __init__(self, state: State) -> None:
        self._counts: Table[int] = state.table("usage", int)
        self._newest = ""

    def record(
        self,
        now: datetime,
        client_id: str,
        method: str,
        operation: str,
        permission: str | None,
        status: int,
        error: str | None,
    ) -> None:
        """One more call."""
        day = now.astimezone(UTC).date().isoformat()
        key = f"{day} {client_id} {method} {operation} {permission or '-'} {status} {error or '-'}"
        self._counts[key] = self._counts.get(key, 0) + 1
        if day > self._newest:
            self._newest = day
            oldest = (now.astimezone(UTC).date() - timedelta(days=KEPT_DAYS)).isoformat()
            for old in [kept for kept in self._counts if kept[:10] < oldest]:
                del self._counts[old]
        if len(self._counts) > _MOST_ROWS:
            self._counts.drop_oldest()

    def of_app(self, client_id: str, since: date, until: date) -> Iterator[Count]:
        """An app's counts of the UTC days from `since` to `until`, both included."""
        for key, calls in list(self._counts.items()):
            if key[11 : 11 + len(client_id)] != client_id:
                continue
            day, owner, method, operation, permission, status, error = key.split(" ")
            if owner == client_id and since.isoformat() <= day <= until.isoformat():
                yield Count(
                    day=date.fromisoformat(day),
                    client_id=owner,
                    method=method,
                    operation=operation,
                    permission="" if permission == "-" else permission,
                    status=int(status),
                    error="" if error == "-" else error,
                    calls=calls,
                )

    def forget(self, client_id: str) -> None:
        """Drop the counts of an app that is no more."""
        for key in [kept for kept in self._counts if kept.split(" ", 2)[1] == client_id]:
            del self._counts[key]
