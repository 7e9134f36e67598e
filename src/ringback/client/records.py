"""Typed records of the API: extensions, and call log records with their legs (contract 10, 11.2, 11.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from ringback.oauth.errors import UnusableAnswer


class _Record(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Unknown fields are ignored; a field the server left out has its default."""


class Contact(_Record, frozen=True, gc=False):
    """How to reach an extension's owner."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    email: str | None = None
    business_phone: str | None = None


class Permission(_Record, frozen=True, gc=False):
    """Whether one kind of permission is on."""

    enabled: bool = False


class ExtensionPermissions(_Record, frozen=True, gc=False):
    """What an extension may do, in broad strokes."""

    admin: Permission | None = None
    international_calling: Permission | None = None


class Extension(_Record, frozen=True, gc=False):
    """A user, queue or other extension of the account."""

    id: int
    uri: str | None = None
    extension_number: str | None = None
    name: str | None = None
    type: str | None = None
    status: str | None = None
    contact: Contact | None = None
    permissions: ExtensionPermissions | None = None


class Party(_Record, frozen=True, gc=False):
    """One end of a call. `name` is absent for unknown numbers."""

    phone_number: str | None = None
    extension_number: str | None = None
    extension_id: str | int | None = None
    name: str | None = None
    location: str | None = None


class ExtensionRef(_Record, frozen=True, gc=False):
    """Which extension a record or leg belongs to."""

    id: int | None = None
    uri: str | None = None


class RecordingRef(_Record, frozen=True, gc=False):
    """The recording of a call."""

    id: str
    uri: str | None = None
    type: str | None = None
    content_uri: str | None = None


class Leg(_Record, frozen=True, gc=False):
    """One stretch of a call; only in the Detailed view. `duration` is in seconds."""

    start_time: datetime | None = None
    duration: int | None = None
    type: str | None = None
    direction: str | None = None
    action: str | None = None
    result: str | None = None
    leg_type: str | None = None
    master: bool = False
    from_: Party | None = msgspec.field(default=None, name="from")
    to: Party | None = None
    extension: ExtensionRef | None = None


class CallRecord(_Record, frozen=True, gc=False):
    """One call in a call log. `start_time` is aware, in UTC; `duration` is in seconds, None while it runs."""

    id: str
    session_id: str
    start_time: Annotated[datetime, msgspec.Meta(tz=True)]
    type: str
    direction: str
    action: str | None = None
    result: str | None = None
    reason: str | None = None
    duration: int | None = None
    telephony_session_id: str | None = None
    from_: Party | None = msgspec.field(default=None, name="from")
    to: Party | None = None
    extension: ExtensionRef | None = None
    recording: RecordingRef | None = None
    uri: str | None = None
    last_modified_time: datetime | None = None
    legs: tuple[Leg, ...] = ()


class _Link(_Record, frozen=True, gc=False):
    uri: str


class _Navigation(_Record, frozen=True, gc=False):
    next_page: _Link | None = None


class CallLogPage(_Record, frozen=True, gc=False):
    """One page of a call log. `uri` has the filters that were in effect written out."""

    uri: str | None = None
    records: tuple[CallRecord, ...] = ()
    navigation: _Navigation = _Navigation()

    @property
    def has_next(self) -> bool:
        """A client pages until nextPage is missing (contract 11.1)."""
        return self.navigation.next_page is not None


# ValueError: bytes that are not UTF-8; RecursionError: an answer nested without end.
_NOT_THAT = (msgspec.DecodeError, ValueError, RecursionError)
_extension = msgspec.json.Decoder(Extension)
_call_log_page = msgspec.json.Decoder(CallLogPage)


def extension_from(body: bytes) -> Extension:
    """The extension in an answer. Raises UnusableAnswer when there is none."""
    try:
        return _extension.decode(body)
    except _NOT_THAT:
        raise _unusable("extension") from None


def call_log_page_from(body: bytes) -> CallLogPage:
    """The page of a call log in an answer. Raises UnusableAnswer when there is none."""
    try:
        return _call_log_page.decode(body)
    except _NOT_THAT:
        raise _unusable("call log") from None


def _unusable(what: str) -> UnusableAnswer:
    return UnusableAnswer(
        f"The server's answer is not the {what} that was asked for",
        remedy="Check that RC_SERVER_URL is RingCentral's server.",
    )
