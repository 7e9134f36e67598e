"""The other end of a login from the command line: a server on this machine for one callback (RFC 8252 7.3).

It answers on the redirect URI's own host and path alone, believes a callback only with the state of this very
login, and ends with the first one that has it.
"""

from __future__ import annotations

import hmac
import html
import queue
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_SECONDS = 10.0
_MOST_TARGET = 8192
_DONE = "/ringback-login-is-over"
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>{title}</h1><p>{text}</p></main></body></html>
"""
_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
)
_NOT_OURS = (
    "This is not the login that was started",
    "Nothing was changed. Start again on the command line.",
)

Finish = Callable[[str], str | None]
"""Finishes the login with its callback URL; None when that worked, else what to tell the user."""


class OneLogin:
    """Waits for the one callback of a login, finishes it, and shows the browser how it went."""

    def __init__(self, sockets: list[socket.socket], redirect_uri: str, state: str, finish: Finish) -> None:
        """`sockets` listen already; they are closed by `close`."""
        parts = urlsplit(redirect_uri)
        self.hosts = {parts.netloc.lower(), parts.netloc.lower().removesuffix(":80")}
        self.path = parts.path or "/"
        self.redirect_uri = redirect_uri.partition("?")[0]
        self._state = state
        self._finish = finish
        self._once = threading.Lock()
        self._taken = False
        self.told: tuple[str, str] | None = None
        self.ended: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.shown = threading.Event()
        self._servers = [_Server(one, self) for one in sockets]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def wait(self, seconds: float) -> str | None:
        """None when the login was finished, else why not. Raises TimeoutError after `seconds`."""
        try:
            trouble = self.ended.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None
        # The browser was sent on to a page without a code; it asks for it at once, if it asks at all.
        self.shown.wait(2.0)
        return trouble

    def close(self) -> None:
        """Stop listening."""
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def is_ours(self, query: str) -> bool:
        """Does this callback carry the state of this login, once?"""
        states = parse_qs(query, keep_blank_values=True).get("state", [])
        return len(states) == 1 and hmac.compare_digest(states[0].encode(), self._state.encode())

    def take(self, query: str) -> bool:
        """Finish the login with this callback; False when another one did before."""
        with self._once:
            if self._taken:
                return False
            self._taken = True
        trouble = self._finish(f"{self.redirect_uri}?{query}")
        if trouble is None:
            self.told = ("You are logged in", "You can close this window and go back to the command line.")
        else:
            self.told = ("The login did not work", trouble)
        self.ended.put(trouble)
        return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, listening: socket.socket, login: OneLogin) -> None:
        self.login = login
        address = listening.getsockname()
        super().__init__(address[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening


class _Handler(BaseHTTPRequestHandler):
    timeout = _SECONDS
    server: _Server
    protocol_version = "HTTP/1.0"
    server_version = "ringback"
    sys_version = ""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: a callback's address holds a code."""

    def do_GET(self) -> None:
        login = self.server.login
        path, _, query = self.path.partition("?")
        if self.headers.get("Host", "").lower() not in login.hosts or len(self.path) > _MOST_TARGET:
            return self._page(400, *_NOT_OURS)
        if path == _DONE and login.told is not None:
            self._page(200, *login.told)
            login.shown.set()
            return None
        purpose = f"{self.headers.get('Sec-Purpose', '')} {self.headers.get('Purpose', '')}"
        if path != login.path or "prefetch" in purpose:
            return self._page(404, "There is nothing here", "Go back to the command line.")
        if not login.is_ours(query) or not login.take(query):
            return self._page(400, *_NOT_OURS)
        self.send_response(303)
        self.send_header("Location", _DONE)
        self.send_header("Content-Length", "0")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        return None

    def _page(self, status: int, title: str, text: str) -> None:
        body = _PAGE.format(title=html.escape(title), text=html.escape(text)).encode()
        self.send_response(status)
        for name, value in _HEADERS:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
