"""The inspector's decisions: which entries of the journal a visitor may see, which are asked for, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from ringback.platform.compared import Piece, pieces
from ringback.platform.faults import path_matches

PER_PAGE = 100
NO_APP = "none"
CONSOLE = ("/console", "/new-app")
STATUSES: Mapping[str, str] = {
    "": "Any",
    "refused": "Refused or failed",
    "2xx": "2xx",
    "3xx": "3xx",
    "4xx": "4xx",
    "5xx": "5xx",
    "0": "No answer",
}
_NAMED = frozenset({"query", "milliseconds", "family", "pkce", "fault", "method"})
_REDIRECT = ("redirectUriSent", "redirectUriRegistered", "redirectUriDiffersAt")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; "" asks for nothing in particular.

    `app` is a client ID or NO_APP; `path` a part of the path, or a pattern with `*` or `{name}`; `status` one
    of STATUSES or a status; `family` the tokens of one login. `console`: the console's own pages too.
    """

    app: str = ""
    path: str = ""
    status: str = ""
    family: str = ""
    console: bool = False

    def query(self, **more: str | int) -> str:
        """The filters in force as a query, for links that keep them."""
        kept = {"app": self.app, "path": self.path, "status": self.status, "family": self.family}
        kept["console"] = "yes" if self.console else ""
        return urlencode({**{name: value for name, value in kept.items() if value}, **more})

    @property
    def any(self) -> bool:
        """Is anything filtered?"""
        return self != Wanted(console=self.console)


@dataclass(frozen=True, slots=True)
class Difference:
    """A redirect URI that was sent, and the one that is registered: where they part (`at`, from 1)."""

    sent: list[Piece]
    registered: list[Piece]
    at: str

    @property
    def hidden(self) -> bool:
        """Is the difference in a part that is masked?"""
        return all(piece.same for piece in (*self.sent, *self.registered))


@dataclass(frozen=True, slots=True)
class Row:
    """One entry, as the list shows it. `status` 0: there was no answer. `others` are further details."""

    number: int
    entry: Mapping[str, Any]
    difference: Difference | None = None
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def at(self) -> str:
        """Date and time, UTC, to the second."""
        text: str = self.entry["time"]
        return f"{text[:10]} {text[11:19]}"

    @property
    def detail(self) -> Mapping[str, str]:
        """What the request's handlers noted; "" for what there is a place for and they did not."""
        return {**dict.fromkeys(_NAMED, ""), **self.entry["details"]}

    @property
    def status(self) -> int:
        status: int = self.entry["status"]
        return status

    @property
    def refused(self) -> bool:
        return is_refused(self.entry)


@dataclass(frozen=True, slots=True)
class Found:
    """Rows, newest first, and whether there are more of them."""

    rows: list[Row]
    more: bool


def is_refused(entry: Mapping[str, Any]) -> bool:
    """Was it refused, did it fail, or was there no answer?"""
    return entry["status"] >= 400 or entry["status"] == 0 or entry["errorCode"] is not None


def find(
    newest: Iterable[tuple[int, dict[str, Any]]],
    wanted: Wanted,
    own: frozenset[str] | None,
    *,
    after: int = 0,
    before: int | None = None,
    most: int = PER_PAGE,
) -> Found:
    """The newest entries asked for, numbered above `after` and below `before`, at most so many.

    `own` are the client IDs whose requests the visitor may see; None: every request.
    """
    rows: list[Row] = []
    for number, entry in newest:
        if number <= after:
            break
        if before is not None and number >= before:
            continue
        if (own is None or entry["clientId"] in own) and matches(entry, wanted):
            if len(rows) == most:
                return Found(rows, more=True)
            rows.append(row(number, entry))
    return Found(rows, more=False)


def matches(entry: Mapping[str, Any], wanted: Wanted) -> bool:
    """Is this entry asked for?"""
    path: str = entry["path"]
    if not wanted.console and path.startswith(CONSOLE) and not wanted.path.startswith(CONSOLE):
        return False
    if wanted.app and (entry["clientId"] or NO_APP) != wanted.app:
        return False
    if wanted.family and entry["details"].get("family") != wanted.family:
        return False
    return _path_matches(path, wanted.path) and _status_matches(entry, wanted.status)


def row(number: int, entry: dict[str, Any]) -> Row:
    """An entry as a row."""
    details: Mapping[str, str] = entry["details"]
    sent, registered, at = (details.get(name) for name in _REDIRECT)
    difference = None
    if sent is not None and registered is not None:
        difference = Difference(*_compared(sent, registered), at or "")
    others = {name: value for name, value in details.items() if name not in _NAMED.union(_REDIRECT)}
    return Row(number, entry, difference, others)


@lru_cache(maxsize=256)
def _compared(sent: str, registered: str) -> tuple[list[Piece], list[Piece]]:
    return pieces(sent, registered)


def _path_matches(path: str, wanted: str) -> bool:
    if "*" in wanted or "{" in wanted:
        return path_matches(wanted, path)
    return wanted.casefold() in path.casefold()


def _status_matches(entry: Mapping[str, Any], wanted: str) -> bool:
    if not wanted:
        return True
    if wanted == "refused":
        return is_refused(entry)
    status = str(entry["status"])
    return status == wanted or (wanted.endswith("xx") and status[:1] == wanted[:1] and len(status) == 3)
