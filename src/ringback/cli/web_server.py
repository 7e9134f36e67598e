"""Serving the web app from this process: waitress, in a thread, on sockets that are bound already."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ringback.web.proxies import TrustedProxies

THREADS = 16
_MAINTENANCE_SECONDS = 5
_FILES = 4096


class WebServer:
    """A WSGI application on `sockets`; every request is bounded in size and in time.

    `on_fault` is called, with one line that says so, when serving ends and nobody asked for it.
    """

    def __init__(
        self,
        app: Callable[..., Any],
        sockets: list[socket.socket],
        on_fault: Callable[[str], None],
        trusted_proxies: TrustedProxies | None = None,
    ) -> None:
        from waitress.adjustments import Adjustments
        from waitress.server import MultiSocketServer
        from waitress.task import ThreadedTaskDispatcher

        from .web_limits import CONNECTIONS, Server

        settings = Adjustments(
            sockets=sockets,
            threads=THREADS,
            ident=None,
            connection_limit=CONNECTIONS,
            channel_timeout=60,
            cleanup_interval=_MAINTENANCE_SECONDS,
            max_request_header_size=32_768,
            max_request_body_size=65_536,
            clear_untrusted_proxy_headers=False,  # web/proxies.py takes them off
            asyncore_use_poll=True,  # select() ends at descriptor 1023, and the server with it
        )
        _allow_files(_FILES)
        self._tasks = ThreadedTaskDispatcher()
        self._tasks.set_thread_count(THREADS)
        by_descriptor: dict[int, Any] = {}
        self.listeners = [
            Server(
                app,
                by_descriptor,
                True,
                one,
                dispatcher=self._tasks,
                adj=settings,
                sockinfo=(one.family, one.type, one.proto, one.getsockname()),
                bind_socket=False,
            )
            for one in sockets
        ]
        if trusted_proxies is not None:
            for listener in self.listeners:
                listener.trusted_proxies = trusted_proxies
        self._loop = MultiSocketServer(by_descriptor, settings, [], self._tasks)
        self._on_fault = on_fault
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ringback-web", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Let running requests end (for up to 5 s), then stop."""
        self._asked.set()
        self._tasks.shutdown(cancel_pending=True, timeout=5)

    def _run(self) -> None:
        why = "its loop came to an end"
        try:
            self._loop.run()
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
        if not self._asked.is_set():
            self._on_fault(f"The web server ended by itself ({why}); start the command again")


def _allow_files(wanted: int) -> None:
    """Raise this process's own limit of open files to `wanted`, as far as the system lets it."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
