"""The platform on sockets of the caller's, in a thread of its own; started and stopped without ceremony."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from ringback.platform.app import create_app
from ringback.platform.serving.connection import LimitedProtocol
from ringback.platform.settings import PlatformSettings
from ringback.platform.world import World
from ringback.platform.worlds import Worlds

START_SECONDS = 10.0
STOP_SECONDS = 2.0


class _Server(uvicorn.Server):
    """uvicorn's server that says when it answers."""

    def __init__(self, config: uvicorn.Config, started: threading.Event) -> None:
        super().__init__(config)
        self._says_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._says_started.set()


class PlatformServer:
    """One local platform, serving its worlds on sockets that the caller has bound.

    `start` returns when it answers; `stop` ends it within two seconds. `ssl_certfile` and `ssl_keyfile` (PEM)
    make it serve HTTPS.
    """

    def __init__(
        self,
        settings: PlatformSettings,
        sockets: Sequence[socket.socket],
        *,
        ssl_certfile: str | Path | None = None,
        ssl_keyfile: str | Path | None = None,
    ) -> None:
        self.settings = settings
        self.base_url = settings.base_url
        self.worlds = Worlds(settings)
        self._sockets = list(sockets)
        self._ended = threading.Event()
        self._started = threading.Event()
        self._fault: BaseException | None = None
        self._server = _Server(
            uvicorn.Config(
                create_app(self.worlds),
                http=LimitedProtocol,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="off",
                ws="none",
                timeout_keep_alive=65,
                timeout_graceful_shutdown=1,
                ssl_certfile=None if ssl_certfile is None else str(ssl_certfile),
                ssl_keyfile=None if ssl_keyfile is None else str(ssl_keyfile),
            ),
            self._started,
        )
        self._thread = threading.Thread(target=self._run, name="ringback-platform", daemon=True)

    @property
    def world(self) -> World:
        """The home world."""
        return self.worlds.home

    def start(self) -> None:
        """Serve; returns when requests are answered. RuntimeError when that does not come about."""
        self._thread.start()
        if not self._started.wait(START_SECONDS) or self._fault is not None:
            self.stop()
            raise RuntimeError("the local platform did not start") from self._fault

    def stop(self) -> None:
        """End gracefully, at the latest after two seconds; harmless when it has ended."""
        self._server.should_exit = True
        self.worlds.wake()
        if self._thread.is_alive() and not self._ended.wait(STOP_SECONDS - 0.3):
            self._server.force_exit = True
            self._ended.wait(0.3)
        for bound in self._sockets:
            bound.close()
        self.worlds.close()

    def _run(self) -> None:
        try:
            self._server.run(sockets=self._sockets)
        except (Exception, SystemExit, asyncio.CancelledError, ssl.SSLError) as fault:
            self._fault = fault
        finally:
            self._ended.set()
            self._started.set()

    def __enter__(self) -> PlatformServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
