"""uvicorn's HTTP protocol with limits on requests, in bytes and seconds, before any of our code runs."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 65_536
HEAD_SECONDS = 15.0
# A whole request, with its body: also one that has been answered without its body being read.
MESSAGE_BYTES = 1_048_576
MESSAGE_SECONDS = 30.0
# A snapshot that is put back, from this machine only.
SNAPSHOT_PATH = b"/_local/snapshot"
SNAPSHOT_BYTES = 67_108_864
# The name under which an application finds the connection's transport in the scope's extensions.
TRANSPORT = "ringback.transport"
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)


class LimitedProtocol(HttpToolsProtocol):
    """Closes a connection whose request is too large or does not arrive in time.

    Its head has 64 KiB and 15 seconds; all of it, body and trailers included, 1 MiB and 30 seconds from its
    first byte; a snapshot from this machine has 64 MiB. The application refuses bodies it reads much earlier,
    with an answer (request_body.py).
    """

    _in_head = True
    _message_bytes = 0
    _most_bytes = MESSAGE_BYTES
    # Until when head and message may take, by the loop's clock; None: neither is awaited.
    _head_until: float | None = None
    _message_until: float | None = None
    # One timer looks at both, so that a request that is in time costs none.
    _watch: asyncio.TimerHandle | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Never uvicorn's access log, whatever its logger is set to: it writes queries, and states in them.
        self.access_log = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._head_until = self.loop.time() + HEAD_SECONDS
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        # For faults that tests order (controls/fault_door.py): they cut the connection.
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}
        self._in_head, self._message_bytes = True, 0
        now = self.loop.time()
        if self._head_until is None:
            self._head_until = now + HEAD_SECONDS
        self._message_until = now + MESSAGE_SECONDS
        if self._watch is None:
            self._look()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._head_until = None
        local = self.client is not None and self.client[0] in {"127.0.0.1", "::1"}
        snapshot = local and self.url.endswith(SNAPSHOT_PATH)
        self._most_bytes = SNAPSHOT_BYTES if snapshot else MESSAGE_BYTES
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._message_until = None
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._message_bytes += len(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._message_bytes > HEAD_BYTES:
            self.transport.write(_TOO_LARGE)
            self.transport.close()
        elif self._message_until is not None and self._message_bytes > self._most_bytes:
            self.transport.close()

    def _look(self) -> None:
        """Close when one of the two has run out, else look again when the next one would, at the latest."""
        self._watch = None
        awaited = [until for until in (self._head_until, self._message_until) if until is not None]
        if not awaited:
            return
        left = min(awaited) - self.loop.time()
        if left <= 0:
            self.transport.close()
        else:
            # A head that begins later than this has HEAD_SECONDS of its own, so nothing is overslept.
            self._watch = self.loop.call_later(min(left, HEAD_SECONDS), self._look)
