"""An app's calls as sums for charts and tables: by day, and by endpoint and status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ringback.platform.usage import Count

SPANS = (7, 14, 40)
OUTCOMES = ("successful", "refused", "limited", "failed")


@dataclass(frozen=True, slots=True)
class Sum:
    """So many calls of each outcome, in the order of OUTCOMES: 2xx and 3xx, other 4xx, 429, 5xx."""

    name: str
    calls: tuple[int, int, int, int]

    @property
    def total(self) -> int:
        return sum(self.calls)


@dataclass(frozen=True, slots=True)
class Line:
    """One endpoint with one status (and error code, "" for none): the table's finest rows."""

    method: str
    path: str
    status: int
    error: str
    calls: int


def by_day(counts: Iterable[Count], until: date, days: int) -> list[Sum]:
    """One sum for each of so many UTC days up to `until`, oldest first; days without calls too."""
    found: dict[date, list[int]] = {
        until - timedelta(days=back): [0, 0, 0, 0] for back in range(days - 1, -1, -1)
    }
    for count in counts:
        if count.day in found:
            found[count.day][_outcome(count.status)] += count.calls
    return [Sum(day.isoformat(), _four(calls)) for day, calls in found.items()]


def by_endpoint(counts: Iterable[Count]) -> list[Sum]:
    """One sum for each endpoint, the most called first."""
    found: dict[str, list[int]] = {}
    for count in counts:
        calls = found.setdefault(f"{count.method} {count.operation}", [0, 0, 0, 0])
        calls[_outcome(count.status)] += count.calls
    sums = [Sum(name, _four(calls)) for name, calls in found.items()]
    return sorted(sums, key=lambda one: (-one.total, one.name))


def lines(counts: Iterable[Count]) -> list[Line]:
    """Calls by endpoint, status and error code."""
    found: dict[tuple[str, str, int, str], int] = {}
    for count in counts:
        key = (count.operation, count.method, count.status, count.error)
        found[key] = found.get(key, 0) + count.calls
    return [
        Line(method, path, status, error, calls)
        for (path, method, status, error), calls in sorted(found.items())
    ]


def _outcome(status: int) -> int:
    if status == 429:
        return 2
    return 0 if status < 400 else 1 if status < 500 else 3


def _four(calls: list[int]) -> tuple[int, int, int, int]:
    successful, refused, limited, failed = calls
    return successful, refused, limited, failed
