"""GET active calls, at both levels: what is going on right now (contract 11.7)."""

from __future__ import annotations

from .answers import encoded
from .api_call import ApiCall
from .dates import milliseconds
from .operation import COMPANY_LOG, operation
from .paging import PAGE, PER_PAGE_OR_MAX, Filters, frame, framed
from .parameters import Choices, Parameter
from .record_filter import DIRECTION, TRANSPORT, TYPE, VIEW, RecordFilter
from .records import record_in_progress

CONFERENCE_TYPE = Choices(
    name="conferenceType",
    description="Only calls that are conferences of these kinds; there are none here",
    enum=("AudioConferencing", "Meetings"),
)
_PARAMETERS: tuple[Parameter, ...] = (
    DIRECTION,
    VIEW,
    TYPE,
    TRANSPORT,
    CONFERENCE_TYPE,
    PAGE,
    PER_PAGE_OR_MAX,
)
_DROPPED_PER_PAGE = 100


@operation(
    "/restapi/v1.0/account/{accountId}/extension/{extensionId}/active-calls",
    summary="The calls that an extension is in right now, newest first",
    group="heavy",
    app="ReadCallLog",
    user="ReadCallLog",
    own_only=True,
    parameters=_PARAMETERS,
)
async def extension_active_calls(call: ApiCall) -> bytes:
    """One extension's calls in progress."""
    return _answer(call)


@operation(
    "/restapi/v1.0/account/{accountId}/active-calls",
    summary="The calls that go on in the company right now, newest first",
    group="heavy",
    app="ReadCallLog",
    user=COMPANY_LOG,
    parameters=_PARAMETERS,
)
async def company_active_calls(call: ApiCall) -> bytes:
    """The company's calls in progress."""
    return _answer(call)


def _answer(call: ApiCall) -> bytes:
    """A page; under the quirk active-calls-queries=dropped no query counts and the view is Simple."""
    query = call.query
    view, page, per_page = "Simple", 1, _DROPPED_PER_PAGE
    filters: Filters = []
    wanted = RecordFilter()
    if call.world.quirks.value("active-calls-queries") == "honoured":
        view, page, per_page = VIEW.read(query), PAGE.read(query), PER_PAGE_OR_MAX.read(query)
        directions, types = DIRECTION.read(query), TYPE.read(query)
        transports, conferences = TRANSPORT.read(query), CONFERENCE_TYPE.read(query)
        wanted = RecordFilter(
            directions=directions, types=types, transports=transports, nothing=bool(conferences)
        )
        filters = [
            *(("direction", value) for value in directions),
            *(("type", value) for value in types),
            *(("transport", value) for value in transports),
            *(("conferenceType", value) for value in conferences),
        ]
    found = [row for row in call.calls.active(call.extension_id, call.now) if wanted.passes(*row)]
    first = (page - 1) * per_page
    shown = found[first : first + per_page]
    account_uri, now = call.account_uri, milliseconds(call.now)
    records = [
        encoded(
            record_in_progress(
                made,
                entry,
                account_uri,
                f"{account_uri}/extension/{entry.part.extension_id}/call-log",
                view,
                call.extension is None,
                now,
            )
        )
        for made, entry in shown
    ]
    around = frame(
        f"{call.scope_uri}/active-calls",
        [("view", view), *filters],
        page,
        per_page,
        found=len(shown),
        more=first + per_page < len(found),
        last_page=max(-(-len(found) // per_page), 1),
    )
    return framed(around, records)
