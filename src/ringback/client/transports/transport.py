"""The one gateway for everything Ringback sends: fixed server, no redirects, one deadline, a byte cap.

It speaks HTTP by h11, the protocol engine inside httpx2 and httpcore2, over connections of its own: no cookie
jar that the users of one client would share, no proxy and no netrc of the environment, a third of the time
per call. It is imported when the first request is sent.
"""

from __future__ import annotations

import os
import threading
import time
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ringback.client.messages import Headers, HttpAnswer, HttpRequest, NoAnswer, Sink

from .wire import (
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

    from .connection import Connection

_left_to_the_parent: list[object] = []


class Transport(Protocol):
    """Sends a request and gives its answer, or says why there is none; raises nothing for the network."""

    def send(self, request: HttpRequest, *, seconds: float) -> HttpAnswer | NoAnswer:
        """Must be over within `seconds`."""

    def close(self) -> None:
        """Close the connections."""


class HttpTransport:
    """Keep-alive connections to one server, shared by threads: one for each call in flight."""

    def __init__(
        self, server: str, *, tls: ssl.SSLContext | None = None, max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        """`server` is the base URL; `tls` replaces the default context, which trusts the system's CAs."""
        self._wire = Wire(server)
        self._tls = tls
        self._max_body_bytes = max_body_bytes
        self._idle: list[Connection] = []
        self._others: dict[str, HttpTransport] = {}
        self._closed = False
        self._pid = os.getpid()
        self._lock = threading.Lock()

    def close(self) -> None:
        self._closed = True
        self._let_go()
        for other in list(self._others.values()):
            other.close()

    def send(self, request: HttpRequest, *, seconds: float) -> HttpAnswer | NoAnswer:
        import h11

        from .connection import NotConnected

        if seconds <= 0:
            return NoAnswer("timeout", "no time was left to send it")
        if request.origin is not None:
            there = replace(request, origin=None)
            return self._elsewhere(request.origin).send(there, seconds=seconds)
        until = time.monotonic() + seconds
        connection = None
        try:
            connection = self._take(until)
            return self._exchange(connection, request)
        except TimeoutError:
            return NoAnswer(
                "timeout", f"{seconds:.1f} s passed" if time.monotonic() >= until else "to connect"
            )
        except NotConnected as refusal:
            return NoAnswer("refused", self._wire.why_not_connected(refusal.cause))
        except (h11.LocalProtocolError, zlib.error):
            return NoAnswer("unusable", "it is not a valid HTTP exchange")
        except (h11.RemoteProtocolError, OSError) as error:
            # The server has ended this one, and those kept longer with it: whoever asks again gets a new one.
            self._let_go()
            return NoAnswer("broken", f"the connection ended: {type(error).__name__}")
        finally:
            if connection is not None:
                self._give_back(connection)

    def _exchange(self, connection: Connection, request: HttpRequest) -> HttpAnswer | NoAnswer:
        import h11

        wire, body = self._wire, body_of(request)
        connection.begin(request.method, wire.target(request), wire.headers(request, body), body)
        answer = connection.next_part()
        if not isinstance(answer, h11.Response):
            raise h11.RemoteProtocolError("no status line")
        headers = headers_from(answer.headers)
        if request.sink is not None and is_for_sink(request, answer.status_code):
            return self._streamed(connection, answer.status_code, headers, request.sink)
        whole = Body(headers, self._max_body_bytes)
        while isinstance(part := connection.next_part(), h11.Data):
            if not whole.add(bytes(part.data)):
                return NoAnswer("unusable", f"it is longer than {self._max_body_bytes} bytes")
        return HttpAnswer(answer.status_code, headers, whole.whole())

    def _streamed(self, connection: Connection, status: int, headers: Headers, sink: Sink) -> HttpAnswer:
        """An answer whose body goes into a sink; what counts is that it goes on."""
        import h11

        body = SinkBody(sink, status, headers)
        connection.until = body.until()
        while isinstance(part := connection.next_part(), h11.Data):
            body.add(bytes(part.data))
            connection.until = body.until()
        return HttpAnswer(status, headers, body.whole())

    def _elsewhere(self, origin: str) -> HttpTransport:
        """The same transport for another server."""
        with self._lock:
            if origin not in self._others:
                self._others[origin] = HttpTransport(
                    origin, tls=self._tls, max_body_bytes=self._max_body_bytes
                )
            return self._others[origin]

    def _take(self, until: float) -> Connection:
        """A connection that nobody else is using: the one used last, or a new one."""
        if self._pid != os.getpid():
            # Connections are not shared across a fork, or one process would read the other's answers.
            _left_to_the_parent.append(self._idle)
            self._idle, self._pid, self._lock = [], os.getpid(), threading.Lock()
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self._connect(until)
            if connection.is_usable():
                connection.until = until
                return connection
            connection.close()

    def _give_back(self, connection: Connection) -> None:
        """Keep the connection if its exchange is whole, else close it."""
        if connection.keep() and not self._closed and len(self._idle) < KEPT_CONNECTIONS:
            self._idle.append(connection)
        else:
            connection.close()

    def _let_go(self) -> None:
        while self._idle:
            try:
                self._idle.pop().close()
            except IndexError:  # another thread took the last one
                return

    def _connect(self, until: float) -> Connection:
        from .connection import connect

        secure = self._wire.scheme == "https"
        with self._lock:
            if self._tls is None and secure:
                self._tls = trusting_the_system()
        return connect(self._wire, self._tls if secure else None, until)
