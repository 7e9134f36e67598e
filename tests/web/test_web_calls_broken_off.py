"""A file of calls that breaks off in the middle, as `ringback web` serves it: nobody takes it for whole."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx2
import pytest
from test_web_two_users import log_in
from web_helpers import listening

from headless import Visits, new_server
from ringback import RingCentral
from ringback.cli.web_server import WebServer
from ringback.client.messages import Headers, HttpAnswer, HttpRequest, NoAnswer
from ringback.client.transports.transport import HttpTransport
from ringback.web import WebSettings, create_app


class SecondPageFails(HttpTransport):
    """The real transport; from the second page of a call log on it waits to be told, and fails."""

    pages = 0

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.go_on = threading.Event()

    def send(self, request: HttpRequest, *, seconds: float) -> HttpAnswer | NoAnswer:
        if request.target.partition("?")[0].endswith("/call-log"):
            self.pages += 1
            if self.pages > 1:
                self.go_on.wait(20)
                return HttpAnswer(400, Headers({"Content-Type": "application/json"}), b"{}")
        return super().send(request, seconds=seconds)


@pytest.fixture
def served() -> Iterator[tuple[httpx2.Client, SecondPageFails]]:
    bound, port = listening()
    redirect_uri = f"http://localhost:{port}/oauth2callback"
    with new_server(web_redirect_uri=redirect_uri) as platform:
        visits = Visits(platform)
        app = visits.seed.app
        transport = SecondPageFails(platform.base_url)
        with RingCentral(
            client_id=app["clientId"],
            client_secret=app["clientSecret"],
            server=platform.base_url,
            redirect_uri=redirect_uri,
            vault="memory://",
            transport=transport,
        ) as rc:
            server = WebServer(create_app(rc, settings=WebSettings(redirect_uri)), [bound], pytest.fail)
            server.start()
            admin = next(user for user in visits.seed.users if user["admin"])
            browser = log_in(f"http://localhost:{port}", admin)
            yield browser, transport
            browser.close()
            server.stop()


def test_a_stream_that_breaks_off_has_no_end(served: tuple[httpx2.Client, SecondPageFails]):
    browser, transport = served
    asked = "/calls?scope=account&from=2020-01-01&to=2029-01-01&format=jsonl"
    with browser.stream("GET", asked) as answer:
        assert answer.status_code == 200
        parts = answer.iter_bytes()
        assert next(parts).startswith(b"{")
        transport.go_on.set()
        with pytest.raises(httpx2.RemoteProtocolError):
            for _ in parts:
                pass
    told = browser.get(asked.replace("&format=jsonl", ""))
    assert told.status_code == 502
    assert "RingCentral refused this request" in told.text
