"""Which call log records pass: the filters of lists, syncs, active calls and deletion (contract 11.1)."""

from __future__ import annotations

from dataclasses import dataclass

from ringback.platform.company import Call, Company, Entry
from ringback.platform.company.phones import as_e164
from ringback.platform.errors import parameter_invalid

from .parameters import Choice, Choices, Switch, Text, Texts
from .query import Query

VIEW = Choice(
    name="view",
    description="How much of each record: Detailed adds legs, billing, transport and the time of last change",
    enum=("Simple", "Detailed"),
    default="Simple",
)
DIRECTION = Choices(
    name="direction", description="Only calls of these directions", enum=("Inbound", "Outbound")
)
TYPE = Choices(name="type", description="Only calls of these types", enum=("Voice", "Fax"))
TRANSPORT = Choices(name="transport", description="Only calls carried so", enum=("PSTN", "VoIP"))
PHONE_NUMBER = Text(
    name="phoneNumber",
    description="Only calls from or to this number (E.164 without plus); not together with extensionNumber",
)
EXTENSION_NUMBER = Text(
    name="extensionNumber",
    description="Only calls that this extension took part in; not together with phoneNumber or sessionId",
)
SESSION_ID = Text(name="sessionId", description="Only records of this call")
TELEPHONY_SESSION_ID = Text(name="telephonySessionId", description="Only records of this telephony session")
SHOW_BLOCKED = Switch(name="showBlocked", description="Calls from blocked numbers too", default=True)
RECORDING_TYPE = Choice(
    name="recordingType", description="Only calls recorded so", enum=("Automatic", "OnDemand", "All")
)
WITH_RECORDING = Switch(
    name="withRecording",
    description="Only recorded calls; ignored where recordingType is given",
    default=False,
    deprecated=True,
)
METADATA_CATEGORY = Texts(
    name="metadataCategory", description="Only records with metadata of these categories", longest=200
)
STATUS_GROUP = Choices(name="statusGroup", description="Missed calls only, or all", enum=("Missed", "All"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """What a record must be like to pass; empty tuples and None do not filter."""

    directions: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    transports: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    phone_number: str | None = None
    extension_ids: frozenset[int] | None = None
    session_id: str | None = None
    telephony_id: str | None = None
    show_blocked: bool = True
    missed_only: bool = False
    nothing: bool = False

    @property
    def takes_all(self) -> bool:
        """Whether every record passes."""
        return self == ALL

    def passes(self, call: Call, entry: Entry) -> bool:
        """Whether this record does."""
        part = entry.part
        return (
            not self.nothing
            and (not self.directions or part.direction in self.directions)
            and (not self.types or call.type in self.types)
            and (not self.transports or part.transport in self.transports)
            and (self.show_blocked or part.result != "Blocked")
            and (not self.recordings or part.recording in self.recordings)
            and (not self.missed_only or part.result == "Missed")
            and (self.session_id in (None, call.session_id))
            and (self.telephony_id in (None, call.telephony_id))
            and (self.phone_number is None or self.phone_number in (part.caller.number, part.callee.number))
            and (self.extension_ids is None or bool(self.extension_ids & involved(entry)))
        )


ALL = RecordFilter()


def involved(entry: Entry) -> set[int | None]:
    """The extensions that a record is about: its parties, and all that have a leg in it."""
    parties = {entry.part.caller.extension_id, entry.part.callee.extension_id, entry.part.extension_id}
    return parties | {leg.extension_id for leg in entry.legs}


def phone_and_extension(query: Query, company: Company) -> tuple[str | None, frozenset[int] | None]:
    """phoneNumber as E.164 and the ids that extensionNumber names; CMN-101 where both are given."""
    phone, number = PHONE_NUMBER.read(query), EXTENSION_NUMBER.read(query)
    if phone is None:
        return None, None if number is None else ids_of(company, number)
    digits = as_e164(phone)
    if number is not None or digits is None:
        raise parameter_invalid("phoneNumber")
    return digits, None


def recordings_of(recording_type: str, with_recording: bool) -> tuple[str, ...]:
    """The kinds of recording that recordingType and, where that is absent, withRecording ask for."""
    if recording_type in ("Automatic", "OnDemand"):
        return (recording_type,)
    return ("Automatic", "OnDemand") if recording_type == "All" or with_recording else ()


def ids_of(company: Company, number: str) -> frozenset[int]:
    """The extensions with this short number."""
    return frozenset(extension.id for extension in company.extensions if extension.number == number)


def word(value: bool) -> str:
    """A switch as it is written in addresses."""
    return "true" if value else "false"
