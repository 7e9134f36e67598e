"""Time and size of whole requests, on an event loop whose clock the tests set ahead."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from uvicorn.server import ServerState

from ringback.platform.serving.connection import MESSAGE_BYTES, MESSAGE_SECONDS, LimitedProtocol


class _Ahead(asyncio.SelectorEventLoop):
    """An event loop whose time is real time and `ahead` seconds."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


Story = Callable[[_Ahead, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def with_connection(story: Story) -> None:
    """Run a story with one connection to a server that answers everything without reading bodies."""

    async def play() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, _Ahead)
        config = uvicorn.Config(
            PlainTextResponse("answered"), log_config=None, lifespan="off", timeout_keep_alive=65
        )
        config.load()
        state = ServerState()
        server = await loop.create_server(lambda: LimitedProtocol(config, state, {}), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            await asyncio.wait_for(story(loop, reader, writer), 300)
        finally:
            writer.close()
            server.close()

    with asyncio.Runner(loop_factory=_Ahead) as runner:
        runner.run(play())


async def send(writer: asyncio.StreamWriter, size: int) -> None:
    """Send so many bytes; ConnectionError when the other side has closed."""
    for _ in range(size // 65_536):
        writer.write(b"x" * 65_536)
        await writer.drain()


async def answered(reader: asyncio.StreamReader) -> None:
    assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(len("answered"))


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
    ],
)
def test_an_unread_body_has_half_a_minute(head: bytes) -> None:
    async def story(loop: _Ahead, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        await answered(reader)
        loop.ahead += MESSAGE_SECONDS - 2
        writer.write(b"1\r\na\r\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.2)
        loop.ahead += 3
        assert await reader.read(1) == b""

    with_connection(story)


def test_the_time_begins_anew_with_each_request() -> None:
    async def story(loop: _Ahead, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(3):
            writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
            await answered(reader)
            loop.ahead += MESSAGE_SECONDS - 5
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n")
        await answered(reader)
        loop.ahead += MESSAGE_SECONDS + 1
        assert await reader.read(1) == b""

    with_connection(story)


def test_a_complete_request_may_be_followed_by_a_pause() -> None:
    async def story(loop: _Ahead, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await answered(reader)
        loop.ahead += MESSAGE_SECONDS + 1
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.2)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await answered(reader)

    with_connection(story)


@pytest.mark.parametrize("endless", [b"0\r\nX-Trailer: ", b"fffffff\r\n"])
def test_an_endless_body_or_trailer_is_cut_off(endless: bytes) -> None:
    async def story(loop: _Ahead, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + endless)
        with pytest.raises(ConnectionError):
            await send(writer, 64 * MESSAGE_BYTES)

    with_connection(story)
