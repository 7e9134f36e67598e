"""Serving the web app from this process: waitress, in a thread, on sockets that are bound already."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .stopping import Stopping

if TYPE_CHECKING:
    from ringback.client import RingCentral

THREADS = 16
TIDY_SECONDS = 300.0


class WebServer:
    """A WSGI application on `sockets`; every request is bounded in size and idle time."""

    def __init__(self, app: Callable[..., Any], sockets: list[socket.socket]) -> None:
        import waitress

        self._server: Any = waitress.create_server(
            app,
            sockets=sockets,
            threads=THREADS,
            ident=None,
            connection_limit=1000,
            channel_timeout=60,
            max_request_header_size=32_768,
            max_request_body_size=65_536,
            clear_untrusted_proxy_headers=True,
        )
        self._thread = threading.Thread(target=self._server.run, name="ringback-web", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Let running requests end (for up to 5 s), then stop."""
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)


def tidy_in_background(client: RingCentral, stopping: Stopping) -> None:
    """Finish what a dead process left behind: at start, and every 5 minutes until `stopping`."""
    import logging

    from ringback.oauth.errors import RingbackError

    def rounds() -> None:
        while True:
            try:
                client.tidy()
            except RingbackError as error:
                logging.getLogger("ringback.web").warning("tidying waits: %s", type(error).__name__)
            if stopping.wait_for(TIDY_SECONDS):
                return

    threading.Thread(target=rounds, name="ringback-tidy", daemon=True).start()
