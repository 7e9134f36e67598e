"""Two users in two browsers, many threads, tokens expiring between calls: nobody sees the other's data."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import httpx2
import pytest
from web_helpers import listening

from headless import Visits, new_server
from headless_login import log_in as log_in_on_platform
from ringback import RingCentral
from ringback.cli.web_server import WebServer
from ringback.web import WebSettings, create_app

CALLS, THREADS = 400, 8


@pytest.fixture
def served() -> Iterator[tuple[str, Visits]]:
    """The web app as `ringback web` serves it, on a platform of its own."""
    bound, port = listening()
    redirect_uri = f"http://localhost:{port}/oauth2callback"
    with new_server(web_redirect_uri=redirect_uri) as platform:
        visits = Visits(platform)
        app = visits.seed.app
        with RingCentral(
            client_id=app["clientId"],
            client_secret=app["clientSecret"],
            server=platform.base_url,
            redirect_uri=redirect_uri,
            vault="memory://",
        ) as rc:
            server = WebServer(create_app(rc, settings=WebSettings(redirect_uri)), [bound], pytest.fail)
            server.start()
            yield f"http://localhost:{port}", visits
            server.stop()


def log_in(web: str, user: dict[str, str]) -> httpx2.Client:
    """A browser of its own, logged in."""
    browser = httpx2.Client(base_url=web, timeout=60)
    link = re.search(r'href="([^"]*/oauth/authorize\?[^"]*)"', browser.get("/").text)
    assert link is not None
    callback = log_in_on_platform(link[1].replace("&amp;", "&"), user["username"], user["password"])
    assert browser.get(callback).status_code == 303
    return browser


def test_400_interleaved_calls_of_two_users(served: tuple[str, Visits]):
    web, visits = served
    users = visits.seed.users[:2]
    browsers = [log_in(web, user) for user in users]
    wrong: list[object] = []

    def work(number: int) -> None:
        for turn in range(CALLS // THREADS // 10):
            which = (number + turn) % 2
            answer = browsers[which].get("/test?api=extension-call-log")
            own = f"/extension/{users[which]['extensionId']}/call-log"
            if answer.status_code != 200 or own not in answer.json()["uri"]:
                wrong.append((which, answer.status_code, answer.text[:200]))

    for _ in range(10):
        threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        visits.advance(3600)
    assert wrong == []
    answered = [entry for entry in visits.journal() if entry["path"].endswith("/call-log")]
    assert sum(entry["status"] == 200 for entry in answered) == CALLS
    assert sum(entry["grantType"] == "refresh_token" for entry in visits.journal()) == 18
    for browser in browsers:
        browser.close()
