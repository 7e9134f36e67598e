"""Requests as bytes on a socket, so that everything can be wrong with them; and what comes back."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SECONDS = 8.0  # past that a request counts as hanging


@dataclass(frozen=True)
class Raw:
    """One request. `headers` go out as they are, after Host; the length of the body is told truly."""

    method: bytes
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...] = field(default=(), repr=False)
    body: bytes = b""

    def on_wire(self, host: str) -> bytes:
        """The bytes of the request, the last one of its connection."""
        lines = [b"%s %s HTTP/1.1" % (self.method, self.target)]
        if not any(name.lower() == b"host" for name, _ in self.headers):
            lines.append(b"Host: " + host.encode())
        lines += [name + b": " + value for name, value in self.headers]
        lines += [b"Connection: close", b"Content-Length: %d" % len(self.body)]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


def ask(base_url: str, request: Raw) -> tuple[int, bytes]:
    """Status and all bytes of the answer; status 0 where the server only closed the connection.

    AssertionError when nothing, or no end, comes in eight seconds.
    """
    host = urlsplit(base_url).netloc
    with socket.create_connection(("127.0.0.1", urlsplit(base_url).port or 80), timeout=SECONDS) as wire:
        received = bytearray()
        try:
            wire.sendall(request.on_wire(host))
            while chunk := wire.recv(65_536):
                received += chunk
        except TimeoutError:
            raise AssertionError(f"{request!r} hangs") from None
        except ConnectionError:
            pass  # the server closed before it had read everything
    if not received.startswith(b"HTTP/1.1 "):
        return 0, bytes(received)
    return int(received[9:12]), bytes(received)
