"""DELETE extension call log: the records of a span that pass the filters (contract 11.4)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from ringback.platform.errors import parameter_invalid

from .answers import NO_CONTENT, Answer
from .api_call import ApiCall
from .operation import operation
from .parameters import Moment
from .reading import aside, is_long, passing
from .record_filter import (
    DIRECTION,
    EXTENSION_NUMBER,
    PHONE_NUMBER,
    TYPE,
    RecordFilter,
    phone_and_extension,
)

DELETE_TO = Moment(name="dateTo", description="Delete what began then or before; now if absent")
DELETE_FROM = Moment(name="dateFrom", description="Delete what began then or later; everything if absent")
_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)


@operation(
    "/restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log",
    method="DELETE",
    summary="Delete records of an extension's call log",
    group="heavy",
    app="EditCallLog",
    user="EditCallLog",
    own_only=True,
    parameters=(DELETE_TO, DELETE_FROM, PHONE_NUMBER, EXTENSION_NUMBER, TYPE, DIRECTION),
    answers={204: ()},
)
async def delete_call_log(call: ApiCall) -> Answer:
    """Delete what the filters select; the company's log keeps its records."""
    query = call.query
    until, since = DELETE_TO.read(query) or call.now, DELETE_FROM.read(query)
    if since is not None and since > until:
        raise parameter_invalid("dateFrom")
    types, directions = TYPE.read(query), DIRECTION.read(query)
    digits, extension_ids = phone_and_extension(query, call.company)
    wanted = RecordFilter(
        types=types, directions=directions, phone_number=digits, extension_ids=extension_ids
    )
    ids = None
    if since is not None or not wanted.takes_all:
        since = since or _EARLIEST
        long = is_long(since, min(until, call.now))
        ids = await aside(call.company, partial(_ids, call, since, until, wanted), long=long)
    if ids is None or ids:
        with call.world.lock:
            call.calls.delete(call.whose.id, min(until, call.now), call.now, ids=ids)
    return NO_CONTENT


def _ids(call: ApiCall, since: datetime, until: datetime, wanted: RecordFilter) -> set[str]:
    rows = call.calls.newest_first(call.extension_id, since, until, call.now)
    return {entry.id for _, entry in passing(rows, wanted)}
