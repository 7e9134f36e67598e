"""What is sent compressed, and what never is: a page that another site asked for."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from first_run_desk import Desk
from web_helpers import Browser, Platform

PACKED = {"Accept-Encoding": "gzip, br"}
OWN = {**PACKED, "Sec-Fetch-Site": "same-origin"}
BOOTSTRAP = "/bootstrap/static/css/bootstrap.min.css"


@pytest.mark.parametrize("path", [BOOTSTRAP, "/static/ringback.css", "/static/ringback.js"])
def test_static_files_come_small_and_once(browser: Browser, path: str):
    plain, packed = browser.get(path), browser.get(path, headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.content_length == len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.headers.getlist("Vary")
    assert "Accept-Encoding" in plain.headers.getlist("Vary")
    assert packed.headers["ETag"].startswith("W/")
    again = browser.get(path, headers={**PACKED, "If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_pages_are_compressed_for_who_comes_from_no_other_site(browser: Browser):
    browser.log_in()
    plain = browser.get("/test?api=extension&view=readable")
    for site in ("same-origin", "none"):
        packed = browser.get("/test", headers={**PACKED, "Sec-Fetch-Site": site})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "<h1>Call APIs</h1>" in gzip.decompress(packed.data).decode()
        assert packed.headers["Cache-Control"] == "no-store"
    packed = browser.get("/test?api=extension&view=readable", headers=OWN)
    assert len(packed.data) < len(plain.data) / 5
    raw, packed = browser.get("/test?api=extension"), browser.get("/test?api=extension", headers=OWN)
    assert gzip.decompress(packed.data) == raw.data


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_a_page_that_another_site_asked_for_is_not(browser: Browser, site: str | None):
    browser.log_in()
    headers = PACKED if site is None else {**PACKED, "Sec-Fetch-Site": site}
    for path in ("/test", "/calls?number=650"):
        answer = browser.get(path, headers=headers)
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers
        assert "Sec-Fetch-Site" in answer.headers.getlist("Vary")


def test_what_is_small_unwanted_or_a_file_stays_as_it_is(browser: Browser):
    browser.log_in()
    for path, headers in (
        ("/healthz", OWN),
        ("/test", {**OWN, "Accept-Encoding": "gzip;q=0"}),
        ("/test", {**OWN, "Accept-Encoding": "br"}),
        ("/calls?format=csv", OWN),
        (BOOTSTRAP, {**PACKED, "Range": "bytes=0-99"}),
    ):
        assert "Content-Encoding" not in browser.get(path, headers=headers).headers
    assert "Content-Encoding" not in browser.head("/test", headers=OWN).headers


def test_the_first_run_page_is_as_small(tmp_path: Path, platform: Platform):
    desk = Desk(tmp_path, platform)
    page, style = desk.page(headers=OWN), desk.page(BOOTSTRAP, headers=PACKED)
    assert page.headers["Content-Encoding"] == style.headers["Content-Encoding"] == "gzip"
    assert len(page.data) + len(style.data) < 40_000
