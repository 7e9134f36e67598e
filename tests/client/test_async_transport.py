"""The asynchronous gateway beyond what both do: many tasks, cancelled tasks, loops; nothing is left open."""

import asyncio
import gc
import warnings

import pytest
from raw_server import RawServer, answer

from ringback.client.messages import HttpRequest
from ringback.client.transports.async_transport import AsyncHttpTransport

GET = HttpRequest("GET", "/path")


@pytest.fixture
def serve():
    servers = []

    def start(*chunks, **options):
        servers.append(RawServer(*chunks, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.end()


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request):
    """Runs a main in either loop, and fails for whatever is left open."""
    factory = None
    if request.param == "uvloop":
        uvloop = pytest.importorskip("uvloop", reason="uvloop is missing: it comes with ringback[platform]")
        factory = uvloop.new_event_loop

    def runs(main):
        gc.collect()  # what other tests left behind is theirs
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with asyncio.Runner(loop_factory=factory) as runner:
                runner.run(main)
            gc.collect()

    return runs


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
def test_a_cancelled_exchange_closes_its_connection_and_no_other(serve, run, head):
    slow, quick = serve(head, None), serve(answer(b"1"))

    async def main():
        waits, works = AsyncHttpTransport(slow.url), AsyncHttpTransport(quick.url)
        assert (await works.send(GET, seconds=5)).status == 200
        task = asyncio.create_task(waits.send(GET, seconds=30))
        assert await asyncio.to_thread(slow.is_asked)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        slow.go_on.set()
        assert await asyncio.to_thread(slow.are_open, 0)
        assert (await works.send(GET, seconds=5)).status == 200
        assert quick.connections == 1
        await waits.close()
        await works.close()

    run(main())
    assert quick.are_open(0)


def test_a_cancelled_connect_leaves_nothing(serve, run):
    server = serve(answer(b"1"))

    async def main():
        transport = AsyncHttpTransport(server.url)
        for rounds in range(6):
            task = asyncio.create_task(transport.send(GET, seconds=5))
            for _ in range(rounds):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
        assert (await transport.send(GET, seconds=5)).status == 200
        await transport.close()

    run(main())
    assert server.are_open(0)


def test_many_tasks_have_a_connection_each_and_keep_them(serve, run):
    server = serve(answer(b"x" * 100))

    async def main():
        transport = AsyncHttpTransport(server.url)
        for _ in range(3):
            answers = await asyncio.gather(*(transport.send(GET, seconds=10) for _ in range(50)))
            assert {(got.status, len(got.body)) for got in answers} == {(200, 100)}
        assert server.connections <= 50
        await transport.close()

    run(main())
    assert server.are_open(0)


def test_a_connection_that_the_server_closed_meanwhile_is_not_used(serve, run):
    server = serve(answer(b"1"), close=True)

    async def main():
        transport = AsyncHttpTransport(server.url)
        for number in range(1, 6):
            assert (await transport.send(GET, seconds=5)).status == 200
            assert await asyncio.to_thread(server.are_open, 0)
            assert server.connections == number
        await transport.close()

    run(main())


def test_bytes_that_come_while_nobody_asks_are_never_an_answer(serve, run):
    server = serve(answer(b"mine"), None, answer(b"planted"))

    async def main():
        transport = AsyncHttpTransport(server.url)
        assert (await transport.send(GET, seconds=5)).body == b"mine"
        server.go_on.set()
        assert await asyncio.to_thread(server.are_open, 0)
        assert (await transport.send(GET, seconds=5)).body == b"mine"
        assert server.connections == 2
        await transport.close()

    run(main())


def test_each_loop_has_connections_of_its_own(serve):
    server = serve(answer(b"1"))
    transport = AsyncHttpTransport(server.url)

    async def main(*, last):
        assert (await transport.send(GET, seconds=5)).status == 200
        if last:
            await transport.close()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of asyncio, which finds the first loop's connection left open
        asyncio.run(main(last=False))
        asyncio.run(main(last=True))
        gc.collect()
    assert server.connections == 2


def test_close_ends_idle_connections_and_those_that_come_back(serve, run):
    server = serve(None, answer(b"1"))

    async def main():
        transport = AsyncHttpTransport(server.url)
        task = asyncio.create_task(transport.send(GET, seconds=5))
        assert await asyncio.to_thread(server.is_asked)
        await transport.close()
        server.go_on.set()
        assert (await task).status == 200
        assert await asyncio.to_thread(server.are_open, 0)

    run(main())
