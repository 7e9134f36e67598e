"""One kept-alive HTTP/1.1 connection of an event loop, used by one exchange at a time."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from typing import cast

from .connection import is_readable
from .talk import Part, Talk
from .wire import Wire

_BUFFERED_BYTES = 256 * 1024


class AsyncConnection(asyncio.Protocol):
    """`begin`, `next_part` up to h11.EndOfMessage, then `keep` or `close`.

    Bytes that come while no exchange runs belong to no answer: the connection is closed then, at once.
    OSError: the connection broke. h11.RemoteProtocolError: the server does not speak HTTP.
    """

    def __init__(self) -> None:
        self._talk = Talk()
        self._transport: asyncio.Transport | None = None
        self._chunks: deque[bytes] = deque()
        self._buffered = 0
        self._busy = True
        self._ended = False
        self._fault: Exception | None = None
        self._more: asyncio.Future[None] | None = None

    # What the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if not self._busy:
            self.close()
            return
        self._chunks.append(data)
        self._buffered += len(data)
        if self._buffered > _BUFFERED_BYTES and self._transport is not None:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self._ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended, self._fault, self._transport = True, exc, None
        self._wake()

    def _wake(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)

    # What an exchange calls

    def begin(
        self, method: str, target: bytes, headers: list[tuple[bytes, bytes]], body: bytes | None
    ) -> None:
        """Send a whole request. Raises h11.LocalProtocolError, and then has sent nothing."""
        packet = self._talk.request(method, target, headers, body)
        self._busy = True
        if self._transport is not None:
            self._transport.write(packet)

    async def next_part(self) -> Part:
        """The next part of the answer."""
        while (part := self._talk.next_part()) is None:
            self._talk.received(await self._read())
        return part

    async def _read(self) -> bytes:
        while not self._chunks and not self._ended:
            self._more = asyncio.get_running_loop().create_future()
            await self._more
        if self._chunks:
            chunk = self._chunks.popleft()
            self._buffered -= len(chunk)
            if not self._buffered and self._transport is not None:
                self._transport.resume_reading()
            return chunk
        if self._fault is not None:
            raise self._fault
        return b""

    def keep(self) -> bool:
        """Make ready for another exchange; False when this one is not whole, or the server has ended it."""
        self._busy = False
        return not self._ended and not self._chunks and self._talk.keep()

    def is_usable(self) -> bool:
        """False when it was kept too long, or the server has closed it or sent what nobody asked for."""
        if self._transport is None or self._ended or self._talk.is_too_old():
            return False
        # The loop may not have seen yet what the socket knows.
        return not is_readable(self._transport.get_extra_info("socket"))

    def close(self) -> None:
        """Close it now, without waiting for anything that is still to be sent."""
        self._ended = True
        if self._transport is not None:
            self._transport.abort()


async def connect(wire: Wire, tls: ssl.SSLContext | None) -> AsyncConnection:
    """A new connection, its TLS handshake done when `tls` is given. Raises OSError."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(
        AsyncConnection,
        wire.host,
        wire.port or (443 if tls is not None else 80),
        ssl=tls,
        server_hostname=wire.host if tls is not None else None,
    )
    return connection
