"""Which call log a caller wants, as the path and parameters of its pages (contract 11.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, urlsplit

from .requests import api_time

if TYPE_CHECKING:
    from .records import CallLogPage

Scope = Literal["extension", "account"]

EXTENSION_PATH = "/restapi/v1.0/account/~/extension/~"
_PATHS = {
    "extension": f"{EXTENSION_PATH}/call-log",
    "account": "/restapi/v1.0/account/~/call-log",
}
_VIEWS = ("Simple", "Detailed")
_DIRECTIONS = ("Inbound", "Outbound")
_TYPES = ("Voice", "Fax")
MAX_PER_PAGE = 1000
_ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class CallLogQuery:
    """One call log: scope, window and filters. Both ends of the window are aware datetimes.

    An end that is None is the server's: now, and 24 hours before the other end.
    Raises ValueError for a value RingCentral would refuse, before anything is sent.
    """

    scope: Scope
    date_from: datetime | None = None
    date_to: datetime | None = None
    view: str = "Simple"
    direction: str | Sequence[str] | None = None
    type: str | Sequence[str] | None = None
    per_page: int = 250

    def __post_init__(self) -> None:
        if self.scope not in _PATHS:
            raise ValueError(f"scope must be 'extension' or 'account', not {self.scope!r}")
        _known("view", self.view, _VIEWS)
        _known("direction", self.direction, _DIRECTIONS)
        _known("type", self.type, _TYPES)
        if not 1 <= self.per_page <= MAX_PER_PAGE:
            raise ValueError(f"per_page must be 1 to {MAX_PER_PAGE}")
        for name, end in (("date_from", self.date_from), ("date_to", self.date_to)):
            if end is not None:
                api_time(end, name)
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise ValueError("date_from lies after date_to")

    @property
    def path(self) -> str:
        """The path of the log."""
        return _PATHS[self.scope]

    def page(self, number: int) -> dict[str, Any]:
        """The query parameters of one page, counted from 1."""
        return {
            "view": self.view,
            "dateFrom": self.date_from,
            "dateTo": self.date_to,
            "direction": _listed(self.direction),
            "type": _listed(self.type),
            "page": number,
            "perPage": self.per_page,
        }

    def frozen(self, first: CallLogPage) -> CallLogQuery:
        """The same log with the window that its first page was cut from, so that new calls shift no page.

        The end is just after the newest call; the begin is the one in the page's own URI (contract 11.1).
        """
        return replace(
            self,
            date_from=self.date_from or _date_from_in(first.uri),
            date_to=self.date_to or _just_after(record.start_time for record in first.records),
        )


def _just_after(times: Iterable[datetime]) -> datetime | None:
    newest = max(times, default=None)
    try:
        return newest + _ONE_SECOND if newest else None
    except OverflowError:
        return newest


def _date_from_in(uri: str | None) -> datetime | None:
    values = parse_qs(urlsplit(uri or "").query).get("dateFrom", [])
    try:
        told = datetime.fromisoformat(values[0]) if values else None
    except ValueError:
        return None
    return told if told and told.tzinfo else None


def _listed(value: str | Sequence[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _known(name: str, value: str | Sequence[str] | None, known: Sequence[str]) -> None:
    for one in _listed(value):
        if one not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, not {one!r}")
