"""The account and its extensions (contract 10): in full, and as the extension list has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .base import Id, Record, Ref
from .region import Address, Country, RegionalSettings
from .service import ServiceInfo


class PronouncedName(Record, frozen=True):
    """How a name is said. `type`: Default, TextToSpeech, Recorded; then `prompt` is the recording."""

    type: str | None = None
    text: str | None = None
    prompt: dict[str, Any] | None = None


class Contact(Record, frozen=True):
    """How to reach an extension's owner. Telephone numbers are E.164 with +."""

    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    company: str | None = None
    job_title: str | None = None
    department: str | None = None
    email: str | None = None
    email_as_login_name: bool | None = None
    business_phone: str | None = None
    mobile_phone: str | None = None
    business_address: Address | None = None
    pronounced_name: PronouncedName | None = None


class Permission(Record, frozen=True, gc=False):
    """Whether one kind of permission is on."""

    enabled: bool = False


class ExtensionPermissions(Record, frozen=True, gc=False):
    """What an extension may do, in broad strokes."""

    admin: Permission | None = None
    international_calling: Permission | None = None


class Named(Ref, frozen=True, gc=False):
    """A site, a cost centre, or a queue that somebody is a member of."""

    name: str | None = None
    code: str | None = None
    extension_number: str | None = None


class Operator(Ref, frozen=True, gc=False):
    """Who takes the calls that nobody else does."""

    extension_number: str | None = None
    partner_id: str | None = None


class Image(Record, frozen=True, gc=False):
    """A profile picture, in several sizes."""

    uri: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    scales: tuple[Ref, ...] = ()


class Role(Ref, frozen=True, gc=False):
    """A role that an extension has."""

    display_name: str | None = None
    auto_assigned: bool | None = None
    site_compatible: bool | None = None
    site_restricted: bool | None = None


class QueueInfo(Record, frozen=True, gc=False):
    """The goals of a call queue; thresholds are in seconds."""

    sla_goal: int | None = None
    sla_threshold_seconds: int | None = None
    include_abandoned_calls: bool | None = None
    abandoned_threshold_seconds: int | None = None


class Feature(Record, frozen=True, gc=False):
    """Whether one service feature is on, and why not."""

    feature_name: str | None = None
    enabled: bool = False
    reason: str | None = None


class StatusInfo(Record, frozen=True, gc=False):
    """Why an account or extension has its status."""

    comment: str | None = None
    reason: str | None = None
    till: str | None = None


class Extension(Record, frozen=True):
    """A user, queue or other extension of the account, in full or as the list has it.

    `type`: User, Department (a call queue), IvrMenu, Announcement and others; `status`: Enabled, Disabled,
    Frozen, NotActivated, Unassigned. `service_features` are told of the caller's own extension only.
    """

    id: int
    uri: str | None = None
    extension_number: str | None = None
    name: str | None = None
    type: str | None = None
    sub_type: str | None = None
    status: str | None = None
    status_info: StatusInfo | None = None
    setup_wizard_state: str | None = None
    hidden: bool | None = None
    contact: Contact | None = None
    permissions: ExtensionPermissions | None = None
    account: Ref | None = None
    site: Named | None = None
    profile_image: Image | None = None
    roles: tuple[Role, ...] = ()
    departments: tuple[Named, ...] = ()
    extension_numbers: tuple[str, ...] = ()
    regional_settings: RegionalSettings | None = None
    service_features: tuple[Feature, ...] = ()
    call_queue_info: QueueInfo | None = None
    assigned_country: Country | None = None
    cost_center: Named | None = None
    creation_time: datetime | None = None
    partner_id: str | None = None
    alert_timer: int | None = None
    site_access: str | None = None
    references: tuple[dict[str, Any], ...] = ()
    custom_fields: tuple[dict[str, Any], ...] = ()

    @property
    def is_person(self) -> bool:
        """False for queues, menus, announcements and other lines that nobody sits at."""
        return self.type not in _LINES


# The extension types that are no person's (contract 10).
_LINES = frozenset(
    {
        "Announcement",
        "ApplicationExtension",
        "Bot",
        "DelegatedLinesGroup",
        "Department",
        "GroupCallPickup",
        "IvrMenu",
        "PagingOnly",
        "ParkLocation",
        "ProxyAdmin",
        "RoomConnector",
        "SharedLinesGroup",
        "Site",
        "Voicemail",
    }
)


class Account(Record, frozen=True):
    """A company's account. `status`: Initial, Confirmed, Unconfirmed, Disabled."""

    id: Id
    uri: str | None = None
    main_number: str | None = None
    status: str | None = None
    status_info: StatusInfo | None = None
    setup_wizard_state: str | None = None
    service_info: ServiceInfo | None = None
    operator: Operator | None = None
    regional_settings: RegionalSettings | None = None
    federated: bool | None = None
    outbound_call_prefix: int | None = None
    cfid: str | None = None
    bsid: str | None = None
    partner_id: str | None = None
    limits: dict[str, Any] | None = None
    signup_info: dict[str, Any] | None = None
