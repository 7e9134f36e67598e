"""What a call-log request asks for, read from its query, and whether a call passes (contract 11.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ringback.platform.company import Call, Company, Entry
from ringback.platform.company.phones import as_e164
from ringback.platform.errors import ApiError, parameter_invalid

from .dates import written
from .paging import Filters
from .query import Query

_DEFAULT_SPAN = timedelta(hours=24)
_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CallLogFilter:
    """A call-log request. `since` and `until` are UTC, both included; empty tuples and None do not filter."""

    view: str
    since: datetime
    until: datetime
    page: int
    per_page: int
    directions: tuple[str, ...]
    types: tuple[str, ...]
    transports: tuple[str, ...]
    phone_number: str | None
    extension_ids: frozenset[int] | None
    session_id: str | None
    telephony_id: str | None
    show_blocked: bool
    recordings: tuple[str, ...]
    written_out: Filters

    @property
    def takes_all(self) -> bool:
        """Whether every call of the span passes."""
        return self.show_blocked and not (
            self.directions
            or self.types
            or self.transports
            or self.phone_number
            or self.extension_ids is not None
            or self.session_id
            or self.telephony_id
            or self.recordings
        )

    def passes(self, call: Call, entry: Entry) -> bool:
        """Whether this record belongs in the answer."""
        part = entry.part
        return (
            (not self.directions or part.direction in self.directions)
            and (not self.types or call.type in self.types)
            and (not self.transports or part.transport in self.transports)
            and (self.show_blocked or part.result != "Blocked")
            and (not self.recordings or part.recording in self.recordings)
            and (self.session_id in (None, call.session_id))
            and (self.telephony_id in (None, call.telephony_id))
            and (self.phone_number is None or self.phone_number in (part.caller.number, part.callee.number))
            and (self.extension_ids is None or bool(self.extension_ids & _involved(entry)))
        )


def _involved(entry: Entry) -> set[int | None]:
    """The extensions that this record is about: its parties, and all that have a leg in it."""
    parties = {entry.part.caller.extension_id, entry.part.callee.extension_id}
    return parties | {leg.extension_id for leg in entry.legs}


def read_filter(query: Query, company: Company, now: datetime, company_log: bool) -> CallLogFilter:
    """The request's filter at `now`, or an ApiError.

    dateTo defaults to now, dateFrom to 24 hours before dateTo, cut to the minute. CMN-101 names dateFrom if
    both are given and dateFrom is the later one, and phoneNumber where it comes with extensionNumber;
    sessionId with extensionNumber is CLG-110. showBlocked is written out at user level always, at company
    level only if given. recordingType wins over withRecording.
    """
    view = query.choice("view", ("Simple", "Detailed"), "Simple")
    given_from, given_to = query.moment("dateFrom"), query.moment("dateTo")
    directions = query.choices("direction", ("Inbound", "Outbound"))
    types = query.choices("type", ("Voice", "Fax"))
    transports = query.choices("transport", ("PSTN", "VoIP"))
    show_blocked = query.switch("showBlocked", True)
    with_recording = query.switch("withRecording", False)
    recording_type = query.choice("recordingType", ("Automatic", "OnDemand", "All"), "")
    phone, number = query.text("phoneNumber"), query.text("extensionNumber")
    session, telephony = query.text("sessionId"), query.text("telephonySessionId")
    page, per_page = query.page(), query.per_page(maximum_word=True)

    if given_from is not None and given_to is not None and given_from > given_to:
        raise parameter_invalid("dateFrom")
    if phone is not None and number is not None:
        raise parameter_invalid("phoneNumber")
    if session is not None and number is not None:
        raise ApiError(
            400,
            "CLG-110",
            "Parameter [sessionId] is not allowed for usage along with parameter [extensionNumber]",
            parameterName="sessionId",
        )
    digits = None if phone is None else as_e164(phone)
    if phone is not None and digits is None:
        raise parameter_invalid("phoneNumber")
    until = given_to or now
    since = given_from or _day_before(until)
    recordings = _recordings(recording_type, with_recording)

    written_out: Filters = [("view", view)]
    if not company_log or query.given("showBlocked"):
        written_out.append(("showBlocked", _word(show_blocked)))
    if query.given("withRecording"):
        written_out.append(("withRecording", _word(with_recording)))
    if recording_type:
        written_out.append(("recordingType", recording_type))
    written_out += [("type", value) for value in types]
    written_out += [("direction", value) for value in directions]
    written_out += [("transport", value) for value in transports]
    named = (
        ("phoneNumber", digits and digits[1:]),
        ("extensionNumber", number),
        ("sessionId", session),
        ("telephonySessionId", telephony),
        ("dateFrom", written(since)),
        ("dateTo", given_to and written(given_to)),
    )
    written_out += [(name, value) for name, value in named if value]

    return CallLogFilter(
        view=view,
        since=since,
        until=until,
        page=page,
        per_page=per_page,
        directions=tuple(directions),
        types=tuple(types),
        transports=tuple(transports),
        phone_number=digits,
        extension_ids=None if number is None else _ids(company, number),
        session_id=session,
        telephony_id=telephony,
        show_blocked=show_blocked,
        recordings=recordings,
        written_out=written_out,
    )


def _day_before(until: datetime) -> datetime:
    if until - _EARLIEST < _DEFAULT_SPAN:
        return _EARLIEST
    return (until - _DEFAULT_SPAN).replace(second=0, microsecond=0)


def _recordings(recording_type: str, with_recording: bool) -> tuple[str, ...]:
    if recording_type in ("Automatic", "OnDemand"):
        return (recording_type,)
    return ("Automatic", "OnDemand") if recording_type == "All" or with_recording else ()


def _ids(company: Company, number: str) -> frozenset[int]:
    return frozenset(extension.id for extension in company.extensions if extension.number == number)


def _word(value: bool) -> str:
    return "true" if value else "false"
