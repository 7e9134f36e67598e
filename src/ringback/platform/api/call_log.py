"""GET call log, of an extension and of the company."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from heapq import heappop, heappush, merge
from itertools import islice

from .api_call import ApiCall
from .call_log_filter import LIST_PARAMETERS, CallLogFilter, read_filter
from .dates import milliseconds
from .operation import COMPANY_LOG, operation
from .paging import frame, framed
from .reading import LONGEST_CALL, Row, aside, in_session, is_long, newest, passing
from .record_filter import ALL
from .rendered import rendered

_RECORDS_AT_ONCE = 200  # more of them leave the event loop, so that everybody else is still served meanwhile
_ROWS_AT_MOST = 10**9  # beyond any log


@operation(
    "/restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log",
    summary="The calls that one extension took part in, newest first",
    group="heavy",
    app="ReadCallLog",
    user="ReadCallLog",
    own_only=True,
    parameters=LIST_PARAMETERS,
)
async def extension_call_log(call: ApiCall) -> bytes:
    """The calls that one extension took part in, newest first."""
    return await _answer(call)


@operation(
    "/restapi/v1.0/account/{accountId}/call-log",
    summary="The calls of the whole company, one record each, newest first",
    group="heavy",
    app="ReadCallLog",
    user=COMPANY_LOG,
    parameters=LIST_PARAMETERS,
)
async def company_call_log(call: ApiCall) -> bytes:
    """The calls of the whole company, one record each, newest first."""
    return await _answer(call)


async def _answer(call: ApiCall) -> bytes:
    asked = read_filter(call)
    plain = asked.wanted.takes_all
    if plain and asked.per_page <= _RECORDS_AT_ONCE:
        return _page(call, asked, plain)
    long = not plain and is_long(asked.since, min(asked.until, call.now))
    return await aside(call.company, partial(_page, call, asked, plain), long=long)


def _page(call: ApiCall, asked: CallLogFilter, plain: bool) -> bytes:
    """One page; one row more is read, to learn whether another page follows."""
    first = min((asked.page - 1) * asked.per_page, _ROWS_AT_MOST)
    limit = asked.per_page + 1
    found: list[Row]
    if plain:
        found = call.calls.page(
            call.extension_id, asked.since, asked.until, call.now, first, limit, asked.show_deleted
        )
    else:
        found = list(islice(_filtered(call, asked), first, first + limit))
    records = rendered(call, found[: asked.per_page], asked.view, show_deleted=asked.show_deleted)
    around = frame(
        f"{call.scope_uri}/call-log",
        asked.written_out,
        asked.page,
        asked.per_page,
        found=len(records),
        more=len(found) > asked.per_page,
    )
    return framed(around, records)


def _filtered(call: ApiCall, asked: CallLogFilter) -> Iterable[Row]:
    """The rows that pass the filters, newest first, read as far as they are taken."""
    wanted = asked.wanted
    if wanted.session_id is not None or wanted.telephony_id is not None:
        rows = [row for row in in_session(call, wanted, asked.show_deleted) if _within(row, asked)]
        return passing(sorted(rows, key=newest), wanted)
    if wanted.extension_ids is not None and call.extension is None and not asked.show_deleted:
        return passing(_of_extensions(call, asked, wanted.extension_ids), wanted)
    log = call.calls.newest_first(
        call.extension_id, asked.since, asked.until, call.now, show_deleted=asked.show_deleted
    )
    return passing(log, wanted)


def _of_extensions(call: ApiCall, asked: CallLogFilter, extension_ids: frozenset[int]) -> Iterator[Row]:
    """The company's records of the calls that these extensions took part in, by way of their own logs.

    An extension joins a call at its start or later: its own record may begin after `until`, and the company's
    record of an older one never begins later, which is when those before it are known to be all.
    """
    calls, now = call.calls, call.now
    until = min(min(asked.until, now) + LONGEST_CALL, now)
    logs = [
        calls.newest_first(extension_id, asked.since, until, now, show_deleted=True)
        for extension_id in extension_ids
    ]
    waiting: list[tuple[int, int, Row]] = []
    seen: set[str] = set()
    for count, (made, entry) in enumerate(passing(merge(*logs, key=newest), ALL)):
        record_id = made.entries[0].id
        if record_id in seen:
            continue
        seen.add(record_id)
        row = calls.find(None, record_id, now)
        if row is not None and _within(row, asked):
            heappush(waiting, (newest(row), count, row))
        while waiting and waiting[0][0] < -entry.part.start:
            yield heappop(waiting)[2]
    while waiting:
        yield heappop(waiting)[2]


def _within(row: Row, asked: CallLogFilter) -> bool:
    start = row[1].part.start
    return milliseconds(asked.since) <= start <= milliseconds(asked.until)
