"""Reading a call log page by page while it changes: where to go on, and which records are new.

Pages by number shift when a record appears or is deleted in front of them. So each page is asked for as the
first page of a window that ends in the second in which the last one did; what comes twice is known by its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from ringback.client.allowance import OnLimit
from ringback.client.context import Context
from ringback.client.effects import Now, Steps
from ringback.client.user_steps import page

from .call_log import MAX_PER_PAGE, CallLogQuery, just_after

if TYPE_CHECKING:
    from ringback.client.records import CallLogPage, CallRecord


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where reading goes on: a page of a window, and the records of that window that were read already."""

    query: CallLogQuery
    number: int = 1
    seen: Mapping[str, datetime] = field(default_factory=dict)
    by_number: bool = False


@dataclass(frozen=True, slots=True)
class PageRead:
    """The records of a page that are new, and where the next one is; `after` None: that was the last."""

    records: tuple[CallRecord, ...]
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads one call log as one user. `original`: records keep their own JSON.

    `timeout`: seconds for one page, waits for the rate limit included; None: it waits as long as it takes.
    """

    context: Context
    user_id: str
    query: CallLogQuery
    original: bool = False
    timeout: float | None = None
    on_limit: OnLimit | None = None

    def __str__(self) -> str:
        return f"the {self.query.scope} call log, {self.query.view}"

    def first(self) -> Cursor:
        """Where reading begins."""
        return first_cursor(self.query)

    def detailed(self) -> PageReader:
        """The same log in the Detailed view."""
        return replace(self, query=replace(self.query, view="Detailed"))

    def read(self, cursor: Cursor) -> Steps[PageRead]:
        """Ask for the cursor's page. Raises what `User.request` does, and UnusableAnswer."""
        from ringback.client.records import call_log_page_from

        query = cursor.query
        answer = yield from page(
            self.context,
            self.user_id,
            query.path,
            query.page(cursor.number),
            timeout=self.timeout,
            on_limit=self.on_limit,
        )
        now: float = yield Now()
        read = call_log_page_from(answer.content, original=self.original)
        return advanced(cursor, read, datetime.fromtimestamp(now, UTC))


def first_cursor(query: CallLogQuery) -> Cursor:
    """Where reading a log begins."""
    return Cursor(query, by_number=query.names_a_session)


def advanced(cursor: Cursor, page: CallLogPage, now: datetime) -> PageRead:
    """What of the cursor's page is new, and the next cursor."""
    known = dict(cursor.seen)
    fresh: list[CallRecord] = []
    for record in page.records:
        if record.id not in known:
            known[record.id] = record.start_time
            fresh.append(record)
    if not page.has_next or not page.records:
        return PageRead(tuple(fresh), None)
    newest_first = all(one.start_time >= next_.start_time for one, next_ in pairwise(page.records))
    query = cursor.query
    if not query.names_a_session:
        query = query.frozen(page.uri, now, newest=page.records[0].start_time if newest_first else now)
    if cursor.by_number or not newest_first:
        # Not newest first: only numbers lead through such a log.
        return PageRead(tuple(fresh), Cursor(query, cursor.number + 1, known, by_number=True))
    end = just_after(page.records[-1].start_time)
    if query.date_to is not None and end >= query.date_to:
        # A second with more calls than a page has: larger pages, then by number.
        if query.per_page < MAX_PER_PAGE:
            larger = replace(query, per_page=min(query.per_page * 4, MAX_PER_PAGE))
            return PageRead(tuple(fresh), Cursor(larger, 1, known))
        return PageRead(tuple(fresh), Cursor(query, cursor.number + 1, known))
    seen = {key: start for key, start in known.items() if start <= end}
    return PageRead(tuple(fresh), Cursor(replace(query, date_to=end), 1, seen))
