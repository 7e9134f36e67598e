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
from urllib.parse import urlsplit

from ringback.oauth.secret import Secret

from .messages import Headers, HttpAnswer, HttpRequest, NoAnswer
from .version import VERSION

if TYPE_CHECKING:
    import ssl

    import httpcore2

    from .deadline import Deadline

CONNECT_SECONDS = 5.0
MAX_BODY_BYTES = 64 * 1024 * 1024
_KEPT_CONNECTIONS = 100
_KEPT_SECONDS = 30.0
_GZIP = zlib.MAX_WBITS | 16


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
        parts = urlsplit(server)
        self._server = server
        self._origin = (parts.scheme.encode(), (parts.hostname or "").encode(), parts.port)
        self._base_path = parts.path
        self._headers = {
            "host": parts.netloc,
            "accept": "application/json",
            "accept-encoding": "gzip",
            "user-agent": f"ringback/{VERSION}",
        }
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
            return NoAnswer("refused", self._why_not_connected(error))
        except (httpcore2.LocalProtocolError, httpcore2.UnsupportedProtocol, zlib.error):
            return NoAnswer("unusable", "it is not a valid HTTP exchange")
        except (httpcore2.ProtocolError, httpcore2.NetworkError, OSError) as error:
            return NoAnswer("broken", f"the connection ended: {type(error).__name__}")
        finally:
            self._give_back(connection)

    def _exchange(self, pool: httpcore2.ConnectionPool, request: HttpRequest) -> HttpAnswer | NoAnswer:
        import httpcore2

        body = request.body.reveal().encode() if isinstance(request.body, Secret) else request.body
        scheme, host, port = self._origin
        target = (self._base_path + request.target).encode("ascii")
        with pool.stream(
            request.method,
            httpcore2.URL(scheme=scheme, host=host, port=port, target=target),
            headers=self._header_pairs(request, body),
            content=body,
        ) as response:
            headers = Headers(
                {name.decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
            )
            whole = self._read(response, headers.get("content-encoding", "").strip().lower())
        if whole is None:
            return NoAnswer("unusable", f"it is longer than {self._max_body_bytes} bytes")
        return HttpAnswer(response.status, headers, whole)

    def _header_pairs(self, request: HttpRequest, body: bytes | None) -> list[tuple[bytes, bytes]]:
        headers = self._headers | {name.lower(): value for name, value in request.headers}
        if body is not None or request.method in ("POST", "PUT", "PATCH"):
            headers["content-length"] = str(len(body or b""))
        if request.authorization is not None:
            headers["authorization"] = request.authorization.reveal()
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]

    def _read(self, response: httpcore2.Response, encoding: str) -> bytes | None:
        """The body, unpacked; None when it is longer than it may be."""
        unpack = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
        if unpack is None and encoding not in ("", "identity"):
            raise zlib.error(f"content encoding {encoding[:20]}")
        chunks, left = [], self._max_body_bytes
        for packed in response.iter_stream():
            chunk = packed if unpack is None else unpack.decompress(packed, left + 1)
            left -= len(chunk)
            if left < 0:
                return None
            chunks.append(chunk)
        if unpack is not None and not unpack.eof and chunks:
            raise zlib.error("cut short")
        return b"".join(chunks)

    def _why_not_connected(self, error: BaseException) -> str:
        import ssl

        cause = error.__cause__ or error.__context__
        if isinstance(cause, ssl.SSLError) or "CERTIFICATE" in str(error).upper():
            return f"{self._server} has no TLS certificate that this machine trusts"
        return f"no connection to {self._server}"

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
        if self._closed or len(self._idle) >= _KEPT_CONNECTIONS:
            connection.pool.close()
        else:
            self._idle.append(connection)

    def _connect(self) -> _Connection:
        import httpcore2

        from .deadline import Deadline, DeadlineBackend

        with self._lock:
            if self._tls is None and self._origin[0] == b"https":
                self._tls = _trusting_the_system()
        deadline = Deadline()
        pool = httpcore2.ConnectionPool(
            ssl_context=self._tls,
            max_connections=1,
            keepalive_expiry=_KEPT_SECONDS,
            network_backend=DeadlineBackend(deadline, CONNECT_SECONDS),
        )
        return _Connection(pool, deadline)


def _trusting_the_system() -> ssl.SSLContext:
    """The operating system's trust; building it takes longer than a call, so it is built once."""
    import ssl

    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
