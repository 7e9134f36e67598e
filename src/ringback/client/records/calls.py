"""Call log records and their legs (contract 11.2, 11.3)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from .base import Id, Record, Ref

if TYPE_CHECKING:
    _Text = str
else:
    _Text = str | int  # a number is made a string once it has been read

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Device(Ref, frozen=True, gc=False):
    """A telephone."""


class Party(Record, frozen=True, gc=False):
    """One end of a call. `name` is absent for unknown numbers.

    `phone_number` is mostly E.164, but may be formatted or masked (+1855201XXXX); `phones.py` reads it.
    `dialer_phone_number` comes with inbound calls, `dialed_phone_number` with outbound ones.
    """

    phone_number: str | None = None
    extension_number: str | None = None
    extension_id: Id | None = None
    name: str | None = None
    location: str | None = None
    device: Device | None = None
    dialer_phone_number: str | None = None
    dialed_phone_number: str | None = None


class ExtensionRef(Record, frozen=True, gc=False):
    """Which extension a record or leg belongs to."""

    id: int | None = None
    uri: str | None = None


class RecordingRef(Record, frozen=True, gc=False):
    """The recording of a call. `type`: Automatic, OnDemand."""

    id: Id
    uri: str | None = None
    type: str | None = None
    content_uri: str | None = None


class MessageRef(Ref, frozen=True, gc=False):
    """The fax or voicemail of a call. `type`: Fax, VoiceMail."""

    type: str | None = None


class Delegate(Record, frozen=True, gc=False):
    """On whose behalf a leg rang: the queue, or a coworker."""

    id: Id | None = None
    name: str | None = None


class SessionRef(Record, frozen=True, gc=False):
    """Another call that this one was transferred to or from."""

    telephony_session_id: str | None = None


class Billing(Record, frozen=True, gc=False):
    """What a call cost, in the account's currency."""

    cost_included: float | None = None
    cost_purchased: float | None = None


class _Stretch(Record, frozen=True, gc=False, kw_only=True):
    """What a record and a leg have in common."""

    duration: int | None = None
    duration_ms: int | None = None
    internal_type: str | None = None
    result: str | None = None
    reason: str | None = None
    reason_description: str | None = None
    telephony_session_id: str | None = None
    party_id: str | None = None
    sip_uuid_info: str | None = None
    from_: Party | None = msgspec.field(default=None, name="from")
    to: Party | None = None
    extension: ExtensionRef | None = None
    recording: RecordingRef | None = None
    short_recording: bool | None = None
    message: MessageRef | None = None
    delegate: Delegate | None = None
    delegation_type: str | None = None
    transfer_target: SessionRef | None = None
    transferee: SessionRef | None = None
    metadata_categories: tuple[str, ...] = ()
    finished: bool | None = None
    transport: str | None = None
    billing: Billing | None = None


class Leg(_Stretch, frozen=True, gc=False, kw_only=True):
    """One stretch of a call; only in the Detailed view. `duration` is in seconds."""

    start_time: Moment | None = None
    type: str | None = None
    direction: str | None = None
    action: str | None = None
    leg_type: str | None = None
    master: bool = False


class CallRecord(_Stretch, frozen=True, gc=False, kw_only=True):
    """One call in a call log. `start_time` is aware, in UTC; `duration` is in seconds, None while it runs.

    `legs`, `transport`, `billing` and `last_modified_time` come with the Detailed view. `original` is the
    record's own JSON where it was asked to be kept.
    """

    id: _Text
    session_id: _Text
    start_time: Moment
    type: str
    direction: str
    action: str | None = None
    uri: str | None = None
    last_modified_time: datetime | None = None
    deleted: bool = False
    legs: tuple[Leg, ...] = ()
    original: bytes | None = msgspec.field(default=None, name="ringback:original")

    def __post_init__(self) -> None:
        if type(self.id) is not str:
            msgspec.structs.force_setattr(self, "id", str(self.id))
        if type(self.session_id) is not str:
            msgspec.structs.force_setattr(self, "session_id", str(self.session_id))

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON values: what the server sent where `original` was kept, else what is known."""
        if self.original is not None:
            found: dict[str, Any] = json.loads(self.original)
            return found
        return super().to_dict()
