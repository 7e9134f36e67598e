"""A server as if it were far away: a relay that holds everything back by half a round trip, each way.

The kernel opens loopback connections at once, so the round trip that a TCP handshake takes is added to the
first bytes of each. The TLS handshake passes through the relay and takes the round trips that it takes.
As a program (`python -m benchmarks.distance PORT MILLISECONDS`): its first line is {"port"}, and it ends with
its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import deque
from functools import partial
from typing import cast

import uvloop


class Side(asyncio.Protocol):
    """One side of a relayed connection: what it receives, the other side sends `seconds` later."""

    def __init__(self, seconds: float, not_before: float = 0.0) -> None:
        self._seconds, self._not_before = seconds, not_before
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[bytes] = deque()
        self._early: list[bytes] = []
        self._closing = False
        self.other: Side | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.writelines(self._early)
        if self._closing:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._waiting.append(data)
        now = self._loop.time()
        self._loop.call_at(max(now + self._seconds, self._not_before), self._pass_on)

    def connection_lost(self, exc: Exception | None) -> None:
        now = self._loop.time()
        self._loop.call_at(max(now + self._seconds, self._not_before), self._pass_on_the_end)

    def send(self, data: bytes) -> None:
        """Send now, or as soon as there is a connection."""
        if self._transport is None:
            self._early.append(data)
        elif not self._transport.is_closing():
            self._transport.write(data)

    def end(self) -> None:
        """Close, once everything is sent."""
        self._closing = True
        if self._transport is not None:
            self._transport.close()

    def _pass_on(self) -> None:
        # Always the oldest: timers of the same millisecond may fire in any order.
        if self.other is not None:
            self.other.send(self._waiting.popleft())

    def _pass_on_the_end(self) -> None:
        if self.other is not None:
            self.other.end()


class Near(Side):
    """The side that clients connect to; it connects to the server itself."""

    def __init__(self, port: int, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        # One round trip for SYN and its answer, and half of one for the first bytes.
        super().__init__(seconds, not_before=now + 3 * seconds)
        self._port = port
        self._connecting: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.other = Side(self._seconds)
        self.other.other = self
        self._connecting = self._loop.create_task(self._connect(self.other))

    async def _connect(self, far: Side) -> None:
        try:
            await self._loop.create_connection(lambda: far, "127.0.0.1", self._port)
        except OSError:
            self.end()


async def main(port: str, milliseconds: str) -> None:
    """Relay until standard input ends."""
    loop = asyncio.get_running_loop()
    half = float(milliseconds) / 2000
    server = await loop.create_server(partial(Near, int(port), half), "127.0.0.1", 0, backlog=512)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
