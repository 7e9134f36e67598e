"""What a call-log list is asked for: window of time, page and filters, from the query (contract 11.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ringback.platform.errors import ApiError, parameter_invalid

from .api_call import ApiCall
from .dates import written
from .paging import PAGE, PER_PAGE_OR_MAX, Filters
from .parameters import Moment, Parameter, Switch
from .record_filter import (
    DIRECTION,
    EXTENSION_NUMBER,
    METADATA_CATEGORY,
    PHONE_NUMBER,
    RECORDING_TYPE,
    SESSION_ID,
    SHOW_BLOCKED,
    TELEPHONY_SESSION_ID,
    TRANSPORT,
    TYPE,
    VIEW,
    WITH_RECORDING,
    RecordFilter,
    phone_and_extension,
    recordings_of,
    word,
)

_DEFAULT_SPAN = timedelta(hours=24)
_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
_DETAILED_BEFORE = 250  # records a page in the Detailed view under the quirk per-page-detailed=250

DATE_FROM = Moment(
    name="dateFrom", description="Only calls that began then or later; 24 hours before dateTo if absent"
)
DATE_TO = Moment(name="dateTo", description="Only calls that began then or before; now if absent")
SHOW_DELETED = Switch(name="showDeleted", description="Deleted records too, marked so", default=False)

LIST_PARAMETERS: tuple[Parameter, ...] = (
    VIEW,
    DATE_FROM,
    DATE_TO,
    DIRECTION,
    TYPE,
    TRANSPORT,
    PHONE_NUMBER,
    EXTENSION_NUMBER,
    SESSION_ID,
    TELEPHONY_SESSION_ID,
    SHOW_BLOCKED,
    RECORDING_TYPE,
    WITH_RECORDING,
    METADATA_CATEGORY,
    SHOW_DELETED,
    PAGE,
    PER_PAGE_OR_MAX,
)


@dataclass(frozen=True, slots=True)
class CallLogFilter:
    """A call-log request. `since` and `until` are UTC, both included."""

    view: str
    since: datetime
    until: datetime
    page: int
    per_page: int
    show_deleted: bool
    wanted: RecordFilter
    written_out: Filters


def read_filter(call: ApiCall) -> CallLogFilter:
    """The request's filter, or an ApiError.

    dateTo defaults to now, dateFrom to 24 hours before dateTo, cut to the minute. CMN-101 names dateFrom if
    both are given and dateFrom is the later one, and phoneNumber where it comes with extensionNumber;
    sessionId with extensionNumber is CLG-110. showBlocked is written out at user level always, at company
    level only if given. recordingType wins over withRecording. No record has metadata, so metadataCategory
    leaves none.
    """
    query = call.query
    view = VIEW.read(query)
    given_from, given_to = DATE_FROM.read(query), DATE_TO.read(query)
    directions, types, transports = DIRECTION.read(query), TYPE.read(query), TRANSPORT.read(query)
    show_blocked, with_recording = SHOW_BLOCKED.read(query), WITH_RECORDING.read(query)
    recording_type = RECORDING_TYPE.read(query)
    session, telephony = SESSION_ID.read(query), TELEPHONY_SESSION_ID.read(query)
    categories = METADATA_CATEGORY.read(query)
    show_deleted = SHOW_DELETED.read(query)
    page, per_page = PAGE.read(query), PER_PAGE_OR_MAX.read(query)
    if view == "Detailed" and call.world.quirks.value("per-page-detailed") == str(_DETAILED_BEFORE):
        per_page = min(per_page, _DETAILED_BEFORE)

    if given_from is not None and given_to is not None and given_from > given_to:
        raise parameter_invalid("dateFrom")
    number = EXTENSION_NUMBER.read(query)
    digits, extension_ids = phone_and_extension(query, call.company)
    if session is not None and number is not None:
        raise ApiError(
            400,
            "CLG-110",
            "Parameter [sessionId] is not allowed for usage along with parameter [extensionNumber]",
            parameterName="sessionId",
        )
    until = given_to or call.now
    since = given_from or _day_before(until)

    written_out: Filters = [("view", view)]
    if call.extension is not None or query.given("showBlocked"):
        written_out.append(("showBlocked", word(show_blocked)))
    if query.given("withRecording"):
        written_out.append(("withRecording", word(with_recording)))
    if recording_type:
        written_out.append(("recordingType", recording_type))
    if show_deleted:
        written_out.append(("showDeleted", "true"))
    written_out += [("type", value) for value in types]
    written_out += [("direction", value) for value in directions]
    written_out += [("transport", value) for value in transports]
    written_out += [("metadataCategory", value) for value in categories]
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
        show_deleted=show_deleted,
        wanted=RecordFilter(
            directions=directions,
            types=types,
            transports=transports,
            recordings=recordings_of(recording_type, with_recording),
            phone_number=digits,
            extension_ids=extension_ids,
            session_id=session,
            telephony_id=telephony,
            show_blocked=show_blocked,
            nothing=bool(categories),
        ),
        written_out=written_out,
    )


def _day_before(until: datetime) -> datetime:
    if until - _EARLIEST < _DEFAULT_SPAN:
        return _EARLIEST
    return (until - _DEFAULT_SPAN).replace(second=0, microsecond=0)
