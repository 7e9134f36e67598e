"""The gateway for asyncio: the rules of `transport.py`, over keep-alive connections that speak HTTP by h11.

Whatever ends an exchange early (time, an error, a cancelled task) ends its connection too.
"""

from __future__ import annotations

import asyncio
import select
import time
import zlib
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import h11

from .messages import HttpAnswer, HttpRequest, NoAnswer
from .wire import (
    CONNECT_SECONDS,
    KEPT_CONNECTIONS,
    KEPT_SECONDS,
    MAX_BODY_BYTES,
    Body,
    Wire,
    body_of,
    headers_from,
    trusting_the_system,
)

if TYPE_CHECKING:
    import ssl

_READ_BYTES = 64 * 1024
_MAX_HEAD_BYTES = 100 * 1024


class AsyncTransport(Protocol):
    """Sends a request and gives its answer, or says why there is none; raises nothing for the network."""

    async def send(self, request: HttpRequest, *, seconds: float) -> HttpAnswer | NoAnswer:
        """Must be over within `seconds`."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass(slots=True)
class _Connection:
    """One keep-alive connection, used by one call at a time. `until`: when it is too old to be used."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    http: h11.Connection
    until: float = 0.0

    def usable(self) -> bool:
        """False when it is old, or the server has closed it: an idle connection has nothing to read."""
        if self.until <= time.monotonic() or self.reader.at_eof() or self.writer.is_closing():
            return False
        poll = select.poll()
        poll.register(self.writer.get_extra_info("socket").fileno(), select.POLLIN)
        return not poll.poll(0)

    def end(self) -> None:
        """Close it now, without waiting for anything that is still to be sent."""
        self.writer.transport.abort()

    async def next_event(self) -> h11.Response | h11.Data | h11.EndOfMessage:
        """The next part of the answer."""
        while True:
            event = self.http.next_event()
            if event is h11.NEED_DATA:
                self.http.receive_data(await self.reader.read(_READ_BYTES))
            elif isinstance(event, h11.Response | h11.Data | h11.EndOfMessage):
                return event
            elif not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("the server closed the connection")


class AsyncHttpTransport:
    """Keep-alive connections to one server, shared by the tasks of one event loop."""

    def __init__(
        self, server: str, *, tls: ssl.SSLContext | None = None, max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        """`server` is the base URL; `tls` replaces the default context, which trusts the system's CAs."""
        self._wire = Wire(server)
        self._tls = tls
        self._max_body_bytes = max_body_bytes
        self._idle: deque[_Connection] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def close(self) -> None:
        self._closed = True
        while self._idle:
            self._idle.pop().end()
        await asyncio.sleep(0)  # the loop closes the sockets on its next round

    async def send(self, request: HttpRequest, *, seconds: float) -> HttpAnswer | NoAnswer:
        if seconds <= 0:
            return NoAnswer("timeout", "no time was left to send it")
        try:
            async with asyncio.timeout(seconds):
                return await self._send(request)
        except TimeoutError:
            return NoAnswer("timeout", f"{seconds:.1f} s passed")

    async def _send(self, request: HttpRequest) -> HttpAnswer | NoAnswer:
        connection = self._take()
        if connection is None:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    connection = await self._connect()
            except TimeoutError:
                raise
            except OSError as error:
                return NoAnswer("refused", self._wire.why_not_connected(error))
        try:
            return await self._exchange(connection, request)
        except (h11.LocalProtocolError, zlib.error):
            return NoAnswer("unusable", "it is not a valid HTTP exchange")
        except (h11.RemoteProtocolError, OSError) as error:
            return NoAnswer("broken", f"the connection ended: {type(error).__name__}")
        finally:
            self._give_back(connection)

    async def _exchange(self, connection: _Connection, request: HttpRequest) -> HttpAnswer | NoAnswer:
        wire, http, body = self._wire, connection.http, body_of(request)
        headers = wire.headers(request, body)
        packets = [
            http.send(h11.Request(method=request.method, target=wire.target(request), headers=headers))
        ]
        if body:
            packets.append(http.send(h11.Data(data=body)))
        packets.append(http.send(h11.EndOfMessage()))
        with suppress(OSError):
            # A server may answer and close before it has read everything: its answer counts.
            connection.writer.write(b"".join(packet for packet in packets if packet))
            await connection.writer.drain()
        answer = await connection.next_event()
        if not isinstance(answer, h11.Response):
            raise h11.RemoteProtocolError("no status line")
        received = headers_from(answer.headers)
        whole = Body(received, self._max_body_bytes)
        while isinstance(part := await connection.next_event(), h11.Data):
            if not whole.add(bytes(part.data)):
                return NoAnswer("unusable", f"it is longer than {self._max_body_bytes} bytes")
        return HttpAnswer(answer.status_code, received, whole.whole())

    def _take(self) -> _Connection | None:
        """A connection that nobody else is using, the one used last first; None when there is none."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            # Connections belong to the loop they were opened in.
            self._idle, self._loop = deque(), loop
        while self._idle:
            connection = self._idle.pop()
            if connection.usable():
                return connection
            connection.end()
        return None

    def _give_back(self, connection: _Connection) -> None:
        """Keep the connection if its exchange is whole, else close it."""
        whole = connection.http.our_state is h11.DONE and connection.http.their_state is h11.DONE
        if not whole or self._closed or len(self._idle) >= KEPT_CONNECTIONS:
            connection.end()
            return
        connection.http.start_next_cycle()
        now = time.monotonic()
        connection.until = now + KEPT_SECONDS
        self._idle.append(connection)
        while self._idle[0].until <= now:
            self._idle.popleft().end()

    async def _connect(self) -> _Connection:
        wire = self._wire
        secure = wire.scheme == "https"
        if secure and self._tls is None:
            self._tls = trusting_the_system()
        if self._tls is not None:
            self._tls.set_alpn_protocols(["http/1.1"])
        reader, writer = await asyncio.open_connection(
            wire.host,
            wire.port or (443 if secure else 80),
            ssl=self._tls if secure else None,
            server_hostname=wire.host if secure else None,
        )
        http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)
        return _Connection(reader, writer, http)
