"""The one gateway for everything Ringback sends: fixed server, no redirects, one deadline, a byte cap.

It stands on httpcore2, the engine of httpx2: no cookie jar that the users of one client would share, no proxy
and no netrc of the environment, half the time per call. It is imported when the first request is sent.
"""

from __future__ import annotations

import os
import threading
import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

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

    import httpcore2

    from .deadline import Deadline

_left_to_the_parent: list[object] = []


@dataclass(frozen=True, slots=True)
class _Connection:
    """One keep-alive connection, used by one call at a time: a pool of one, and the deadline of its call.

    A pool of many would look at all of its connections for each call, under one lock.
    """

    pool: httpcore2.ConnectionPool
    deadline: Deadline


class Transport(Protocol):
    """Sends a request and gives its answer, or says why there is none; raises nothing for the network."""

    def send(self, request: HttpRequest, *, seconds: float) -> HttpAnswer | NoAnswer:
        """Must be over within `seconds`."""

    def close(self) -> None:
        """Close the connections."""


class HttpTransport:
    """Keep-alive connections to one server, shared by threads."""

    def __init__(
        self, server: str, *, tls: ssl.SSLContext | None = None, max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        """`server` is the base URL; `tls` replaces the default context, which trusts the system's CAs."""
        self._wire = Wire(server)
        self._tls = tls
        self._max_body_bytes = max_body_bytes
        self._idle: list[_Connection] = []
        self._closed = False
        self._pid = os.getpid()
        self._lock = threading.Lock()

    def close(self) -> None:
        self._closed = True
        while self._idle:
            self._idle.pop().pool.close()

    def send(self, request: HttpRequest, *, seconds: float) -> HttpAnswer | NoAnswer:
        import httpcore2

        if seconds <= 0:
            return NoAnswer("timeout", "no time was left to send it")
        connection = self._take()
        connection.deadline.until = time.monotonic() + seconds
        try:
            return self._exchange(connection.pool, request)
        except httpcore2.TimeoutException:
            return NoAnswer("timeout", f"{seconds:.1f} s passed")
        except httpcore2.ConnectError as error:
            return NoAnswer("refused", self._wire.why_not_connected(error.__cause__ or error))
        except (httpcore2.LocalProtocolError, httpcore2.UnsupportedProtocol, zlib.error):
            return NoAnswer("unusable", "it is not a valid HTTP exchange")
        except (httpcore2.ProtocolError, httpcore2.NetworkError, OSError) as error:
            return NoAnswer("broken", f"the connection ended: {type(error).__name__}")
        finally:
            self._give_back(connection)

    def _exchange(self, pool: httpcore2.ConnectionPool, request: HttpRequest) -> HttpAnswer | NoAnswer:
        import httpcore2

        wire, body = self._wire, body_of(request)
        with pool.stream(
            request.method,
            httpcore2.URL(
                scheme=wire.scheme.encode(),
                host=wire.host.encode(),
                port=wire.port,
                target=wire.target(request),
            ),
            headers=wire.headers(request, body),
            content=body,
        ) as response:
            headers = headers_from(response.headers)
            whole = Body(headers, self._max_body_bytes)
            for chunk in response.iter_stream():
                if not whole.add(chunk):
                    return NoAnswer("unusable", f"it is longer than {self._max_body_bytes} bytes")
        return HttpAnswer(response.status, headers, whole.whole())

    def _take(self) -> _Connection:
        """A connection that nobody else is using: the one used last, or a new one."""
        if self._pid != os.getpid():
            # Connections are not shared across a fork, or one process would read the other's answers.
            _left_to_the_parent.append(self._idle)
            self._idle, self._pid, self._lock = [], os.getpid(), threading.Lock()
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _give_back(self, connection: _Connection) -> None:
        if self._closed or len(self._idle) >= KEPT_CONNECTIONS:
            connection.pool.close()
        else:
            self._idle.append(connection)

    def _connect(self) -> _Connection:
        import httpcore2

        from .deadline import Deadline, DeadlineBackend

        with self._lock:
            if self._tls is None and self._wire.scheme == "https":
                self._tls = trusting_the_system()
        deadline = Deadline()
        pool = httpcore2.ConnectionPool(
            ssl_context=self._tls,
            max_connections=1,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=DeadlineBackend(deadline, CONNECT_SECONDS),
        )
        return _Connection(pool, deadline)
