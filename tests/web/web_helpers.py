"""A local platform and what a user does on its pages; a browser without a window."""

from __future__ import annotations

import html
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from headless import first_post_form
from headless_login import log_in
from ringback import RingCentral
from ringback.client.messages import HttpAnswer, HttpRequest, NoAnswer
from ringback.client.transports.transport import Transport
from ringback.platform.server import PlatformServer

WEB = "http://localhost:5000"
REDIRECT_URI = f"{WEB}/oauth2callback"
COOKIE = "ringback-5000"


def listening() -> tuple[socket.socket, int]:
    """A bound loopback socket and its port."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen(128)
    return bound, bound.getsockname()[1]


def client_of(platform: Platform, transport: Transport) -> RingCentral:
    """A client of the platform's first app, with a vault of its own."""
    return RingCentral(
        client_id=platform.app["clientId"],
        client_secret=platform.app["clientSecret"],
        server=platform.base_url,
        redirect_uri=REDIRECT_URI,
        vault="memory://",
        timeout=10.0,
        transport=transport,
        tries=1,  # a fault that a test injects is met once, and not waited for
    )


@dataclass
class Platform:
    """The local platform, and what a user does on its pages."""

    base_url: str
    server: PlatformServer
    seed: dict[str, Any] = field(repr=False)

    @property
    def app(self) -> dict[str, Any]:
        return self.seed["apps"][0]

    def user(self, *, admin: bool, nth: int = 0) -> dict[str, Any]:
        return [user for user in self.seed["users"] if user["admin"] is admin][nth]

    def authorize(self, url: str, user: dict[str, Any], decision: str = "authorize") -> str:
        """Log in and decide on the platform's pages; the Location they send the browser back to."""
        return log_in(url, user["username"], user["password"], decision=decision)

    def journal(self) -> list[dict[str, Any]]:
        return httpx2.get(f"{self.base_url}/_local/journal").json()["entries"]

    def forget_journal(self) -> None:
        httpx2.delete(f"{self.base_url}/_local/journal")


class Browser:
    """Flask's test client as one browser: it has its own cookies and sends the Host of our origin."""

    def __init__(self, app: Flask, platform: Platform) -> None:
        self.client: FlaskClient = app.test_client()
        self.platform = platform

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path.removeprefix(WEB), base_url=WEB, **options)

    def head(self, path: str, **options: Any) -> TestResponse:
        return self.client.head(path.removeprefix(WEB), base_url=WEB, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.client.post(path, base_url=WEB, **options)

    @property
    def cookie(self) -> str | None:
        found = self.client.get_cookie(COOKIE, domain="localhost")
        return found.value if found else None

    def login_url(self) -> str:
        """The link of the login page."""
        page = self.get("/").text
        link = re.search(r'<a\b[^>]*\bhref="([^"]*)"[^>]*>\s*Login RingCentral Account', page)
        assert link is not None, page
        return html.unescape(link[1])

    def callback(self, user: dict[str, Any] | None = None, decision: str = "authorize") -> str:
        """Go through the platform's pages; the address it sends this browser back to."""
        return self.platform.authorize(
            self.login_url(), user or self.platform.user(admin=True), decision=decision
        )

    def log_in(self, user: dict[str, Any] | None = None) -> TestResponse:
        """The whole login; the answer to the callback."""
        return self.get(self.callback(user))

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the first POST form of a page."""
        return first_post_form(self.get(path).text).fields


class FaultyTransport:
    """The real transport, which tells what it answered last, and answers `fault` instead when there is one.

    `only_api` leaves the token endpoint as it is. `during_exchange` is called once, before a token request.
    """

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.fault: HttpAnswer | NoAnswer | None = None
        self.only_api = False
        self.during_exchange: Callable[[], None] | None = None
        self.last_target = ""
        self.last_answer: Any = None

    def send(self, request: HttpRequest, *, seconds: float) -> HttpAnswer | NoAnswer:
        self.last_target = request.target.partition("?")[0]
        if self.during_exchange and self.last_target == "/restapi/oauth/token":
            meanwhile, self.during_exchange = self.during_exchange, None
            meanwhile()
        if self.fault is not None and not (self.only_api and "/oauth/" in request.target):
            self.last_answer = self.fault
        else:
            self.last_answer = self._inner.send(request, seconds=seconds)
        return self.last_answer

    def close(self) -> None:
        self._inner.close()
