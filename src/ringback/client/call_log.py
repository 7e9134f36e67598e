"""Which call log a caller wants, as the path and parameters of its pages (contract 11.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from .requests import api_time

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


@dataclass(frozen=True, slots=True)
class CallLogQuery:
    """One call log: scope, window and filters. Both ends of the window are aware datetimes.

    Raises ValueError for a value RingCentral would refuse, before anything is sent.
    """

    scope: Scope
    date_to: datetime
    date_from: datetime | None = None
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
        api_time(self.date_to, "date_to")
        if self.date_from is not None:
            api_time(self.date_from, "date_from")
            if self.date_from > self.date_to:
                raise ValueError("date_from lies after date_to")

    @property
    def path(self) -> str:
        """The path of the log."""
        return _PATHS[self.scope]

    def page(self, number: int) -> dict[str, Any]:
        """The query parameters of one page, counted from 1; the window is the same for every page."""
        return {
            "view": self.view,
            "dateFrom": self.date_from,
            "dateTo": self.date_to,
            "direction": _listed(self.direction),
            "type": _listed(self.type),
            "page": number,
            "perPage": self.per_page,
        }


def _listed(value: str | Sequence[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _known(name: str, value: str | Sequence[str] | None, known: Sequence[str]) -> None:
    for one in _listed(value):
        if one not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, not {one!r}")
