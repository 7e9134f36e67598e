"""`AsyncCalls`: `Calls` for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from ringback.client.effects import Steps

from .call_pages import Cursor, PageRead, PageReader
from .joined import LONGEST_CALL, JoinedCall, Joiner

if TYPE_CHECKING:
    from ringback.client.records import CallRecord, Extension

Run = Callable[[Steps[PageRead]], Awaitable[PageRead]]


class AsyncCalls(AsyncIterator["CallRecord"]):
    """The records of a call log, newest first; nothing is sent before the first one is asked for.

    With `prefetch` a task fetches the next page while this one is read: one page ahead, no more.
    """

    def __init__(self, run: Run, reader: PageReader, *, prefetch: bool) -> None:
        self._run = run
        self._reader = reader
        self._prefetch = prefetch
        self._records: AsyncIterator[CallRecord] | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._reader}>"

    async def __anext__(self) -> CallRecord:
        if self._records is None:
            self._records = self._each()
        return await anext(self._records)

    async def _each(self) -> AsyncIterator[CallRecord]:
        async for page in self.pages():
            for record in page:
                yield record

    def pages(self) -> AsyncIterator[tuple[CallRecord, ...]]:
        """The same records from the first one on, a page at a time."""
        return self._pages_ahead() if self._prefetch else self._pages()

    async def joined(
        self, *, extensions: Iterable[Extension] = (), longest: timedelta = LONGEST_CALL
    ) -> AsyncIterator[JoinedCall]:
        """See `Calls.joined`."""
        joiner = Joiner(extensions, longest)
        async for record in type(self)(self._run, self._reader.detailed(), prefetch=self._prefetch):
            for call in joiner.add(record):
                yield call
        for call in joiner.finish():
            yield call

    async def _pages(self) -> AsyncIterator[tuple[CallRecord, ...]]:
        cursor: Cursor | None = self._reader.first()
        while cursor is not None:
            page = await self._run(self._reader.read(cursor))
            yield page.records
            cursor = page.after

    async def _pages_ahead(self) -> AsyncIterator[tuple[CallRecord, ...]]:
        coming: asyncio.Task[PageRead] | None = self._fetch(self._reader.first())
        try:
            while coming is not None:
                page = await coming
                coming = None if page.after is None else self._fetch(page.after)
                yield page.records
        finally:
            if coming is not None:
                coming.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await coming

    def _fetch(self, cursor: Cursor) -> asyncio.Task[PageRead]:
        async def fetched() -> PageRead:
            return await self._run(self._reader.read(cursor))

        return asyncio.create_task(fetched())
