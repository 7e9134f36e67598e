"""Worker: a socket for each thread, the same bytes sent over and over, bodies cut out by their known length.

No client can do less, and none may do so little: nothing is checked, no deadline, no header is read.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from .worker import CALL_LOG, EXTENSION, EXTENSIONS, Call, call_log_window, work

_decode = msgspec.json.Decoder().decode


def prepare(given: dict[str, Any]) -> dict[str, Callable[[], Call]]:
    """A token; the calls of each case."""
    tls = ssl.create_default_context(cafile=given["ca"])
    netloc = urlsplit(given["server"]).netloc
    connection = http.client.HTTPSConnection(netloc, context=tls, timeout=20)
    connection.request("POST", "/restapi/oauth/token", "grant_type=authorization_code")
    token = json.load(connection.getresponse())["access_token"]
    connection.close()

    def calls_to(path: str) -> Call:
        request = (
            f"GET {path} HTTP/1.1\r\nHost: {netloc}\r\nAccept: application/json\r\n"
            f"Authorization: Bearer {token}\r\n\r\n"
        ).encode()
        connected = socket.create_connection(("127.0.0.1", given["port"]), timeout=20)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        secured = tls.wrap_socket(connected, server_hostname="localhost")
        send, receive = secured.send, secured.recv
        send(request)
        first = receive(65536)
        body_at = first.index(b"\r\n\r\n") + 4
        whole = body_at + int(first.lower().partition(b"content-length: ")[2].split(b"\r\n", 1)[0])
        rest = whole - len(first)
        while rest:
            rest -= len(receive(rest))

        def call() -> Any:
            send(request)
            answer = receive(65536)
            if len(answer) < whole:
                parts, got = [answer], len(answer)
                while got < whole:
                    part = receive(65536)
                    if not part:
                        raise RuntimeError("the server closed the connection")
                    parts.append(part)
                    got += len(part)
                answer = b"".join(parts)
            return _decode(memoryview(answer)[body_at:])

        return call

    return {
        "extension": lambda: calls_to(EXTENSION),
        "extensions": lambda: calls_to(EXTENSIONS),
        "call log": lambda: calls_to(f"{CALL_LOG}?{urlencode(call_log_window())}"),
    }


if __name__ == "__main__":
    work(prepare)
