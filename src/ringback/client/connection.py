"""One kept-alive HTTP/1.1 connection, spoken by h11, each step of which ends when its exchange's time does.

A timeout for each read alone would let a server that sends a byte now and then hold a caller for ever.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from contextlib import suppress

import h11

from .wire import CONNECT_SECONDS, KEPT_SECONDS, Wire

_READ_BYTES = 64 * 1024
_MAX_HEAD_BYTES = 100 * 1024


class NotConnected(Exception):
    """No connection came about; `cause` says why. Nothing was sent."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(type(cause).__name__)
        self.cause = cause


class Connection:
    """Used by one exchange at a time: `begin`, `next_event` up to h11.EndOfMessage, then `keep` or `close`.

    `until` is when the exchange must be over, on the monotonic clock in seconds; past it every step raises
    TimeoutError. OSError: the connection broke. h11.RemoteProtocolError: the server does not speak HTTP.
    """

    def __init__(self, connected: socket.socket, until: float) -> None:
        self.until = until
        self._socket = connected
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)
        self._kept_until = 0.0

    def begin(
        self, method: str, target: bytes, headers: list[tuple[bytes, bytes]], body: bytes | None
    ) -> None:
        """Send a whole request. Raises h11.LocalProtocolError, and then has sent nothing."""
        http = self._http
        packets = [http.send(h11.Request(method=method, target=target, headers=headers))]
        if body:
            packets.append(http.send(h11.Data(data=body)))
        packets.append(http.send(h11.EndOfMessage()))
        unsent = memoryview(b"".join(packet for packet in packets if packet))
        with suppress(ConnectionError):
            # A server may answer and close before it has read everything: its answer counts.
            while unsent:
                self._socket.settimeout(self._left())
                unsent = unsent[self._socket.send(unsent) :]

    def next_event(self) -> h11.Response | h11.Data | h11.EndOfMessage:
        """The next part of the answer."""
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._socket.settimeout(self._left())
                self._http.receive_data(self._socket.recv(_READ_BYTES))
            elif isinstance(event, h11.Response | h11.Data | h11.EndOfMessage):
                return event
            elif not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("the server closed the connection")

    def keep(self) -> bool:
        """Make ready for another exchange; False when this one is not whole, or the server said to close."""
        http = self._http
        if http.our_state is not h11.DONE or http.their_state is not h11.DONE or http.trailing_data[0]:
            return False
        http.start_next_cycle()
        self._kept_until = time.monotonic() + KEPT_SECONDS
        return True

    def is_usable(self) -> bool:
        """False when it was kept too long, or is readable: then the server has closed it."""
        return time.monotonic() < self._kept_until and not _is_readable(self._socket)

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

    def _is_readable(connected: socket.socket) -> bool:
        poll = select.poll()
        poll.register(connected, select.POLLIN)
        return bool(poll.poll(0))

else:  # pragma: no cover - Windows

    def _is_readable(connected: socket.socket) -> bool:
        return bool(select.select([connected], [], [], 0)[0])
