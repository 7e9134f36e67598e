"""A server that gives everybody the same token answer at once: what the load generator itself can do.

A program (`python -m benchmarks.fixed_answers`); its first line is {"port"}; it ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import cast

import uvloop

_BODY = json.dumps({"access_token": "a" * 64, "token_type": "bearer", "refresh_token": "r" * 64}).encode()
_ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(_BODY) + _BODY
)


class Always(asyncio.Protocol):
    """Answers whatever arrives; a request comes in one piece on loopback."""

    _transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._transport.write(_ANSWER)


async def main() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Always, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"port": port}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    uvloop.run(main())
