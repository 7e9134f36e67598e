"""HTTP/1.1 over one connection, spoken by h11, without I/O: the middle of both transports' connections."""

from __future__ import annotations

import time

import h11

from .wire import KEPT_SECONDS

_MAX_HEAD_BYTES = 100 * 1024
Part = h11.Response | h11.Data | h11.EndOfMessage


class Talk:
    """One exchange after the other: `request`, then `next_part` up to h11.EndOfMessage, then `keep`.

    Raises h11.RemoteProtocolError when the server does not speak HTTP or ends in the middle.
    """

    def __init__(self) -> None:
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)
        self._kept_until = 0.0

    def request(
        self, method: str, target: bytes, headers: list[tuple[bytes, bytes]], body: bytes | None
    ) -> bytes:
        """The bytes to send. Raises h11.LocalProtocolError for a request that is none."""
        http = self._http
        packets = [http.send(h11.Request(method=method, target=target, headers=headers))]
        if body:
            packets.append(http.send(h11.Data(data=body)))
        packets.append(http.send(h11.EndOfMessage()))
        return b"".join(packet for packet in packets if packet)

    def next_part(self) -> Part | None:
        """The next part of the answer; None when more must be received first."""
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                return None
            if isinstance(event, Part):
                return event
            if not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("the server closed the connection")

    def received(self, data: bytes) -> None:
        """What came in; b"" when the server has ended the connection."""
        self._http.receive_data(data)

    def keep(self) -> bool:
        """Make ready for another exchange; False when this one is not whole, or the server said to close."""
        http = self._http
        if http.our_state is not h11.DONE or http.their_state is not h11.DONE or http.trailing_data[0]:
            return False
        http.start_next_cycle()
        self._kept_until = time.monotonic() + KEPT_SECONDS
        return True

    def is_too_old(self) -> bool:
        """Whether it was kept unused for longer than servers do."""
        return time.monotonic() >= self._kept_until
