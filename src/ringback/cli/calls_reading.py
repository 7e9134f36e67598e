"""Reading what the `calls` commands were asked for, from the API or an archive, with its progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from .calls_options import Asked
from .profile import cli_client, cli_profile, cli_user
from .progress import Progress
from .progress_view import Span

if TYPE_CHECKING:
    from ringback.client import RingCentral, User
    from ringback.client.records import CallRecord, Extension

T = TypeVar("T")
_DEFAULT_SPAN = timedelta(hours=24)


@contextmanager
def logged_in(asked: Asked, progress: Progress) -> Iterator[tuple[RingCentral, User]]:
    """Who is logged in here. Waits for the rate limit are shown."""
    profile = cli_profile()
    with cli_client(profile, wait=not asked.no_wait) as client:
        client.add_hook(progress.hook)
        yield client, cli_user(client, profile)


@contextmanager
def records_of(asked: Asked, progress: Progress, view: str = "Simple") -> Iterator[Iterator[CallRecord]]:
    """The records that were asked for, newest first, from the archive or the API, with their own JSON."""
    filters = asked.filters()
    if asked.archive is not None:
        from ringback.archive import open_archive
        from ringback.archive.rows import record_of
        from ringback.archive.values import Query
        from ringback.client.calls.phones import normal_phone

        query = Query(
            date_from=filters["date_from"],
            date_to=filters["date_to"],
            direction=asked.direction,
            type=asked.kind,
            number=None if asked.number is None else normal_phone(asked.number),
        )
        with open_archive(asked.archive, create=False) as archive:
            progress.begin(f"Reading {archive.place}")
            yield counted(progress, asked, (record_of(held.json) for held in archive.records(query)), None)
        return
    with logged_in(asked, progress) as (client, user):
        progress.begin(f"Reading {asked.the_log}")
        log = user.calls(asked.scope, view=view, original=True, **filters)
        yield counted(progress, asked, log, span_of(asked, client.clock.now()))


def counted(
    progress: Progress, asked: Asked, records: Iterable[CallRecord], span: Span | None
) -> Iterator[CallRecord]:
    """The same records, shown as they go by."""
    zone = asked.in_zone
    for count, record in enumerate(records, 1):
        if span is None:
            progress.advanced(count, "records")
        else:
            progress.read_back(count, "records", record.start_time.astimezone(zone), span)
        yield record


def span_of(asked: Asked, now: float) -> Span:
    """The stretch of time that is asked of the API; `now` in seconds since 1970."""
    begin, end = asked.window()
    last = end or datetime.fromtimestamp(now, UTC)
    return Span(begin or last - _DEFAULT_SPAN, min(last, datetime.fromtimestamp(now, UTC)))


def people_of(asked: Asked, progress: Progress, client: RingCentral, user: User) -> Sequence[Extension]:
    """The account's extensions; none where they may not be read."""
    from ringback.client.errors import PermissionMissing

    progress.begin("Reading the extensions")
    try:
        return patiently(asked, progress, client, lambda: list(user.extensions()))
    except PermissionMissing:
        return []


def patiently(asked: Asked, progress: Progress, client: RingCentral, ask: Callable[[], T]) -> T:
    """What `ask` gives; asked again after each pause, however long, unless told not to wait."""
    if asked.no_wait:
        return ask()
    from ringback.archive.limits import waiting

    return waiting(client.clock, progress.note, ask)
