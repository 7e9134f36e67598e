"""The call pages under RingCentral's rate limit: they say how long, and go on by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import pytest
from web_helpers import REDIRECT_URI, Browser, Platform

from headless import new_server
from ringback import RateLimited, RingCentral
from ringback.client.clock import PlatformClock
from ringback.web import WebSettings, create_app
from ringback.web.readings import Reading

ASKED = "/calls?scope=account"


@dataclass
class Limited:
    """A browser that is logged in as the administrator, on a platform with rate limits and a clock."""

    browser: Browser
    platform: Platform
    rc: RingCentral

    def spend(self) -> None:
        """Use up the calls of this minute."""
        user = self.rc.user(self.platform.user(admin=True)["extensionId"])
        for _ in range(10):
            user.get("/restapi/v1.0/account/~/call-log", params={"perPage": 1})

    def advance(self, seconds: float) -> None:
        httpx2.post(f"{self.platform.base_url}/_local/clock", json={"advance": seconds})

    def reading(self) -> Reading:
        (found,) = self.browser.client.application.extensions["ringback"].readings._kept.values()
        return found


@pytest.fixture
def limited() -> Iterator[Limited]:
    with new_server(rate_limits=True, web_redirect_uri=REDIRECT_URI) as server:
        seed = httpx2.get(f"{server.base_url}/_local/seed").json()
        platform = Platform(server.base_url, server, seed)
        with RingCentral(
            client_id=platform.app["clientId"],
            client_secret=platform.app["clientSecret"],
            server=server.base_url,
            redirect_uri=REDIRECT_URI,
            vault="memory://",
            clock=PlatformClock(server.base_url),
        ) as rc:
            browser = Browser(create_app(rc, settings=WebSettings(REDIRECT_URI)), platform)
            browser.log_in(platform.user(admin=True))
            yield Limited(browser, platform, rc)


def test_a_pause_is_told_and_ends_by_itself(limited: Limited):
    limited.spend()
    page = limited.browser.get(ASKED)
    assert page.status_code == 202
    assert 0 < int(page.headers["Retry-After"]) <= 65
    assert "RingCentral asks for a pause" in page.text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page.text
    assert 'role="status"' in page.text
    address = re.search(r'data-progress="([^"]*)"', page.text)[1].replace("&amp;", "&")
    told = limited.browser.get(address).json
    assert told["finished"] is False
    assert 0 < told["seconds_left"] <= 65
    assert "Filter" in page.text
    reading = limited.reading()
    limited.advance(70)
    assert list(reading.follow())
    assert limited.browser.get(address).json["finished"] is True
    page = limited.browser.get(ASKED)
    assert page.status_code == 200
    assert "<h2>Talk time by person</h2>" in page.text
    assert limited.reading() is reading


def test_a_file_waits_in_its_stream(limited: Limited):
    limited.spend()
    answer = limited.browser.get(f"{ASKED}&format=csv")
    assert answer.status_code == 200
    parts = iter(answer.iter_encoded())
    assert next(parts).startswith(b"start_utc,start_local,zone,")
    limited.advance(70)
    lines = b"".join(parts).splitlines()
    answer.close()
    assert len(lines) == len(limited.reading().calls()) > 10
    for kind, start in (("xlsx", b"PK\x03\x04"), ("parquet", b"PAR1")):
        assert limited.browser.get(f"{ASKED}&format={kind}").data.startswith(start)


def test_a_login_that_ends_takes_its_reading_along(limited: Limited):
    limited.spend()
    assert limited.browser.get(ASKED).status_code == 202
    reading = limited.reading()
    limited.browser.get("/logout", headers={"Sec-Fetch-Site": "same-origin"})
    kept = limited.browser.client.application.extensions["ringback"].readings
    assert kept.find(reading.key) is None
    with pytest.raises(Exception, match="Nobody asked"):
        list(reading.follow())
    assert limited.browser.get(ASKED).status_code == 303


def test_what_is_paused_is_asked_once_more_and_no_oftener(limited: Limited):
    limited.spend()
    assert limited.browser.get(ASKED).status_code == 202
    for _ in range(5):
        assert limited.browser.get(ASKED).status_code == 202
    refused = [one for one in limited.platform.journal() if one["status"] == 429]
    assert len(refused) <= 1
    with pytest.raises(RateLimited):
        limited.rc.user(limited.platform.user(admin=True)["extensionId"]).get(
            "/restapi/v1.0/account/~/call-log"
        )
