"""The asynchronous client behind the synchronous one's surface, so that one suite runs against both.

Each call is awaited in an event loop of another thread; calls from many threads are many tasks of that loop.
"""

import asyncio
import inspect
import threading

from ringback import AsyncRingCentral, AsyncUser


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, awaitable):
        async def awaited():
            return await awaitable

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result(timeout=60)

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Awaited:
    """An AsyncRingCentral or AsyncUser: what its methods give is awaited before they return."""

    def __init__(self, target, loop):
        self._target, self._loop = target, loop

    def __getattr__(self, name):
        value = getattr(self._target, name)
        if not inspect.ismethod(value):
            return value

        def call(*args, **options):
            return self._given(value(*args, **options))

        return call

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __repr__(self):
        return repr(self._target)

    def _given(self, result):
        if inspect.isawaitable(result):
            result = self._loop.run(result)
        if hasattr(result, "__anext__"):
            return Each(result, self._loop)
        return Awaited(result, self._loop) if isinstance(result, AsyncUser) else result


class Each:
    """What an asynchronous iterator gives, one after the other; its methods give such ones too."""

    def __init__(self, iterator, loop):
        self._iterator, self._loop = iterator, loop

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return self._loop.run(anext(self._iterator))
        except StopAsyncIteration:
            raise StopIteration from None

    def __getattr__(self, name):
        value = getattr(self._iterator, name)
        if not inspect.ismethod(value):
            return value

        def call(*args, **options):
            result = value(*args, **options)
            if inspect.isawaitable(result):
                return self._loop.run(result)
            return Each(result, self._loop) if hasattr(result, "__anext__") else result

        return call


class AsyncFace:
    """A test's own synchronous transport, as the asynchronous client takes one."""

    def __init__(self, transport):
        self._transport = transport

    async def send(self, request, *, seconds):
        return await asyncio.to_thread(self._transport.send, request, seconds=seconds)

    async def close(self):
        self._transport.close()


class SyncFace:
    """An asynchronous transport, as the tests of both send by it."""

    def __init__(self, transport, loop):
        self._transport, self._loop = transport, loop

    def send(self, request, *, seconds):
        return self._loop.run(self._transport.send(request, seconds=seconds))

    def close(self):
        self._loop.run(self._transport.close())


def client_in(loop, **given):
    """An AsyncRingCentral of this loop."""
    transport = given.get("transport")
    if transport is not None and not inspect.iscoroutinefunction(transport.send):
        given["transport"] = AsyncFace(transport)
    return Awaited(AsyncRingCentral(**given), loop)
