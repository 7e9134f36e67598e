"""One kept-alive HTTP/1.1 connection, spoken by h11, each step of which ends when its exchange's time does.

A timeout for each read alone would let a server that sends a byte now and then hold a caller for ever.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from contextlib import suppress
from typing import Protocol

from .talk import Part, Talk
from .wire import CONNECT_SECONDS, Wire

_READ_BYTES = 64 * 1024


class HasFileno(Protocol):
    """A socket."""

    def fileno(self) -> int:
        """Its number."""


class NotConnected(Exception):
    """No connection came about; `cause` says why. Nothing was sent."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(type(cause).__name__)
        self.cause = cause


class Connection:
    """Used by one exchange at a time: `begin`, `next_part` up to h11.EndOfMessage, then `keep` or `close`.

    `until` is when the exchange must be over, on the monotonic clock in seconds; past it every step raises
    TimeoutError. OSError: the connection broke. h11.RemoteProtocolError: the server does not speak HTTP.
    """

    def __init__(self, connected: socket.socket, until: float) -> None:
        self.until = until
        self._socket = connected
        self._talk = Talk()

    def begin(
        self, method: str, target: bytes, headers: list[tuple[bytes, bytes]], body: bytes | None
    ) -> None:
        """Send a whole request. Raises h11.LocalProtocolError, and then has sent nothing."""
        unsent = memoryview(self._talk.request(method, target, headers, body))
        with suppress(ConnectionError):
            # A server may answer and close before it has read everything: its answer counts.
            while unsent:
                self._socket.settimeout(self._left())
                unsent = unsent[self._socket.send(unsent) :]

    def next_part(self) -> Part:
        """The next part of the answer."""
        while (part := self._talk.next_part()) is None:
            self._socket.settimeout(self._left())
            self._talk.received(self._socket.recv(_READ_BYTES))
        return part

    def keep(self) -> bool:
        """Make ready for another exchange; False when this one is not whole, or the server said to close."""
        return self._talk.keep()

    def is_usable(self) -> bool:
        """False when it was kept too long, or is readable: then the server has closed it."""
        return not self._talk.is_too_old() and not is_readable(self._socket)

    def close(self) -> None:
        """Close it at once."""
        with suppress(OSError):
            self._socket.close()

    def _left(self) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def connect(wire: Wire, tls: ssl.SSLContext | None, until: float) -> Connection:
    """A new connection, its TLS handshake done when `tls` is given.

    Raises NotConnected, or TimeoutError when `until` passed or no address answered in CONNECT_SECONDS.
    """
    try:
        connected = _connected(wire.host, wire.port or (443 if tls is not None else 80), until)
        if tls is not None:
            try:
                connected.settimeout(_left_until(until))
                connected = tls.wrap_socket(connected, server_hostname=wire.host)
            except BaseException:
                connected.close()
                raise
    except TimeoutError:
        raise
    except OSError as error:
        raise NotConnected(error) from error
    return Connection(connected, until)


def _connected(host: str, port: int, until: float) -> socket.socket:
    """Connected to the first of the host's addresses that answers."""
    fault: OSError = OSError("the name has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        connected = socket.socket(family, kind, protocol)
        try:
            connected.settimeout(min(CONNECT_SECONDS, _left_until(until)))
            connected.connect(address)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            connected.close()
            fault = error
        else:
            return connected
    raise fault


def _left_until(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


if hasattr(select, "poll"):

    def is_readable(connected: HasFileno) -> bool:
        """Whether something came in, or the other side has closed it."""
        poll = select.poll()
        poll.register(connected, select.POLLIN)
        return bool(poll.poll(0))

else:  # pragma: no cover - Windows

    def is_readable(connected: HasFileno) -> bool:
        """Whether something came in, or the other side has closed it."""
        return bool(select.select([connected], [], [], 0)[0])
