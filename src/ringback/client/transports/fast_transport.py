"""The optional second transport: pyreqwest (Rust's reqwest and hyper), for clients that call all the time.

The rules are those of `transport.py`. Bodies are unpacked here, so that the cap counts what they unpack to.
Needs the extra `ringback[fast]`; imported only where it is asked for.
"""

from __future__ import annotations

import os
import re
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pyreqwest.exceptions as errors
from pyreqwest.client import SyncClient, SyncClientBuilder

from ringback.client.messages import Headers, HttpAnswer, HttpRequest, NoAnswer
from ringback.client.version import VERSION

from .transport import HttpTransport
from .wire import CONNECT_SECONDS, KEPT_CONNECTIONS, KEPT_SECONDS, MAX_BODY_BYTES, Body, body_of

if TYPE_CHECKING:
    from pyreqwest.response import SyncResponse

# Segments that a URL parser takes for `.` and `..` (url.spec.whatwg.org, "dot URL path segment").
_DOT_SEGMENT = re.compile(r"[^?]*/(?:\.|%2e){1,2}(?:[/?]|$)", re.IGNORECASE)
_NOT_CONNECTED = "client error (Connect)"
_left_to_the_parent: list[object] = []


class FastTransport:
    """Keep-alive connections to one server, shared by threads, driven by a thread of pyreqwest's own.

    That thread does not live on in a forked process: a child of a process that has used this transport goes
    on with the default one.
    """

    def __init__(
        self, server: str, *, extra_ca: bytes | None = None, max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        """`server` is the base URL; `extra_ca`, in PEM, is trusted beside the system's CAs."""
        self._server = server
        self._extra_ca = extra_ca
        self._max_body_bytes = max_body_bytes
        self._client = self._build()
        self._pid = os.getpid()
        self._after_fork: HttpTransport | None = None
        self._for_sinks: HttpTransport | None = None

    def close(self) -> None:
        """Close the connections."""
        if self._for_sinks is not None:
            self._for_sinks.close()
        if self._after_fork is not None:
            self._after_fork.close()
        elif self._pid == os.getpid():
            self._client.close()

    def send(self, request: HttpRequest, *, seconds: float) -> HttpAnswer | NoAnswer:
        """Must be over within `seconds`."""
        if seconds <= 0:
            return NoAnswer("timeout", "no time was left to send it")
        if request.sink is not None or request.origin is not None:
            return self._streaming().send(request, seconds=seconds)
        if self._pid != os.getpid():
            return self._default().send(request, seconds=seconds)
        if _DOT_SEGMENT.match(request.target):
            return NoAnswer("unusable", "it is not a valid HTTP exchange")
        try:
            return self._exchange(self._client, request, seconds)
        except errors.RequestTimeoutError:
            return NoAnswer("timeout", f"{seconds:.1f} s passed")
        except (errors.BuilderError, zlib.error, UnicodeError):
            return NoAnswer("unusable", "it is not a valid HTTP exchange")
        except errors.RequestError as error:
            return self._no_answer(error)

    def _exchange(self, client: SyncClient, request: HttpRequest, seconds: float) -> HttpAnswer | NoAnswer:
        asked = client.request(request.method, self._server + request.target).timeout(
            timedelta(seconds=seconds)
        )
        for name, value in request.headers:
            asked = asked.header(name, value)
        if request.authorization is not None:
            asked = asked.header("authorization", request.authorization.reveal(), is_sensitive=True)
        body = body_of(request)
        if body:
            asked = asked.body_bytes(body)
        elif body is not None or request.method in ("POST", "PUT", "PATCH"):
            asked = asked.header("content-length", "0")  # an empty body would go without
        with asked.build_streamed() as answer:
            return self._read(answer)

    def _read(self, answer: SyncResponse) -> HttpAnswer | NoAnswer:
        if answer.status < 200:
            return NoAnswer("unusable", "it is not a valid HTTP exchange")
        headers = Headers(dict(answer.headers.items()))
        whole, reader = Body(headers, self._max_body_bytes), answer.body_reader
        while (chunk := reader.read_chunk()) is not None:
            if not whole.add(bytes(chunk)):
                return NoAnswer("unusable", f"it is longer than {self._max_body_bytes} bytes")
        return HttpAnswer(answer.status, headers, whole.whole())

    def _build(self) -> SyncClient:
        builder = (
            SyncClientBuilder()
            .user_agent(f"ringback/{VERSION}")
            .default_headers({"accept": "application/json", "accept-encoding": "gzip"})
            .follow_redirects(False)
            .no_proxy()
            .referer(False)
            .gzip(False)
            .brotli(False)
            .zstd(False)
            .deflate(False)
            .connect_timeout(timedelta(seconds=CONNECT_SECONDS))
            .pool_idle_timeout(timedelta(seconds=KEPT_SECONDS))
            .pool_max_idle_per_host(KEPT_CONNECTIONS)
        )
        if self._extra_ca is not None:
            builder = builder.add_root_certificate_pem(self._extra_ca)
        return builder.build()

    def _default(self) -> HttpTransport:
        if self._after_fork is None:
            _left_to_the_parent.append(self._client)
            self._after_fork = self._plain()
        return self._after_fork

    def _streaming(self) -> HttpTransport:
        """For bodies that go into a sink, and for the media host: there the disk is what is slow."""
        if self._for_sinks is None:
            self._for_sinks = self._plain()
        return self._for_sinks

    def _plain(self) -> HttpTransport:
        tls = None
        if self._extra_ca is not None:
            import ssl

            tls = ssl.create_default_context(cadata=self._extra_ca.decode("ascii"))
            tls.load_default_certs()
        return HttpTransport(self._server, tls=tls, max_body_bytes=self._max_body_bytes)

    def _no_answer(self, error: errors.RequestError) -> NoAnswer:
        # ConnectError stands for connections that ended without an answer too; the causes tell which.
        causes = [cause["message"] for cause in error.details["causes"] or ()]
        if _NOT_CONNECTED not in causes:
            return NoAnswer("broken", f"the connection ended: {type(error).__name__}")
        if any("certificate" in cause.lower() for cause in causes):
            return NoAnswer("refused", f"{self._server} has no TLS certificate that this machine trusts")
        return NoAnswer("refused", f"no connection to {self._server}")
