"""GET call log, of an extension and of the company."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool

from ringback.platform.company import Call, Company, Entry

from .call_log_filter import CallLogFilter, read_filter
from .operation import ApiCall, encoded, operation
from .paging import frame
from .records import record

# Above either of these a request leaves the event loop, so that everybody else is still served meanwhile.
_DAYS_AT_ONCE = 3
_RECORDS_AT_ONCE = 200
_ROWS_AT_MOST = 10**9  # beyond any log
_RENDERED_AT_MOST = 20_000  # records kept as JSON, about a kilobyte each

_rendered: WeakKeyDictionary[Company, dict[tuple[str, str, str], bytes]] = WeakKeyDictionary()


@operation(
    "/restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log",
    group="heavy",
    app="ReadCallLog",
    user="ReadCallLog",
    own_only=True,
)
async def extension_call_log(call: ApiCall) -> bytes:
    """The calls that one extension took part in, newest first."""
    return await _answer(call)


@operation(
    "/restapi/v1.0/account/{accountId}/call-log",
    group="heavy",
    app="ReadCallLog",
    user="FullCompanyCallLog",
)
async def company_call_log(call: ApiCall) -> bytes:
    """The calls of the whole company, one record each, newest first."""
    return await _answer(call)


async def _answer(call: ApiCall) -> bytes:
    now = call.world.clock.now()
    wanted = read_filter(call.query, call.company, now, company_log=call.extension is None)
    missing = call.company.calls.days_missing(wanted.since, wanted.until, now)
    if missing > _DAYS_AT_ONCE or wanted.per_page > _RECORDS_AT_ONCE:
        return await run_in_threadpool(_page, call, wanted, now)
    return _page(call, wanted, now)


def _page(call: ApiCall, wanted: CallLogFilter, now: datetime) -> bytes:
    """One page. Reading stops at the first record of the next, so a first page costs little in a long log."""
    extension_id = None if call.extension is None else call.extension.id
    rows = call.company.calls.newest_first(extension_id, wanted.since, wanted.until, now)
    if not wanted.takes_all:
        rows = (row for row in rows if wanted.passes(*row))
    first = min((wanted.page - 1) * wanted.per_page, _ROWS_AT_MOST)
    found = list(islice(rows, first, first + wanted.per_page + 1))
    more = len(found) > wanted.per_page
    log_uri = f"{call.account_uri}/call-log"
    if extension_id is not None:
        log_uri = f"{call.account_uri}/extension/{extension_id}/call-log"
    records = _records(call, found[: wanted.per_page], log_uri, wanted.view)
    around = frame(log_uri, wanted.written_out, wanted.page, wanted.per_page, found=len(records), more=more)
    return b"".join(
        (
            b'{"uri":',
            encoded(around["uri"]),
            b',"records":[',
            b",".join(records),
            b'],"paging":',
            encoded(around["paging"]),
            b',"navigation":',
            encoded(around["navigation"]),
            b"}",
        )
    )


def _records(call: ApiCall, rows: list[tuple[Call, Entry]], log_uri: str, view: str) -> list[bytes]:
    """The rows as JSON; a record never changes once it shows, so it is written once."""
    kept = _rendered.setdefault(call.company, {})
    account_uri, of_company = call.account_uri, call.extension is None
    found: list[bytes] = []
    for made, entry in rows:
        key = (log_uri, view, entry.id)
        text = kept.get(key)
        if text is None:
            if len(kept) >= _RENDERED_AT_MOST:
                kept.clear()
            text = kept[key] = encoded(record(made, entry, account_uri, log_uri, view, of_company))
        found.append(text)
    return found
