"""An ASGI app behind a synchronous httpx2 client: its event loop runs in a thread of its own."""

import asyncio
import threading

import httpx2


class AsgiInThread(httpx2.BaseTransport):
    """One loop for the app's whole life, as a server gives it."""

    def __init__(self, app):
        self._inner = httpx2.ASGITransport(app=app, raise_app_exceptions=True)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def handle_request(self, request):
        async def answered():
            body = request.read()
            again = httpx2.Request(request.method, request.url, headers=request.headers, content=body)
            answer = await self._inner.handle_async_request(again)
            content = await answer.aread()
            return httpx2.Response(answer.status_code, headers=answer.headers, content=content)

        return self.run(answered())

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=60)

    def end(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
