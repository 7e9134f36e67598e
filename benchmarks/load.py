"""The load generator: kept-alive connections, each of which sends its next request after the last answer.

A program (`python -m benchmarks.load`) pinned to a core of its own, the same for every server. Lines of JSON:
{"open": name, "port", "requests": […]} adds a target, one connection for each of its requests;
{"run": name, "seconds"} loads it and is answered with {"answers", "seconds"}. A request is either
{"get": path, "authorization"} or {"refresh": token, "path", "authorization"}, which goes on with the refresh
token of each answer. An answer that is not 200 ends the program: only right ones are counted.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast
from urllib.parse import quote

import uvloop

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TOKEN = re.compile(rb'"refresh_token" ?: ?"([^"]+)"')
_GOOD = b"HTTP/1.1 200 "


class Refused(Exception):
    """The server answered otherwise than with 200; says the status line only."""


class Chain:
    """The requests of one connection, one after the other."""

    def __init__(self, asked: dict[str, Any], port: int) -> None:
        self._refreshes = "refresh" in asked
        path = asked["path"] if self._refreshes else asked["get"]
        method = "POST" if self._refreshes else "GET"
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: localhost:{port}",
            f"Authorization: {asked['authorization']}",
            "Accept: application/json",
        ]
        if self._refreshes:
            head.append("Content-Type: application/x-www-form-urlencoded")
        self._head = "\r\n".join(head).encode() + b"\r\n"
        self.request = self._of(asked["refresh"].encode()) if self._refreshes else self._head + b"\r\n"

    def answered(self, body: bytes) -> None:
        """Make the next request of an answer."""
        if self._refreshes:
            found = _TOKEN.search(body)
            if found is None:
                raise Refused("no refresh token in the answer")
            self.request = self._of(found.group(1))

    def _of(self, token: bytes) -> bytes:
        body = b"grant_type=refresh_token&refresh_token=" + quote(token).encode()
        return b"%sContent-Length: %d\r\n\r\n%s" % (self._head, len(body), body)


class Connection(asyncio.Protocol):
    """Drives one chain until it is told to stop; `count` answers so far."""

    def __init__(self, chain: Chain, ended: Callable[[Exception | None], None]) -> None:
        self._chain, self._ended = chain, ended
        self._buffer = b""
        self._body_at = self._wanted = 0
        self._transport: asyncio.Transport | None = None
        self.count = 0
        self.stopping = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def begin(self) -> None:
        """Send the first request of a run."""
        self.count, self.stopping = 0, False
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._wanted:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._buffer[: end + 2]
            length = _LENGTH.search(head)
            if not head.startswith(_GOOD) or length is None:
                self._ended(Refused(head.partition(b"\r\n")[0].decode("latin-1")))
                return
            self._body_at = end + 4
            self._wanted = self._body_at + int(length.group(1))
        if len(self._buffer) < self._wanted:
            return
        body = self._buffer[self._body_at : self._wanted]
        self._buffer, self._wanted = b"", 0
        self.count += 1
        try:
            self._chain.answered(body)
        except Refused as refusal:
            self._ended(refusal)
            return
        if self.stopping:
            self._ended(None)
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended(exc or ConnectionError("the server closed the connection"))

    def _send(self) -> None:
        if self._transport is not None:
            self._transport.write(self._chain.request)


class Target:
    """One server's connections."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self._port = asked["port"]
        self._chains = [Chain(request, self._port) for request in asked["requests"]]

    async def run(self, seconds: float) -> dict[str, float]:
        """How many answers came in `seconds`. Connections are new for each run, chains go on."""
        loop = asyncio.get_running_loop()
        pending = len(self._chains)
        done: asyncio.Future[None] = loop.create_future()

        def ended(fault: Exception | None) -> None:
            nonlocal pending
            pending -= 1
            if done.done():
                return
            if fault is not None:
                done.set_exception(fault)
            elif pending == 0:
                done.set_result(None)

        connections, transports = [], []
        for chain in self._chains:
            transport, connection = await loop.create_connection(
                partial(Connection, chain, ended), "127.0.0.1", self._port
            )
            connections.append(connection)
            transports.append(transport)
        started = time.perf_counter()
        for connection in connections:
            connection.begin()
        loop.call_later(seconds, _stop, connections)
        try:
            await done
        finally:
            elapsed = time.perf_counter() - started
            for transport in transports:
                transport.close()
        return {"answers": sum(connection.count for connection in connections), "seconds": elapsed}


def _stop(connections: list[Connection]) -> None:
    for connection in connections:
        connection.stopping = True


async def main() -> None:
    """Serve orders until standard input ends."""
    targets: dict[str, Target] = {}
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        try:
            if "open" in order:
                targets[order["open"]] = Target(order)
                answer: dict[str, Any] = {}
            else:
                answer = await targets[order["run"]].run(order["seconds"])
        except (Refused, OSError) as fault:
            answer = {"fault": str(fault)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
