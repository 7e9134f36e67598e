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
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)


class LimitedProtocol(HttpToolsProtocol):
    """Closes a connection whose request is too large or does not arrive in time.

    Its head has 64 KiB and 15 seconds; all of it, body and trailers included, 1 MiB and 30 seconds from its
    first byte. The application refuses bodies it reads much earlier, with an answer (request_body.py).
    """

    _in_head = True
    _message_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None
    _message_timer: asyncio.TimerHandle | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Never uvicorn's access log, whatever its logger is set to: it writes queries, and states in them.
        self.access_log = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._head_timer = self._close_after(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head_timer()
        self._stop_message_timer()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._message_bytes = True, 0
        if self._head_timer is None:
            self._head_timer = self._close_after(HEAD_SECONDS)
        self._stop_message_timer()
        self._message_timer = self._close_after(MESSAGE_SECONDS)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_head_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stop_message_timer()
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._message_bytes += len(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._message_bytes > HEAD_BYTES:
            self.transport.write(_TOO_LARGE)
            self.transport.close()
        elif self._message_timer is not None and self._message_bytes > MESSAGE_BYTES:
            self.transport.close()

    def _close_after(self, seconds: float) -> asyncio.TimerHandle:
        return self.loop.call_later(seconds, self.transport.close)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _stop_message_timer(self) -> None:
        if self._message_timer is not None:
            self._message_timer.cancel()
            self._message_timer = None
