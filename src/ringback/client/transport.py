"""The one gateway for everything Ringback sends: fixed server, no redirects, one deadline, a byte cap.

httpx2 is imported when the first request is sent. Proxies and netrc of the environment are not used.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

from ringback.oauth.secret import Secret

from .messages import Headers, HttpAnswer, HttpRequest, NoAnswer
from .version import VERSION

if TYPE_CHECKING:
    import ssl

    import httpx2

CONNECT_SECONDS = 5.0
MAX_BODY_BYTES = 64 * 1024 * 1024
_CONNECTIONS = 100


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
        self._server = server
        self._tls = tls
        self._max_body_bytes = max_body_bytes
        self._client: httpx2.Client | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def send(self, request: HttpRequest, *, seconds: float) -> HttpAnswer | NoAnswer:
        import httpx2

        if seconds <= 0:
            return NoAnswer("timeout", "no time was left to send it")
        until = time.monotonic() + seconds
        try:
            return self._exchange(self._connected(), request, until, seconds)
        except (httpx2.ConnectTimeout, httpx2.PoolTimeout):
            return NoAnswer("timeout", "no connection in time")
        except httpx2.TimeoutException:
            return NoAnswer("timeout", f"{seconds:.0f} s passed")
        except httpx2.ConnectError:
            return NoAnswer("refused", f"no connection to {self._server}")
        except (httpx2.DecodingError, httpx2.LocalProtocolError, httpx2.UnsupportedProtocol):
            return NoAnswer("unusable", "it is not a valid HTTP exchange")
        except httpx2.TransportError as error:
            return NoAnswer("broken", f"the connection ended: {type(error).__name__}")

    def _exchange(
        self, client: httpx2.Client, request: HttpRequest, until: float, seconds: float
    ) -> HttpAnswer | NoAnswer:
        headers = dict(request.headers)
        if request.authorization is not None:
            headers["Authorization"] = request.authorization.reveal()
        body = request.body.reveal().encode() if isinstance(request.body, Secret) else request.body
        timeout = (min(CONNECT_SECONDS, seconds), seconds, seconds, min(CONNECT_SECONDS, seconds))
        with client.stream(
            request.method, self._server + request.target, headers=headers, content=body, timeout=timeout
        ) as response:
            chunks, size = [], 0
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                if size > self._max_body_bytes:
                    return NoAnswer("unusable", f"it is longer than {self._max_body_bytes} bytes")
                if time.monotonic() > until:
                    return NoAnswer("timeout", f"{seconds:.0f} s passed")
            return HttpAnswer(response.status_code, Headers(response.headers), b"".join(chunks))

    def _connected(self) -> httpx2.Client:
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._client = self._connect()
        return self._client

    def _connect(self) -> httpx2.Client:
        import ssl

        import httpx2

        secure = self._server.startswith("https:")
        return httpx2.Client(
            verify=(self._tls or ssl.create_default_context()) if secure else False,
            follow_redirects=False,
            trust_env=False,
            limits=httpx2.Limits(
                max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS, keepalive_expiry=30.0
            ),
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"ringback/{VERSION}",
            },
        )
