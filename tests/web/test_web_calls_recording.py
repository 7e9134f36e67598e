"""Recordings through the web app: whole, as sound, for who may hear them, and bounded."""

from __future__ import annotations

import html
import re

import pytest
from test_web_calls import query
from web_helpers import Browser, Platform

from ringback.client.messages import Headers, HttpAnswer
from ringback.web import calls_recording


@pytest.fixture
def address(browser: Browser, platform: Platform) -> str:
    """Where a page says that a recording is."""
    browser.log_in(platform.user(admin=True))
    found = re.search(
        r'<audio [^>]*src="([^"]*)"', browser.get(query(platform, days=7, queue="Support")).text
    )
    assert found
    return html.unescape(found[1])


def test_a_recording_is_sound_and_nothing_else(browser: Browser, address: str):
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] in ("audio/mpeg", "audio/wav", "audio/x-wav")
    assert re.fullmatch(
        r"attachment; filename=recording-\d+\.(mp3|wav)", answer.headers["Content-Disposition"]
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert int(answer.headers["Content-Length"]) == len(answer.data) > 1000


def test_no_page_has_a_token_or_the_platforms_address(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=True))
    page = browser.get(query(platform)).text
    assert platform.base_url not in page
    assert "access_token" not in page
    assert "media-src 'self'" in browser.get(query(platform)).headers["Content-Security-Policy"]


def test_what_there_is_not_and_who_is_not_logged_in(browser: Browser, other_browser: Browser, address: str):
    assert browser.get("/calls/recording/1").status_code in (403, 404, 502)
    assert browser.get("/calls/recording/..%2f..%2foauth").status_code == 404
    assert browser.get("/calls/recording/" + "9" * 33).status_code == 404
    assert other_browser.get(address).status_code == 303


def test_a_recording_that_is_too_large_or_no_sound(browser: Browser, address: str, transport, monkeypatch):
    monkeypatch.setattr(calls_recording, "MOST_BYTES", 100)
    assert browser.get(address).status_code == 413
    monkeypatch.undo()
    for _ in range(7):
        assert browser.get("/calls/recording/1").status_code in (403, 404, 502)
    assert browser.get(address).status_code == 200
    transport.only_api = True
    transport.fault = HttpAnswer(200, Headers({"Content-Type": "text/html"}), b"<script>alert(1)</script>")
    answer = browser.get(address)
    assert answer.headers["Content-Type"].startswith(("application/octet-stream", "text/html"))
    assert "<script>alert" not in answer.text
