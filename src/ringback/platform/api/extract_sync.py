"""GET call-log-extract-sync of the company: all changes, oldest first, in batches (contract 11.6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from msgspec import structs

from ringback.platform.errors import parameter_invalid

from .api_call import ApiCall
from .dates import milliseconds, moment_of, written
from .operation import COMPANY_LOG, operation
from .paging import with_query
from .parameters import Moment, Number
from .reading import Row, aside, newest
from .record_filter import METADATA_CATEGORY, VIEW
from .rendered import rendered
from .sync_parts import SYNC_TOKEN, SYNC_TYPE, synced
from .sync_token import EXPIRED, SyncToken, before, invalid, issue, read

KIND = "extract"
_DEFAULT_SPAN = timedelta(hours=1)
_WINDOW = 60_000  # milliseconds of changes that are looked at in one go, to begin with
_ROWS_IN_WINDOW = 4_000

EXTRACT_FROM = Moment(
    name="dateFrom", description="FSync: only calls that began then or later; one hour ago if absent"
)
EXTRACT_COUNT = Number(
    name="recordCount",
    description="FSync only: the most records in one answer, more where several changed in one millisecond",
    default=250,
    minimum=1,
    maximum=1000,
)


@operation(
    "/restapi/v1.0/account/{accountId}/call-log-extract-sync",
    summary="Extract the company's call log, a batch of changes at a time",
    group="heavy",
    app="ReadCallLog",
    user=COMPANY_LOG,
    parameters=(SYNC_TYPE, SYNC_TOKEN, EXTRACT_FROM, EXTRACT_COUNT, VIEW, METADATA_CATEGORY),
)
async def company_extract(call: ApiCall) -> bytes:
    """The oldest changes that the client has not seen; `newerRecordsExist` says whether there are more."""
    query = call.query
    account = call.company.account.id
    if SYNC_TYPE.read(query) == "ISync":
        text = SYNC_TOKEN.read(query)
        if text is None:
            raise parameter_invalid("syncToken")
        token = read(text, call.world.seed, KIND, account)
        if token.synced > milliseconds(call.now):
            raise invalid(EXPIRED)
        filters = [("syncType", "ISync"), ("syncToken", text)]
        return await aside(call.company, partial(_batch, call, token, "ISync", filters))
    view, given = VIEW.read(query), EXTRACT_FROM.read(query)
    count, categories = EXTRACT_COUNT.read(query), METADATA_CATEGORY.read(query)
    since = milliseconds(given or call.now - _DEFAULT_SPAN)
    token = SyncToken(
        kind=KIND,
        log=account,
        view=view,
        since=since,
        oldest=since,
        synced=min(since - 1, before(call.now)),
        nothing=bool(categories),
        count=count,
    )
    filters = [("syncType", "FSync"), ("recordCount", str(count)), ("dateFrom", written(moment_of(since)))]
    if query.given("view"):
        filters.insert(1, ("view", view))
    filters += [("metadataCategory", category) for category in categories]
    return await aside(call.company, partial(_batch, call, token, "FSync", filters))


def _batch(call: ApiCall, token: SyncToken, sync_type: str, filters: list[tuple[str, str]]) -> bytes:
    changes = _Changes(call, moment_of(token.since), token.synced)
    rows, reached = ([], milliseconds(call.now)) if token.nothing else changes.oldest(token.count)
    rows.sort(key=newest)
    token = structs.replace(token, synced=min(reached, before(call.now)))
    info: Mapping[str, object] = {
        "syncType": sync_type,
        "syncToken": issue(token, call.world.seed),
        "syncTime": written(call.now),
        "newerRecordsExist": not token.nothing and changes.any_after(reached),
    }
    uri = with_query(f"{call.account_uri}/call-log-extract-sync", filters)
    return synced(uri, rendered(call, rows, token.view), info)


class _Changes:
    """The company's records in the order of their last change, from `after` (milliseconds since 1970) on."""

    def __init__(self, call: ApiCall, since: datetime, after: int) -> None:
        self._call = call
        self._since = since
        self._after = after
        self._now = milliseconds(call.now)

    def oldest(self, count: int) -> tuple[list[Row], int]:
        """The first `count` and all that changed in the last one's millisecond; and up to when."""
        found: list[tuple[int, Row]] = []
        reached, window = max(self._after, self._first()), _WINDOW
        while reached < self._now and len(found) < count:
            upto = min(reached + window, self._now)
            rows = self._between(reached, upto)
            if rows is None and window > 1:
                window = max(window // 8, 1)
                continue
            found += sorted(rows or [], key=lambda change: change[0])
            reached = upto
            window *= 2
        if len(found) <= count:
            return [row for _, row in found], reached
        last = found[count - 1][0]
        return [row for at, row in found if at <= last], last

    def any_after(self, reached: int) -> bool:
        """Did anything change after that?"""
        changed = self._call.calls.changed(None, reached, self._call.now, self._since, 1, False)
        return bool(changed)

    def _first(self) -> int:
        """Just before the first call that can be there: no change is older."""
        return milliseconds(max(self._since, self._call.calls.oldest(self._call.now))) - 1

    def _between(self, after: int, upto: int) -> list[tuple[int, Row]] | None:
        """What changed last in (after, upto], as it is now; None where that is too much for one go."""
        calls, now = self._call.calls, self._call.now
        limit = _ROWS_IN_WINDOW if upto - after > 1 else 10**9
        rows = calls.changed(None, after, moment_of(upto), self._since, limit, False)
        if len(rows) > limit:
            return None
        found = []
        for _, entry in rows:
            row = calls.find(None, entry.id, now)
            if row is None:
                continue
            at: int = calls.modified_ms(row[0], row[1], now)
            if after < at <= upto:
                found.append((at, row))
        return found
