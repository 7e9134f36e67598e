"""The app permissions the platform knows: their sentence for the consent page, and which include which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission: its id (an OAuth scope), what it lets an app do, an icon and a text in its place."""

    id: str
    sentence: str
    icon: str
    glyph: str


_ALL = (
    Permission("ReadAccounts", "View your account and extension data", "person-vcard", "i"),
    Permission("ReadCallLog", "View your call log", "telephone", "☏"),
    Permission("ReadCallRecording", "View your call log and download call recordings", "record-circle", "●"),
    Permission("EditCallLog", "View and delete your call log", "telephone-minus", "✎"),
    Permission("EditAccounts", "View and change your account and extension data", "building-gear", "✎"),
    Permission("EditExtensions", "View and change extension settings", "person-gear", "✎"),
    Permission("EditReportingSettings", "Change settings of call reports", "sliders", "✎"),
    Permission("CallControl", "Control your calls: answer, forward, hang up", "telephone-forward", "☏"),
    Permission("RingOut", "Place calls from your phones", "telephone-outbound", "☏"),
    Permission("VoipCalling", "Make and take calls over the internet", "headset", "☏"),
    Permission("ReadMessages", "View your messages: text, voice and fax", "envelope-open", "✉"),
    Permission("EditMessages", "View, change and delete your messages", "envelope-dash", "✉"),
    Permission("SMS", "Send and receive text messages", "chat-dots", "✉"),
    Permission("A2PSMS", "Send text messages in high volume", "chat-square-text", "✉"),
    Permission("Faxes", "Send and receive faxes", "printer", "▤"),
    Permission("InternalMessages", "Send pages inside the company", "megaphone", "✉"),
    Permission("TeamMessaging", "Read and send team messages", "people", "✉"),
    Permission("ReadContacts", "View your personal contacts", "person-lines-fill", "☰"),
    Permission("Contacts", "View, add and change your personal contacts", "person-plus", "☰"),
    Permission("ReadPresence", "View presence status", "circle-half", "◐"),
    Permission("EditPresence", "View and change presence status", "circle-fill", "◐"),
    Permission("ReadClientInfo", "View your calling devices and their settings", "phone", "▭"),
    Permission("Meetings", "Set up and run meetings", "camera-video", "▶"),
    Permission("Video", "Set up and run video meetings", "camera-video", "▶"),
    Permission("Analytics", "View call statistics of the company", "bar-chart", "▥"),
    Permission("ReadAuditTrail", "View the account's audit trail", "journal-text", "☰"),
    Permission("SubscriptionWebhook", "Send notifications to a web address", "broadcast", "◉"),
    Permission("WebSocket", "Open a connection for notifications", "plug", "◉"),
    Permission("WebSocketsSubscription", "Receive notifications over a connection", "broadcast-pin", "◉"),
)
CATALOGUE = {permission.id: permission for permission in _ALL}

# Contract 9: holding the first means holding the others too.
_INCLUDES = {
    "EditCallLog": ("ReadCallLog",),
    "ReadCallRecording": ("ReadCallLog",),
    "EditAccounts": ("ReadAccounts", "EditExtensions"),
    "EditMessages": ("ReadMessages",),
    "EditPresence": ("ReadPresence",),
    "Contacts": ("ReadContacts",),
}


def with_included(permissions: Iterable[str]) -> frozenset[str]:
    """The permissions and all that they include (contract 9)."""
    held = set(permissions)
    for permission in tuple(held):
        held.update(_INCLUDES.get(permission, ()))
    return frozenset(held)


def in_order(permissions: Iterable[str]) -> list[Permission]:
    """Known permissions in the catalogue's order, each once."""
    wanted = set(permissions)
    return [permission for permission in _ALL if permission.id in wanted]


def scope_text(permissions: Iterable[str]) -> str:
    """The `scope` of a token answer: ids joined by blanks (contract 5.3)."""
    return _joined(frozenset(permissions))


@lru_cache(maxsize=1024)
def _joined(permissions: frozenset[str]) -> str:
    return " ".join(permission.id for permission in in_order(permissions))
