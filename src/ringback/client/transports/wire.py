"""What both transports put on the wire and read from it: the fixed server, headers, and bodies with a cap."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ringback.client.messages import Headers, HttpRequest, Sink
from ringback.client.version import VERSION
from ringback.oauth.secret import Secret

if TYPE_CHECKING:
    import ssl

MAX_BODY_BYTES = 64 * 1024 * 1024
CONNECT_SECONDS = 5.0
STALL_SECONDS = 30.0  # between two pieces of a body that goes into a sink
KEPT_CONNECTIONS = 100
KEPT_SECONDS = 30.0
_GZIP = zlib.MAX_WBITS | 16


class Wire:
    """One server: where it is, and how a request to it looks."""

    def __init__(self, server: str) -> None:
        """`server` is the base URL."""
        parts = urlsplit(server)
        self.server = server
        self.scheme, self.host, self.port = parts.scheme, parts.hostname or "", parts.port
        self._base_path = parts.path
        self._headers = {
            "host": parts.netloc,
            "accept": "application/json",
            "accept-encoding": "gzip",
            "user-agent": f"ringback/{VERSION}",
        }

    def target(self, request: HttpRequest) -> bytes:
        """What stands in the request line."""
        return (self._base_path + request.target).encode("ascii")

    def headers(self, request: HttpRequest, body: bytes | None) -> list[tuple[bytes, bytes]]:
        """All headers of a request, secrets included."""
        headers = self._headers | {name.lower(): value for name, value in request.headers}
        if body is not None or request.method in ("POST", "PUT", "PATCH"):
            headers["content-length"] = str(len(body or b""))
        if request.authorization is not None:
            headers["authorization"] = request.authorization.reveal()
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]

    def why_not_connected(self, error: BaseException) -> str:
        """In words. A certificate that is not trusted is named."""
        import ssl

        if isinstance(error, ssl.SSLError) or "CERTIFICATE" in str(error).upper():
            return f"{self.server} has no TLS certificate that this machine trusts"
        return f"no connection to {self.server}"


def is_for_sink(request: HttpRequest, status: int) -> bool:
    """Does an answer's body go where the request says? A refusal's body is kept in memory."""
    return request.sink is not None and status in (200, 206)


class SinkBody:
    """An answer's body on its way into a sink."""

    def __init__(self, sink: Sink, status: int, headers: Headers) -> None:
        """Raises zlib.error for an encoding: none was asked for. SinkFault."""
        encoding = headers.get("content-encoding", "").strip().lower()
        if encoding not in ("", "identity"):
            raise zlib.error(f"content encoding {encoding[:20]}")
        sink.begin(status, headers)
        self._sink = sink
        self._until = time.monotonic() + sink.seconds

    def until(self) -> float:
        """When the next piece must be there, on the monotonic clock in seconds."""
        return min(self._until, time.monotonic() + STALL_SECONDS)

    def add(self, chunk: bytes) -> bool:
        """True: there is no end to what a sink takes. Raises SinkFault."""
        self._sink.write(chunk)
        return True

    def whole(self) -> bytes:
        """Nothing of it is in memory."""
        return b""


class Body:
    """An answer's body as it comes in, unpacked, and cut off when it is longer than it may be."""

    def __init__(self, headers: Headers, max_bytes: int) -> None:
        """Raises zlib.error for an encoding that was not asked for."""
        encoding = headers.get("content-encoding", "").strip().lower()
        self._unpack = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
        if self._unpack is None and encoding not in ("", "identity"):
            raise zlib.error(f"content encoding {encoding[:20]}")
        self._chunks: list[bytes] = []
        self._left = max_bytes

    def add(self, packed: bytes) -> bool:
        """False when the body is too long by now. Raises zlib.error for what does not unpack."""
        chunk = packed if self._unpack is None else self._unpack.decompress(packed, self._left + 1)
        self._left -= len(chunk)
        self._chunks.append(chunk)
        return self._left >= 0

    def whole(self) -> bytes:
        """All of it. Raises zlib.error when the packed body was cut short."""
        if self._unpack is not None and not self._unpack.eof and self._chunks:
            raise zlib.error("cut short")
        return b"".join(self._chunks)


def body_of(request: HttpRequest) -> bytes | None:
    """The request's body in bytes."""
    return request.body.reveal().encode() if isinstance(request.body, Secret) else request.body


def headers_from(pairs: Iterable[tuple[bytes, bytes]]) -> Headers:
    """An answer's headers."""
    return Headers({name.decode("latin-1"): value.decode("latin-1") for name, value in pairs})


def trusting_the_system() -> ssl.SSLContext:
    """The operating system's trust; building it takes longer than a call, so it is built once."""
    import ssl

    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
