"""Which call log a caller wants, as the path and parameters of its pages (contract 11.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, TypedDict, get_args
from urllib.parse import parse_qs, urlsplit

from ringback.client.requests import api_time

from .known import CallType, Direction, RecordingType, Transport, View
from .phones import phone_filter

Scope = Literal["extension", "account"]

ACCOUNT_PATH = "/restapi/v1.0/account/~"
EXTENSION_PATH = f"{ACCOUNT_PATH}/extension/~"
MAX_PER_PAGE = 1000
ONE_SECOND = timedelta(seconds=1)
DEFAULT_SPAN = timedelta(hours=24)


def log_path(scope: Scope, extension_id: str | int | None = None) -> str:
    """The address of a call log. Raises ValueError for another scope, or an extension id that is none."""
    if scope not in get_args(Scope):
        raise ValueError(f"scope must be 'extension' or 'account', not {scope!r}")
    if scope == "account":
        if extension_id is not None:
            raise ValueError("extension_id goes with scope='extension'; extension_number filters a company's")
        return f"{ACCOUNT_PATH}/call-log"
    name = "~" if extension_id is None else str(extension_id)
    if name != "~" and not (name.isascii() and name.isdigit()):
        raise ValueError(f"extension_id must be an id in digits, not {name!r}")
    return f"{ACCOUNT_PATH}/extension/{name}/call-log"


Several = str | Sequence[str] | None


class CallFilters(TypedDict, total=False):
    """Which calls of a log, and how much of them: the arguments of `User.calls` (docs/calls.md)."""

    date_from: datetime | None
    date_to: datetime | None
    view: str
    direction: Several
    type: Several
    transport: Several
    phone_number: str | None
    extension_number: str | None
    session_id: str | None
    telephony_session_id: str | None
    show_blocked: bool | None
    recording_type: str | None
    with_recording: bool | None
    metadata_category: Several
    show_deleted: bool | None
    extension_id: str | int | None
    per_page: int


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
    direction: Several = None
    type: Several = None
    transport: Several = None
    phone_number: str | None = None
    extension_number: str | None = None
    session_id: str | None = None
    telephony_session_id: str | None = None
    show_blocked: bool | None = None
    recording_type: str | None = None
    with_recording: bool | None = None
    metadata_category: Several = None
    show_deleted: bool | None = None
    extension_id: str | int | None = None
    per_page: int = MAX_PER_PAGE

    def __post_init__(self) -> None:
        log_path(self.scope, self.extension_id)
        _known("view", self.view, get_args(View))
        _known("direction", self.direction, get_args(Direction))
        _known("type", self.type, get_args(CallType))
        _known("transport", self.transport, get_args(Transport))
        _known("recording_type", self.recording_type, get_args(RecordingType))
        if self.extension_number is not None:
            for name in ("phone_number", "session_id"):
                if getattr(self, name) is not None:
                    raise ValueError(f"{name} and extension_number cannot be given together (contract 11.1)")
        if self.phone_number is not None:
            phone_filter(self.phone_number)
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
        return log_path(self.scope, self.extension_id)

    @property
    def names_a_session(self) -> bool:
        """Is one call asked for, by its session? It is found whatever the window."""
        return self.session_id is not None or self.telephony_session_id is not None

    def page(self, number: int) -> dict[str, Any]:
        """The query parameters of one page, counted from 1."""
        return {
            "view": self.view,
            "dateFrom": self.date_from,
            "dateTo": self.date_to,
            "direction": listed(self.direction),
            "type": listed(self.type),
            "transport": listed(self.transport),
            "phoneNumber": None if self.phone_number is None else phone_filter(self.phone_number),
            "extensionNumber": self.extension_number,
            "sessionId": self.session_id,
            "telephonySessionId": self.telephony_session_id,
            "showBlocked": self.show_blocked,
            "recordingType": self.recording_type,
            "withRecording": self.with_recording,
            "metadataCategory": listed(self.metadata_category),
            "showDeleted": self.show_deleted,
            "page": number,
            "perPage": self.per_page,
        }

    def frozen(self, uri: str | None, now: datetime, *, newest: datetime) -> CallLogQuery:
        """The same log with the window that its first page was cut from, so that time moves neither end.

        The end is just after the newest call; the begin is the one in the page's own URI (contract 11.1), or
        24 hours before the end, where the server tells none.
        """
        return replace(
            self,
            date_from=self.date_from or date_from_in(uri) or (self.date_to or now) - DEFAULT_SPAN,
            date_to=self.date_to or just_after(newest),
        )


def just_after(moment: datetime) -> datetime:
    """The second after: right too for a server that compares whole seconds, or leaves the end itself out."""
    try:
        return moment.replace(microsecond=0) + ONE_SECOND
    except OverflowError:
        return moment


def date_from_in(uri: str | None) -> datetime | None:
    """The begin of the window that a page's URI has written out."""
    values = parse_qs(urlsplit(uri or "").query).get("dateFrom", [])
    try:
        told = datetime.fromisoformat(values[0]) if values else None
    except ValueError:
        return None
    return told if told and told.tzinfo else None


def listed(value: str | Sequence[str] | None) -> list[str]:
    """One value or several, as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _known(name: str, value: str | Sequence[str] | None, known: Sequence[str]) -> None:
    for one in listed(value):
        if one not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, not {one!r}")
