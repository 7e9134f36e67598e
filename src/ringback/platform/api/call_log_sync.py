"""GET call-log-sync, at both levels: a full sync, then only what changed since (contract 11.5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from msgspec import structs

from ringback.platform.errors import parameter_invalid

from .api_call import ApiCall
from .call_log_filter import SHOW_DELETED
from .dates import milliseconds, moment_of, written
from .operation import COMPANY_LOG, operation
from .paging import with_query
from .parameters import Moment, Number, Parameter
from .reading import Row, aside, newest, passing
from .record_filter import (
    METADATA_CATEGORY,
    RECORDING_TYPE,
    STATUS_GROUP,
    VIEW,
    WITH_RECORDING,
    RecordFilter,
    recordings_of,
    word,
)
from .rendered import rendered
from .sync_parts import SYNC_TOKEN, SYNC_TYPE, synced
from .sync_token import EXPIRED, TOO_MANY, SyncToken, before, invalid, issue, read

KIND = "sync"
MOST = 250
_CHANGES_LOOKED_AT = 5_000  # where filters leave few of them
_FRAME = timedelta(days=30)
_HISTORY = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

SYNC_FROM = Moment(
    name="dateFrom",
    description="FSync: only calls that began then or later, at most 30 days back; all there are if absent",
)
RECORD_COUNT = Number(
    name="recordCount",
    description="FSync needs it: the most records to give; ISync: how many older records to add",
    minimum=1,
    maximum=MOST,
)
_PARAMETERS: tuple[Parameter, ...] = (
    SYNC_TYPE,
    SYNC_TOKEN,
    SYNC_FROM,
    RECORD_COUNT,
    STATUS_GROUP,
    VIEW,
    SHOW_DELETED,
    WITH_RECORDING,
    RECORDING_TYPE,
    METADATA_CATEGORY,
)


@operation(
    "/restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log-sync",
    summary="Keep a copy of an extension's call log up to date",
    group="heavy",
    app="ReadCallLog",
    user="ReadCallLog",
    own_only=True,
    parameters=_PARAMETERS,
)
async def extension_sync(call: ApiCall) -> bytes:
    """A full or an incremental sync of one extension's log."""
    return await _sync(call)


@operation(
    "/restapi/v1.0/account/{accountId}/call-log-sync",
    summary="Keep a copy of the company's call log up to date",
    group="heavy",
    app="ReadCallLog",
    user=COMPANY_LOG,
    parameters=_PARAMETERS,
)
async def company_sync(call: ApiCall) -> bytes:
    """A full or an incremental sync of the company's log."""
    return await _sync(call)


async def _sync(call: ApiCall) -> bytes:
    query = call.query
    count = RECORD_COUNT.read(query)
    shows_deleted = SHOW_DELETED.read(query)
    if SYNC_TYPE.read(query) == "FSync":
        view, since = VIEW.read(query), SYNC_FROM.read(query)
        token, filters = _opening(call, view, since)
        if not count:
            raise parameter_invalid("recordCount")
        filters.append(("recordCount", str(count)))
        filtered = not _wanted(token).takes_all
        return await aside(call.company, partial(_full, call, token, count, filters), long=filtered)
    text = SYNC_TOKEN.read(query)
    if text is None:
        raise parameter_invalid("syncToken")
    token = read(text, call.world.seed, KIND, _log_id(call))
    filters = [("syncType", "ISync"), ("syncToken", text)]
    if count:
        filters.append(("recordCount", str(count)))
    if shows_deleted:
        filters.append(("showDeleted", word(True)))
    return await aside(call.company, partial(_incremental, call, token, count, shows_deleted, filters))


def _opening(call: ApiCall, view: str, since: datetime | None) -> tuple[SyncToken, list[tuple[str, str]]]:
    """The token that a full sync starts from, and the filters as its address writes them out."""
    query = call.query
    groups = STATUS_GROUP.read(query)
    recording_type, with_recording = RECORDING_TYPE.read(query), WITH_RECORDING.read(query)
    categories = METADATA_CATEGORY.read(query)
    filters = [("statusGroup", group) for group in groups] + [("syncType", "FSync")]
    if query.given("view"):
        filters.append(("view", view))
    if query.given("withRecording"):
        filters.append(("withRecording", word(with_recording)))
    if recording_type:
        filters.append(("recordingType", recording_type))
    filters += [("metadataCategory", category) for category in categories]
    if since is not None:
        since = max(since, call.now - _FRAME)
        filters.append(("dateFrom", written(since)))
    elif call.world.quirks.value("fsync-date-from") == "now":
        since = call.now
    else:
        since = _HISTORY
    start = milliseconds(since)
    token = SyncToken(
        kind=KIND,
        log=_log_id(call),
        view=view,
        since=start,
        oldest=start,
        synced=before(call.now),
        missed_only="Missed" in groups and "All" not in groups,
        recordings=recordings_of(recording_type, with_recording),
        nothing=bool(categories),
    )
    return token, filters


def _full(call: ApiCall, token: SyncToken, count: int, filters: list[tuple[str, str]]) -> bytes:
    since = moment_of(token.since)
    log = call.calls.newest_first(call.extension_id, since, call.now, call.now)
    rows = list(islice(passing(log, _wanted(token)), count))
    return _answer(call, "FSync", rows, _reaching(token, rows, count), filters, show_deleted=False)


def _incremental(
    call: ApiCall, token: SyncToken, count: int, shows_deleted: bool, filters: list[tuple[str, str]]
) -> bytes:
    """What changed inside the client's frame since its last sync, then older records in what room is left.

    ApiError 400 CLG-103 where more than 250 changed, CLG-104 where the clock is behind the token: the log was
    reset.
    """
    now_ms = milliseconds(call.now)
    if token.synced > now_ms:
        raise invalid(EXPIRED)
    wanted = _wanted(token)
    most = MOST if wanted.takes_all else _CHANGES_LOOKED_AT
    changed = call.calls.changed(
        call.extension_id, token.synced, call.now, moment_of(token.oldest), most, shows_deleted
    )
    new = [row for row in passing(changed, wanted) if _in_frame(token, row)]
    if len(new) > MOST or len(changed) > most:
        raise invalid(TOO_MANY)
    new.sort(key=newest)
    moved = structs.replace(token, synced=before(call.now))
    room = min(count, MOST - len(new))
    if room and not token.whole:
        log = call.calls.newest_first(
            call.extension_id, moment_of(token.since), moment_of(token.oldest), call.now
        )
        outside = (row for row in log if not _in_frame(token, row))
        older = list(islice(passing(outside, wanted), room))
        moved = _reaching(moved, older, room)
        new += older
    return _answer(call, "ISync", new, moved, filters, show_deleted=shows_deleted)


def _wanted(token: SyncToken) -> RecordFilter:
    return RecordFilter(recordings=token.recordings, missed_only=token.missed_only, nothing=token.nothing)


def _reaching(token: SyncToken, rows: list[Row], asked: int) -> SyncToken:
    """The frame after these, its oldest rows, were added; fewer than asked: it reaches all the way back."""
    if len(rows) < asked:
        return structs.replace(token, oldest=token.since, oldest_ids=(), whole=True)
    start = rows[-1][1].part.start
    ids = tuple(entry.id for _, entry in rows if entry.part.start == start)
    if start == token.oldest:
        ids = token.oldest_ids + ids
    return structs.replace(token, oldest=start, oldest_ids=ids)


def _in_frame(token: SyncToken, row: Row) -> bool:
    entry = row[1]
    if token.whole:
        return entry.part.start >= token.since
    return entry.part.start > token.oldest or (
        entry.part.start == token.oldest and entry.id in token.oldest_ids
    )


def _answer(
    call: ApiCall,
    sync_type: str,
    rows: list[Row],
    token: SyncToken,
    filters: list[tuple[str, str]],
    *,
    show_deleted: bool,
) -> bytes:
    records = rendered(call, rows, token.view, show_deleted=show_deleted)
    info = {
        "syncType": sync_type,
        "syncToken": issue(token, call.world.seed),
        "syncTime": written(call.now),
    }
    return synced(with_query(f"{call.scope_uri}/call-log-sync", filters), records, info)


def _log_id(call: ApiCall) -> int:
    return call.company.account.id * 2 if call.extension is None else call.extension.id * 2 + 1
