"""Plain words for what RingCentral says in codes: permissions, results, durations, time left."""

from __future__ import annotations

from datetime import UTC, datetime

from .formats import units
from .texts import gettext, marked

_PERMISSIONS = {
    "ReadAccounts": marked("See the account and its extensions"),
    "EditAccounts": marked("Change the account"),
    "EditExtensions": marked("Change extensions"),
    "ReadCallLog": marked("Read the call log"),
    "EditCallLog": marked("Read and delete call log records"),
    "ReadCallRecording": marked("Listen to and download call recordings"),
    "RingOut": marked("Place calls"),
    "ReadMessages": marked("Read messages, faxes and voicemail"),
    "EditMessages": marked("Read, change and delete messages"),
    "SMS": marked("Send text messages"),
    "Faxes": marked("Send faxes"),
    "ReadPresence": marked("See who is available or on a call"),
    "Contacts": marked("Read and change the personal contacts"),
    "ReadContacts": marked("Read the personal contacts"),
    "SubscriptionWebhook": marked("Be told about events as they happen"),
    "CallControl": marked("Steer calls that are in progress"),
    "VoipCalling": marked("Place and take calls over the internet"),
    "WebSocket": marked("Be told about events as they happen"),
}

# Good, bad, or neither: the badge's colour; its word stays RingCentral's own.
_GOOD = frozenset({"Accepted", "Call connected", "Call accepted", "Sent", "Received", "Reply"})
_BAD = frozenset(
    {
        "Missed",
        "Rejected",
        "Busy",
        "No Answer",
        "Hang Up",
        "Blocked",
        "Call Failed",
        "Call Failure",
        "Internal Error",
        "Send Error",
        "Receive Error",
        "Fax Send Error",
        "Fax Receipt Error",
        "Partially Sent",
        "Wrong Number",
        "Declined",
        "IP Phone Offline",
        "Restricted Number",
        "International Disabled",
        "International Restricted",
        "Suspended account",
        "Account Limit",
        "Abandoned",
    }
)


def permission_in_words(permission: str) -> str:
    """A sentence for a permission id; '' for one we have no words for."""
    told = _PERMISSIONS.get(permission)
    return gettext(told) if told else ""


def result_tone(result: str | None) -> str:
    """`good`, `bad` or `calm`: how a call's result is coloured."""
    if result in _GOOD:
        return "good"
    return "bad" if result in _BAD else "calm"


def duration_in_words(seconds: float | None) -> str:
    """4:05, or 1:02:03 from an hour on; a dash for a call without a duration."""
    if seconds is None:
        return "\N{EN DASH}"
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def time_left(seconds: float) -> str:
    """`3 days 4 hours`, `59 minutes`, `40 seconds`: the two largest units that count."""
    whole = int(seconds)
    if whole <= 0:
        return gettext("none: it has run out")
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    if days:
        return units((days, "day"), (hours, "hour"))
    if hours:
        return units((hours, "hour"), (minutes, "minute"))
    return units((minutes, "minute")) if minutes else units((left, "second"))


def utc(moment: datetime | float) -> datetime:
    """`moment` as an aware datetime in UTC; a number is seconds since the epoch, a naive one is UTC."""
    if isinstance(moment, int | float):
        return datetime.fromtimestamp(moment, UTC)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def encodable(text: str) -> str:
    """`text` as a page can carry it: half of a surrogate pair, which JSON may hold, is written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
