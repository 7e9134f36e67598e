"""Call log records by id, one or several: GET at both levels, DELETE at extension level (contract 11.4)."""

from __future__ import annotations

from ringback.platform.errors import not_found

from .answers import NO_CONTENT, Answer
from .api_call import ApiCall
from .bulk import AS_JSON, AS_PARTS, Piece, ids_of, multi_status, refused
from .operation import COMPANY_LOG, operation
from .record_filter import VIEW
from .rendered import rendered

_JSON = "application/json"
_OWN = "/restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log/{callRecordId}"


@operation(
    _OWN,
    summary="One record of an extension's call log, or several by comma-separated ids",
    group="heavy",
    app="ReadCallLog",
    user="ReadCallLog",
    own_only=True,
    parameters=(VIEW,),
    answers={200: (_JSON,), 207: (AS_PARTS, AS_JSON)},
)
async def extension_record(call: ApiCall) -> bytes | Answer:
    """One record: 200; several: 207 with an outcome for each."""
    return _read(call)


@operation(
    "/restapi/v1.0/account/{accountId}/call-log/{callRecordId}",
    summary="One record of the company's call log, or several by comma-separated ids",
    group="heavy",
    app="ReadCallLog",
    user=COMPANY_LOG,
    parameters=(VIEW,),
    answers={200: (_JSON,), 207: (AS_PARTS, AS_JSON)},
)
async def company_record(call: ApiCall) -> bytes | Answer:
    """One record: 200; several: 207 with an outcome for each."""
    return _read(call)


@operation(
    _OWN,
    method="DELETE",
    summary="Delete one record of an extension's call log, or several by comma-separated ids",
    group="heavy",
    app="EditCallLog",
    user="EditCallLog",
    own_only=True,
    answers={204: (), 207: (AS_PARTS, AS_JSON)},
)
async def delete_record(call: ApiCall) -> Answer:
    """204 where all were there and are gone; with several ids 207 where one was not there."""
    ids = ids_of(call.ids["callRecordId"])
    extension_id, log_uri = call.whose.id, f"{call.scope_uri}/call-log"
    missing = not_found("callRecordId")
    with call.world.lock:
        found = {id_ for id_ in ids if call.calls.find(extension_id, id_, call.now) is not None}
        if found:
            call.calls.delete(extension_id, call.now, call.now, ids=found)
    if len(found) == len(set(ids)):
        return NO_CONTENT
    if len(ids) == 1:
        raise missing
    return multi_status(
        call.request,
        [
            Piece(id_, f"{log_uri}/{id_}", 204) if id_ in found else refused(id_, f"{log_uri}/{id_}", missing)
            for id_ in ids
        ],
    )


def _read(call: ApiCall) -> bytes | Answer:
    view = VIEW.read(call.query)
    ids = ids_of(call.ids["callRecordId"])
    pieces = _pieces(call, ids, view)
    if len(ids) > 1:
        return multi_status(call.request, pieces)
    if pieces[0].status != 200:
        raise not_found("callRecordId")
    return pieces[0].body


def _pieces(call: ApiCall, ids: list[str], view: str) -> list[Piece]:
    log_uri = f"{call.scope_uri}/call-log"
    found: list[Piece] = []
    for id_ in ids:
        row = call.calls.find(call.extension_id, id_, call.now)
        if row is None:
            found.append(refused(id_, f"{log_uri}/{id_}", not_found("callRecordId")))
        else:
            found.append(Piece(id_, f"{log_uri}/{id_}?view={view}", 200, rendered(call, [row], view)[0]))
    return found
