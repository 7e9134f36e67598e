"""gunicorn's threaded worker with what it lacks: a total time for a request to arrive, patience with a vault.

A client that sends its request byte by byte would hold a thread for as long as it likes; its connection is
closed after REQUEST_SECONDS.
"""

from __future__ import annotations

import io
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

REQUEST_SECONDS = 30.0
"""From the first byte that is waited for until a request must be complete."""

MOST_BODY = 64 * 1024
_VAULT_SECONDS = 1.0
_LOGGER = logging.getLogger("gunicorn.error")


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """One process of the web app."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.wsgi: Any = None
        self.application: Any = None
        self.stopped = threading.Event()
        self._arriving: dict[int, tuple[socket.socket, float]] = {}

    def load_wsgi(self) -> None:
        """Make the app. While its vault cannot be used, wait: it may come back, and others may have it.

        What cannot mend itself ends the worker with one line, and gunicorn with it.
        """
        from ringback.oauth.errors import RingbackError
        from ringback.vault.errors import VaultUnavailable

        told = ""
        while True:
            try:
                super().load_wsgi()
            except VaultUnavailable as error:
                if str(error) != told:
                    told = str(error)
                    _LOGGER.warning("A worker waits for the vault: %s", told)
                if not self.alive or not self.is_parent_alive():
                    sys.exit(0)
                self.notify()
                time.sleep(_VAULT_SECONDS)
            except RingbackError as error:
                _LOGGER.error("A worker cannot start: %s", error)
                sys.exit(3)  # gunicorn's WORKER_BOOT_ERROR
            else:
                self.application = self.wsgi
                return

    def guard(self) -> None:
        """From now on requests are whole before the app sees them."""
        self.wsgi = _whole_before(self.wsgi, self._arrived)

    def handle(self, conn: Any) -> Any:
        """One request of a connection, in a thread."""
        self._arriving[threading.get_ident()] = (conn.sock, time.monotonic())
        try:
            return super().handle(conn)
        finally:
            self._arrived()

    def murder_pending(self) -> None:
        """Called about once a second: also close connections whose request takes too long to arrive."""
        super().murder_pending()
        late = time.monotonic() - REQUEST_SECONDS
        for sock, began in list(self._arriving.values()):
            if began < late:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # closed meanwhile

    def _arrived(self) -> None:
        self._arriving.pop(threading.get_ident(), None)


def _whole_before(
    app: Callable[..., Iterable[bytes]], arrived: Callable[[], None]
) -> Callable[..., Iterable[bytes]]:
    """`app`, called when a request's body is there: all of it, or as much as shows that it is too large."""

    def whole(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ("0" if "HTTP_TRANSFER_ENCODING" not in environ else "")
        if not length or 0 < int(length) <= MOST_BODY:
            environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(MOST_BODY + 1))
        arrived()
        return app(environ, start_response)

    return whole
