"""`Calls`: a call log as it is read, record by record, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from ringback.client.effects import Steps

from .call_pages import Cursor, PageRead, PageReader
from .joined import LONGEST_CALL, JoinedCall, join_calls

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ringback.client.records import CallRecord, Extension

Run = Callable[[Steps[PageRead]], PageRead]


class Calls(Iterator["CallRecord"]):
    """The records of a call log, newest first; nothing is sent before the first one is asked for.

    With `prefetch` the next page is fetched by a thread while this one is read: one page ahead, no more.
    """

    def __init__(self, run: Run, reader: PageReader, *, prefetch: bool) -> None:
        self._run = run
        self._reader = reader
        self._prefetch = prefetch
        self._records: Iterator[CallRecord] | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._reader}>"

    def __next__(self) -> CallRecord:
        if self._records is None:
            self._records = (record for page in self.pages() for record in page)
        return next(self._records)

    def pages(self) -> Iterator[tuple[CallRecord, ...]]:
        """The same records from the first one on, a page at a time."""
        return self._pages_ahead() if self._prefetch else self._pages()

    def joined(
        self, *, extensions: Iterable[Extension] = (), longest: timedelta = LONGEST_CALL
    ) -> Iterator[JoinedCall]:
        """The log from its beginning as one row per call, in the Detailed view whatever was asked for.

        A row comes once the log has been read `longest` past its newest record, or to its end.
        `extensions` (`user.extensions()`) tell queues, menus and announcements from people.
        """
        detailed = type(self)(self._run, self._reader.detailed(), prefetch=self._prefetch)
        return join_calls(detailed, extensions=extensions, longest=longest)

    def _pages(self) -> Iterator[tuple[CallRecord, ...]]:
        cursor: Cursor | None = self._reader.first()
        while cursor is not None:
            page = self._run(self._reader.read(cursor))
            yield page.records
            cursor = page.after

    def _pages_ahead(self) -> Iterator[tuple[CallRecord, ...]]:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ringback-calls") as thread:

            def fetch(cursor: Cursor) -> Future[PageRead]:
                return thread.submit(self._run, self._reader.read(cursor))

            coming: Future[PageRead] | None = fetch(self._reader.first())
            while coming is not None:
                page = coming.result()
                coming = None if page.after is None else fetch(page.after)
                yield page.records
