"""Saving calls as a file, over HTTP: begun, waited for, fetched in parts, and by nobody else."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from test_web_calls import query
from test_web_calls_waiting import Limited, limited
from web_helpers import COOKIE, WEB, Browser, Platform, listening

from headless import first_post_form
from ringback.cli.web_server import WebServer
from ringback.web import WebSettings, create_app
from ringback.web.saved import pages as saved_pages

__all__ = ["limited"]

OWN = {"Referer": f"{WEB}/calls"}
_DATA = re.compile(rb"^start_utc,")


@pytest.fixture(autouse=True)
def shelves(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of this test's own."""
    folder = tmp_path_factory.mktemp("tmp")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def user(platform: Platform) -> dict[str, str]:
    return platform.user(admin=True)


def save(browser: Browser, platform: Platform, kind: str = "csv", **more: str) -> str:
    """Follow the export menu; the address of the file, which needs no waiting here."""
    answer = browser.get(query(platform, format=kind, **more).replace("/calls?", "/calls/save?"), headers=OWN)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def page_of(address: str) -> str:
    return address.rpartition("/")[0]


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.glob("ringback-*/*/*") if path.is_dir()]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx", "parquet"])
def test_the_menu_leads_to_the_file_itself_when_there_is_nothing_to_wait_for(
    browser: Browser, platform: Platform, user, kind
):
    browser.log_in(user)
    page = browser.get(query(platform)).text
    link = re.search(rf'href="(/calls/save\?[^"]*format={kind})"', page)
    if link is None:
        pytest.skip(f"nothing here writes {kind} files")
    answer = browser.get(link[1].replace("&amp;", "&"), headers=OWN)
    assert answer.status_code == 303
    whole = browser.get(answer.headers["Location"])
    same = browser.get(query(platform, format=kind))
    assert whole.headers["Content-Disposition"] == same.headers["Content-Disposition"]
    assert whole.headers["Content-Type"] == same.headers["Content-Type"]
    assert whole.content_length == len(whole.data)
    if kind in ("csv", "jsonl"):
        assert whole.data == same.data
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert re.fullmatch(r'"[0-9a-f]{32}"', whole.headers["ETag"])
    assert "no-store" in whole.headers["Cache-Control"]


def test_a_part_is_the_same_bytes(browser: Browser, platform: Platform, user):
    browser.log_in(user)
    address = save(browser, platform)
    whole = browser.get(address)
    size, etag = len(whole.data), whole.headers["ETag"]
    assert size > 5000
    rest = browser.get(address, headers={"Range": "bytes=1234-"})
    assert (rest.status_code, rest.data) == (206, whole.data[1234:])
    assert rest.headers["Content-Range"] == f"bytes 1234-{size - 1}/{size}"
    assert rest.headers["ETag"] == etag
    assert rest.content_length == size - 1234
    part = browser.get(address, headers={"Range": "bytes=10-19", "If-Range": etag})
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    for headers in (
        {"Range": "bytes=10-19", "If-Range": '"another"'},
        {"Range": "bytes=10-19,30-39"},
        {"Range": "nonsense"},
    ):
        answer = browser.get(address, headers=headers)
        assert (answer.status_code, answer.data) == (200, whole.data)
    past = browser.get(address, headers={"Range": f"bytes={size}-"})
    assert (past.status_code, past.headers["Content-Range"], past.data) == (416, f"bytes */{size}", b"")
    head = browser.head(address, headers={"Range": "bytes=10-19"})
    assert (head.status_code, head.data, head.content_length) == (200, b"", size)


def test_nobody_else_fetches_sees_or_removes_a_file(
    browser: Browser, other_browser: Browser, app, platform: Platform, user
):
    browser.log_in(user)
    address = save(browser, platform)
    stranger = Browser(app, platform)
    stranger.log_in(platform.user(admin=False))
    other_browser.log_in(user)  # the same user, in another browser
    nobody = Browser(app, platform)
    for other in (stranger, other_browser):
        for path in (address, page_of(address), f"{page_of(address)}/another.csv"):
            answer = other.get(path)
            assert answer.status_code == 404
            assert not _DATA.match(answer.data)
        assert other.get(f"{page_of(address)}/progress").json == {"finished": True}
        form = {"csrf_token": other.form("/session")["csrf_token"]}
        assert other.post(f"{page_of(address)}/remove", data=form).status_code == 404
    for path in (address, page_of(address)):
        assert nobody.get(path).headers["Location"] == "/"
    assert nobody.get(f"{page_of(address)}/progress").json == {"finished": True}
    assert (
        nobody.get(query(platform, format="csv").replace("/calls?", "/calls/save?")).headers["Location"]
        == "/"
    )
    assert browser.get(address).status_code == 200
    assert browser.get(f"{page_of(address)}/another.csv").status_code == 404


def test_files_go_with_the_login(browser: Browser, other_browser: Browser, platform: Platform, user, shelves):
    browser.log_in(user)
    other_browser.log_in(user)
    address, cookie = save(browser, platform), browser.cookie
    theirs = save(other_browser, platform)
    assert len(kept(shelves)) == 2
    browser.post("/logout", data=browser.form("/session"))
    assert len(kept(shelves)) == 1
    browser.client.set_cookie(COOKIE, cookie or "", domain="localhost")
    assert browser.get(address).headers["Location"] == "/"
    browser.log_in(user)
    assert browser.get(address).status_code == 404
    save(browser, platform)
    form = browser.form("/session")
    browser.post("/session/browsers", data={**form, "others": "1"})
    assert len(kept(shelves)) == 1
    browser.log_in(user)  # a login's id changes, and what it had is gone with it
    assert browser.get(theirs).status_code == 404
    browser.post("/logout", data={**browser.form("/session"), "everywhere": "1"})
    assert kept(shelves) == []


def test_another_site_begins_no_file(browser: Browser, platform: Platform, user, shelves):
    browser.log_in(user)
    asked = query(platform, format="csv").replace("/calls?", "/calls/save?")
    for headers in ({}, {"Referer": "https://evil.example/"}, {"Sec-Fetch-Site": "cross-site", **OWN}):
        answer = browser.get(asked, headers=headers)
        assert answer.status_code == 200
        assert "Write this file?" in answer.text
    assert browser.get(asked, headers={**OWN, "Sec-Purpose": "prefetch"}).status_code == 503
    assert browser.post(asked, data={"csrf_token": "x" * 64}).status_code == 400
    assert kept(shelves) == []
    form = first_post_form(browser.get(asked).text)
    answer = browser.post(form.action.replace("&amp;", "&"), data=form.fields)
    assert browser.get(answer.headers["Location"]).status_code == 200


def test_wrong_addresses_are_refused(browser: Browser, platform: Platform, user, shelves):
    browser.log_in(user)
    for asked in ("/calls/save", "/calls/save?format=exe", "/calls/save?format=csv&from=x"):
        assert browser.get(asked, headers=OWN).status_code == 400
    for asked in ("/calls/saved/" + "0" * 32, "/calls/saved/..%2f..", "/calls/saved/x/y"):
        assert browser.get(asked).status_code == 404
    assert kept(shelves) == []


def test_the_page_of_a_file_offers_it_and_removes_it(browser: Browser, platform: Platform, user, shelves):
    browser.log_in(user)
    address = save(browser, platform)
    page = browser.get(page_of(address))
    assert page.status_code == 200
    assert "The file is ready" in page.text
    assert f'href="{address}"' in page.text
    told = browser.get(f"{page_of(address)}/progress").json
    assert (told["finished"], told["file"]) == (True, address)
    answer = browser.post(f"{page_of(address)}/remove", data=browser.form(page_of(address)))
    assert answer.headers["Location"].startswith("/calls?scope=account&")
    assert kept(shelves) == []
    gone = browser.get(address)
    assert gone.status_code == 404
    assert "Save the calls again" in gone.text


def test_a_pause_gives_a_page_that_tells_how_long_and_then_the_file(limited: Limited, monkeypatch, shelves):
    browser = limited.browser
    limited.spend()
    waiting = browser.get("/calls?scope=account")
    assert waiting.status_code == 202
    assert "/calls/save?scope=account" in waiting.text  # the menu is there while one waits
    answer = browser.get("/calls/save?scope=account&format=csv", headers=OWN)
    page = answer.headers["Location"]
    assert re.fullmatch(r"/calls/saved/[0-9a-f]{32}", page)
    shown = browser.get(page)
    assert shown.status_code == 202
    assert re.search(r"\d+ seconds left\.", shown.text)
    assert '<noscript><meta http-equiv="refresh"' in shown.text
    told = browser.get(f"{page}/progress").json
    assert told["finished"] is False
    assert 0 < told["seconds_left"] <= 65
    assert browser.get(f"{page}/account-calls.csv").status_code == 404  # not before it is whole
    again = browser.get("/calls/save?scope=account&format=csv", headers=OWN)
    assert again.headers["Location"] == page  # it is not written twice
    limited.advance(70)
    until = time.monotonic() + 15
    while not (told := browser.get(f"{page}/progress").json)["finished"]:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert _DATA.match(browser.get(told["file"]).data)


def test_a_file_that_waits_is_called_off(limited: Limited, shelves):
    browser = limited.browser
    limited.spend()
    page = browser.get("/calls/save?scope=account&format=jsonl", headers=OWN).headers["Location"]
    answer = browser.post(f"{page}/remove", data=browser.form(page))
    assert answer.headers["Location"].startswith("/calls?")
    assert browser.get(page).status_code == 404
    assert kept(shelves) == []
    limited.advance(70)
    files = browser.client.application.extensions["ringback"].files
    until = time.monotonic() + 15
    while files._running._value != 6:  # its writer ends with the next record
        assert time.monotonic() < until
        time.sleep(0.1)
    assert kept(shelves) == []


def test_what_went_wrong_is_said_on_the_files_page(browser: Browser, platform: Platform, user, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saved_pages, "write_file", fail)
    browser.log_in(user)
    page = save(browser, platform)
    shown = browser.get(page).text
    assert "The file could not be written" in shown
    assert "There is no room for the file" in shown
    assert browser.get(f"{page}/progress").json == {"finished": True}


# On the server that `ringback web` runs


@pytest.fixture
def served(rc, platform: Platform, user) -> Iterator[httpx2.Client]:
    """A logged-in browser of a real server."""
    bound, port = listening()
    app = create_app(rc, settings=WebSettings(f"http://localhost:{port}/oauth2callback"))
    server = WebServer(app, [bound], pytest.fail)
    server.start()
    session = rc.vault.browser_sessions
    login = rc.begin_login(redirect_uri=f"{WEB}/oauth2callback")
    visitor = session.start(rc.clock.now(), 1000.0)
    rc.finish_login(platform.authorize(login.url, user), login.transaction, holder=visitor.holder)
    mine = session.log_in(visitor.id, user["extensionId"], rc.clock.now(), 1000.0)
    with httpx2.Client(base_url=f"http://localhost:{port}") as http:
        http.headers["Cookie"] = f"ringback-{port}={mine.id}"
        yield http
    server.stop()
    bound.close()


def test_curl_goes_on_with_a_download_that_broke_off(served: httpx2.Client, platform: Platform, tmp_path):
    asked = query(platform, format="jsonl").replace("/calls?", "/calls/save?")
    answer = served.get(asked, headers={"Referer": f"{served.base_url}/calls"})
    address = str(served.base_url).rstrip("/") + answer.headers["Location"]
    whole = served.get(address).content
    assert len(whole) > 100_000
    try:
        curl = ["curl", "-sS", "--fail", "-H", f"Cookie: {served.headers['Cookie']}", "-C", "-", "-o"]
        for have in (0, 1, 65_536, len(whole) - 1):
            path = tmp_path / f"from-{have}"
            path.write_bytes(whole[:have])
            done = subprocess.run([*curl, path, address], capture_output=True, text=True, timeout=30)
            assert done.returncode == 0, done.stderr
            assert path.read_bytes() == whole
    except FileNotFoundError:
        pytest.skip("curl is not installed")


def test_many_parts_make_the_whole(served: httpx2.Client, platform: Platform):
    asked = query(platform, format="csv").replace("/calls?", "/calls/save?")
    address = served.get(asked, headers={"Referer": f"{served.base_url}/calls"}).headers["Location"]
    whole = served.get(address)
    assert whole.headers["Content-Length"] == str(len(whole.content))
    step, etag = len(whole.content) // 7 + 1, whole.headers["ETag"]
    parts = [
        served.get(address, headers={"Range": f"bytes={at}-{at + step - 1}", "If-Range": etag})
        for at in range(0, len(whole.content), step)
    ]
    assert {part.status_code for part in parts} == {206}
    assert b"".join(part.content for part in parts) == whole.content
