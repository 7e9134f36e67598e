"""The gateway for asyncio: the rules of `transport.py`, over keep-alive connections that speak HTTP by h11.

Whatever ends an exchange early (time, an error, a cancelled task) ends its connection too.
"""

from __future__ import annotations

import asyncio
import time
import zlib
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import h11

from ringback.client.messages import Headers, HttpAnswer, HttpRequest, NoAnswer, Sink

from .async_connection import AsyncConnection, connect
from .wire import (
    CONNECT_SECONDS,
    KEPT_CONNECTIONS,
    MAX_BODY_BYTES,
    Body,
    SinkBody,
    Wire,
    body_of,
    headers_from,
    is_for_sink,
    trusting_the_system,
)

if TYPE_CHECKING:
    import ssl


class AsyncTransport(Protocol):
    """Sends a request and gives its answer, or says why there is none; raises nothing for the network."""

    async def send(self, request: HttpRequest, *, seconds: float) -> HttpAnswer | NoAnswer:
        """Must be over within `seconds`."""

    async def close(self) -> None:
        """Close the connections."""


class AsyncHttpTransport:
    """Keep-alive connections to one server, shared by the tasks of one event loop."""

    def __init__(
        self, server: str, *, tls: ssl.SSLContext | None = None, max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        """`server` is the base URL; `tls` replaces the default context, which trusts the system's CAs."""
        self._wire = Wire(server)
        self._tls = tls
        self._max_body_bytes = max_body_bytes
        self._idle: deque[AsyncConnection] = deque()
        self._others: dict[str, AsyncHttpTransport] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def close(self) -> None:
        self._closed = True
        self._let_go()
        for other in list(self._others.values()):
            await other.close()
        await asyncio.sleep(0)  # the loop closes the sockets on its next round

    async def send(self, request: HttpRequest, *, seconds: float) -> HttpAnswer | NoAnswer:
        if seconds <= 0:
            return NoAnswer("timeout", "no time was left to send it")
        if request.origin is not None:
            there = replace(request, origin=None)
            return await self._elsewhere(request.origin).send(there, seconds=seconds)
        try:
            async with asyncio.timeout(seconds) as limit:
                return await self._send(request, limit)
        except TimeoutError:
            return NoAnswer("timeout", f"{seconds:.1f} s passed")

    async def _send(self, request: HttpRequest, limit: asyncio.Timeout) -> HttpAnswer | NoAnswer:
        connection = self._take()
        if connection is None:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    connection = await connect(self._wire, self._tls_context())
            except TimeoutError:
                return NoAnswer("timeout", "to connect")
            except OSError as error:
                return NoAnswer("refused", self._wire.why_not_connected(error))
        try:
            return await self._exchange(connection, request, limit)
        except (h11.LocalProtocolError, zlib.error):
            return NoAnswer("unusable", "it is not a valid HTTP exchange")
        except (h11.RemoteProtocolError, OSError) as error:
            # The server has ended this one, and those kept longer with it: whoever asks again gets a new one.
            self._let_go()
            return NoAnswer("broken", f"the connection ended: {type(error).__name__}")
        finally:
            self._give_back(connection)

    async def _exchange(
        self, connection: AsyncConnection, request: HttpRequest, limit: asyncio.Timeout
    ) -> HttpAnswer | NoAnswer:
        wire, body = self._wire, body_of(request)
        connection.begin(request.method, wire.target(request), wire.headers(request, body), body)
        answer = await connection.next_part()
        if not isinstance(answer, h11.Response):
            raise h11.RemoteProtocolError("no status line")
        headers = headers_from(answer.headers)
        if request.sink is not None and is_for_sink(request, answer.status_code):
            return await self._streamed(connection, answer.status_code, headers, request.sink, limit)
        whole = Body(headers, self._max_body_bytes)
        while isinstance(part := await connection.next_part(), h11.Data):
            if not whole.add(bytes(part.data)):
                return NoAnswer("unusable", f"it is longer than {self._max_body_bytes} bytes")
        return HttpAnswer(answer.status_code, headers, whole.whole())

    async def _streamed(
        self, connection: AsyncConnection, status: int, headers: Headers, sink: Sink, limit: asyncio.Timeout
    ) -> HttpAnswer:
        """An answer whose body goes into a sink; what counts is that it goes on. Files block: in a thread."""
        body = await asyncio.to_thread(SinkBody, sink, status, headers)
        ahead = asyncio.get_running_loop().time() - time.monotonic()
        limit.reschedule(body.until() + ahead)
        while isinstance(part := await connection.next_part(), h11.Data):
            await asyncio.to_thread(body.add, bytes(part.data))
            limit.reschedule(body.until() + ahead)
        return HttpAnswer(status, headers, body.whole())

    def _elsewhere(self, origin: str) -> AsyncHttpTransport:
        """The same transport for another server."""
        if origin not in self._others:
            self._others[origin] = AsyncHttpTransport(
                origin, tls=self._tls, max_body_bytes=self._max_body_bytes
            )
        return self._others[origin]

    def _take(self) -> AsyncConnection | None:
        """A connection that nobody else is using, the one used last first; None when there is none."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            # Connections belong to the loop they were opened in.
            self._idle, self._loop = deque(), loop
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable():
                return connection
            connection.close()
        return None

    def _give_back(self, connection: AsyncConnection) -> None:
        """Keep the connection if its exchange is whole, else close it; and close those that are too old."""
        if connection.keep() and not self._closed and len(self._idle) < KEPT_CONNECTIONS:
            self._idle.append(connection)
        else:
            connection.close()
        while self._idle and not self._idle[0].is_usable():
            self._idle.popleft().close()

    def _let_go(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _tls_context(self) -> ssl.SSLContext | None:
        if self._wire.scheme != "https":
            return None
        if self._tls is None:
            self._tls = trusting_the_system()
        return self._tls
