"""RingCentral's answers, recorded from the local platform and given over TLS as fast as can be.

What a client costs shows only where the server costs next to nothing: an answer is looked up by its path and
written in one piece. As a program (`python -m benchmarks.recorded_api CERTIFICATE KEY`): its first line is
{"port", "app"}, and it ends with its standard input.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import ssl
import sys
from base64 import b64encode
from functools import partial
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

import uvloop

from .form_login import authorize_url, code_of, log_in
from .worker import CALL_LOG, EXTENSION, EXTENSIONS, call_log_window

TOKEN = "/restapi/oauth/token"
# Of a real answer, what its own connection said and what would differ with each answer.
_NOT_KEPT = frozenset({"connection", "keep-alive", "date", "transfer-encoding", "content-length"})

Answers = dict[bytes, bytes]
"""A path without its query -> the whole answer, head and body."""


def record() -> tuple[Answers, dict[str, Any]]:
    """The platform's answers to one of its admins, and the app that they are for."""
    from ringback.platform.server import PlatformServer
    from ringback.platform.settings import PlatformSettings

    with socket.create_server(("127.0.0.1", 0)) as bound:
        base_url = f"http://localhost:{bound.getsockname()[1]}"
        with PlatformServer(PlatformSettings(base_url=base_url, rate_limits=False), [bound]):
            asked = partial(_asked, urlsplit(base_url).netloc)
            seed = json.loads(asked("GET", "/_local/seed")[1])
            app, user = seed["apps"][0], seed["users"][0]
            code = code_of(log_in(authorize_url({"server": base_url, "app": app}), user, None))
            form = f"grant_type=authorization_code&code={code}&redirect_uri={quote(app['redirectUris'][0])}"
            proof = b64encode(f"{app['clientId']}:{app['clientSecret']}".encode()).decode()
            token = asked("POST", TOKEN, form, f"Basic {proof}")
            bearer = f"Bearer {json.loads(token[1])['access_token']}"
            window = call_log_window()
            got = {
                path: asked("GET", path, None, bearer)
                for path in (EXTENSION, EXTENSIONS, f"{CALL_LOG}?{urlencode(window)}")
            }
    answers = {path.partition("?")[0].encode(): _whole(*answer) for path, answer in got.items()}
    answers[TOKEN.encode()] = _whole(*token)
    return answers, app


def _asked(
    netloc: str, method: str, path: str, form: str | None = None, proof: str | None = None
) -> tuple[list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection(netloc, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
    if proof is not None:
        headers["Authorization"] = proof
    try:
        connection.request(method, path, form, headers)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path.partition('?')[0]} answered {answer.status}")
    return answer.getheaders(), body


def _whole(headers: list[tuple[str, str]], body: bytes) -> bytes:
    kept = [(name, value) for name, value in headers if name.lower() not in _NOT_KEPT]
    lines = [f"{name}: {value}" for name, value in [*kept, ("content-length", str(len(body)))]]
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode("latin-1") + body


class Recorded(asyncio.Protocol):
    """One connection: a request at a time, as clients without pipelining send them."""

    _transport: asyncio.Transport

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        request = self._buffer + data if self._buffer else data
        head, end, body = request.partition(b"\r\n\r\n")
        if not end or (head.startswith(b"POST") and len(body) < _length(head)):
            self._buffer = request
            return
        self._buffer = b""
        answer = self._answers.get(head.split(b" ", 2)[1].partition(b"?")[0])
        if answer is None:
            self._transport.abort()
        else:
            self._transport.write(answer)


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)


async def main(certificate: str, key: str) -> None:
    """Serve until standard input ends."""
    answers, app = record()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(Recorded, answers), "127.0.0.1", 0, ssl=tls, backlog=512)
    print(json.dumps({"port": server.sockets[0].getsockname()[1], "app": app}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
