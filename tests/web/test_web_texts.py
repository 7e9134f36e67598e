"""Every text that the web app shows goes through a catalogue: seen in a made-up language of brackets."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from babel.dates import get_day_names, get_month_names
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from first_run_desk import Desk
from flask import Flask
from msgspec.structs import replace
from unwrapped import CLOSE, OPEN, unwrapped
from web_helpers import Browser, Platform

from ringback import ConfigurationError, RateLimited, RingbackError, RingCentral
from ringback.client.messages import Headers, HttpAnswer
from ringback.client.response import Response
from ringback.web import TryUser, WebSettings, create_app, texts
from ringback.web.formats import days_in_words, number, second
from ringback.web.readings import Crowded, Progress, Reading, TooMany

ROOT = Path(__file__).parents[2]
LANGUAGE = "fi"
LIMITED = {"response": Response(HttpAnswer(429, Headers({"Retry-After": "1"}), b"")), "code": "CMN-301"}
IN_IT = {"Accept-Language": f"{LANGUAGE}, en;q=0.5"}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What `make texts` collects."""
    folder = tmp_path_factory.mktemp("texts")
    pybabel = Path(sys.executable).with_name("pybabel")
    done = subprocess.run(
        [ROOT / "tools" / "texts", "--only", folder],
        env={**os.environ, "PYBABEL": str(pybabel)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    with (folder / "ringback.pot").open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def brackets(collected: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one language, in which every text stands in brackets."""
    catalog = Catalog(locale=LANGUAGE)
    for message in collected:
        if message.id:
            forms = message.id if isinstance(message.id, tuple) else (message.id,)
            told = tuple(f"{OPEN}{form}{CLOSE}" for form in forms)
            catalog.add(message.id, told if len(told) > 1 else told[0], context=message.context)
    folder = tmp_path_factory.mktemp("translations")
    path = folder / LANGUAGE / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalog)
    return folder


@pytest.fixture
def names() -> set[str]:
    """The names of months and weekdays in that language, which CLDR has and no catalogue."""
    found: set[str] = set()
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for get in (get_month_names, get_day_names):
                found |= set(get(width, context, LANGUAGE).values())
    return {part.strip(".") for name in found for part in name.split()}


@pytest.fixture
def wrapped(rc: RingCentral, platform: Platform, brackets: Path) -> Flask:
    """The web app, in that language for who asks for it, with users to try."""
    users = [
        TryUser(one["username"], one["username"], one["password"], one["extensionNumber"], one["admin"])
        for one in platform.seed["users"]
    ]
    app = create_app(rc, settings=WebSettings("http://localhost:5000/oauth2callback"), try_users=users)
    texts.install(app, brackets)
    return app


@pytest.fixture
def look(wrapped: Flask, platform: Platform, names: set[str]) -> Callable[..., str]:
    """look(path): the page, of which nothing may stand outside brackets."""
    browser = Browser(wrapped, platform)

    def looked(path: str = "", status: int = 200, answer: object = None) -> str:
        page = answer or browser.get(path, headers=IN_IT)
        assert page.status_code == status
        assert f'<html lang="{LANGUAGE}"' in page.text
        assert page.headers["Content-Language"] == LANGUAGE
        assert unwrapped(page.text, names) == []
        return page.text

    looked.browser = browser  # type: ignore[attr-defined]
    return looked


def test_what_is_collected(collected: Catalog):
    assert len(collected) > 100
    assert collected.get("Login RingCentral Account") is not None
    assert not [message.id for message in collected if message.id and message.check()]


def test_the_finder_finds():
    page = '<p title="Left">x <b>⟦in <i>side</i></b> too⟧ out<code>data</code></p><p translate="no">y</p>'
    assert unwrapped(page, set()) == ["Left", "x", "out"]


def test_before_the_login(look: Callable[..., str]):
    for notice in ("logged-out", "logged-out-everywhere", "login-ended", "login-refused"):
        look(f"/?notice={notice}")
    look("/nowhere", 404)
    look("/oauth2callback?state=nobody&code=1", 400)
    look(f"/oauth2callback?{'a' * 5000}", 400)
    look(f"/?{'a' * 9000}", 414)


def test_the_session_page(look: Callable[..., str], wrapped: Flask, platform: Platform):
    user, other = platform.user(admin=True), Browser(wrapped, platform)
    look.browser.log_in(user)  # type: ignore[attr-defined]
    names = {part for one in platform.server.world.company.extensions for part in one.name.split()}
    assert unwrapped(look.browser.get("/session", headers=IN_IT).text, names) == []  # type: ignore[attr-defined]
    other.log_in(user)
    for notice in ("refreshed", "browser-out", "others-out", "browser-gone"):
        page = look.browser.get(f"/session?notice={notice}", headers=IN_IT).text  # type: ignore[attr-defined]
        assert unwrapped(page, names) == []
        assert page.count(OPEN) > 30


def test_the_api_tests_and_logging_out(look: Callable[..., str], platform: Platform):
    look.browser.log_in(platform.user(admin=False))  # type: ignore[attr-defined]
    look("/test")
    for api in ("extension", "extension-call-log", "account-call-log"):
        look(f"/test?api={api}&view=readable")
    look("/test?api=none", 404)
    look("/logout")


ALL_DAYS = "scope=account&from=2020-01-01&to=2029-12-30"


def test_the_calls(look: Callable[..., str], platform: Platform):
    look.browser.log_in(platform.user(admin=True))  # type: ignore[attr-defined]
    assert "Lokakuu" in look(f"/calls?{ALL_DAYS}&sort=-ring&page=2").title()
    look("/calls?scope=account&direction=inbound&type=voice&result=answered&number=650&extension=101")
    look("/calls?scope=account&queue=Support")
    look("/calls?from=2021-01-01&to=2021-01-02")
    look(f"/calls?{ALL_DAYS}&number=123456789012")
    wrong = "from=x&to=2020-02-31&direction=up&result=fine&number=1&queue={q}&page=0&sort=me&scope=all"
    look(f"/calls?{wrong.format(q='q' * 99)}", 400)
    look("/calls?from=2026-01-02&to=2026-01-01", 400)
    look("/calls?format=doc&from=1", 400)
    look("/calls/recording/none", 404)


def test_a_pause_and_what_cannot_be_read(
    look: Callable[..., str], wrapped: Flask, platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    look.browser.log_in(platform.user(admin=True))  # type: ignore[attr-defined]
    for error, status in ((TooMany("x"), 422), (Crowded("x"), 503), (RateLimited("x", **LIMITED), 429)):
        monkeypatch.setattr(Reading, "run", _fails_with(error))
        look("/calls?scope=account", status)
    monkeypatch.setattr(Reading, "run", lambda self: None)
    monkeypatch.setattr(Reading, "settle", lambda self, seconds, **_: False)
    monkeypatch.setattr(
        Reading, "progress", lambda self: Progress(1200, datetime(2026, 11, 3, tzinfo=UTC), 9, False)
    )
    page = look("/calls?scope=account", 202)
    assert "⟦9 seconds left.⟧" in page
    assert "⟦1\N{NO-BREAK SPACE}200 call records read so far⟧" in page
    told = look.browser.get("/calls/progress?scope=account", headers=IN_IT).json["told"]  # type: ignore[attr-defined]
    assert told["left"] == "⟦9 seconds left.⟧"


def _fails_with(error: RingbackError) -> Callable[[Reading[Any]], None]:
    def run(reading: Reading[Any]) -> None:
        reading.error = error
        reading._finished = True

    return run


def test_saved_files(look: Callable[..., str], platform: Platform, monkeypatch: pytest.MonkeyPatch):
    look.browser.log_in(platform.user(admin=True))  # type: ignore[attr-defined]
    look("/calls/save?scope=account&format=csv")
    own = {**IN_IT, "Referer": "http://localhost:5000/calls"}
    asked = "/calls/save?scope=account&format=jsonl"
    answer = look.browser.get(asked, headers=own)  # type: ignore[attr-defined]
    page = answer.headers["Location"].rpartition("/")[0]
    assert page.startswith("/calls/saved/"), "the file was there at once"
    look(page)
    shelf = look.browser.client.application.extensions["ringback"].files.shelf  # type: ignore[attr-defined]
    about = shelf.find(page.rpartition("/")[2])
    with shelf.writing(replace(about, id="0" * 32, state="writing", seconds_left=9.0, records=1200)):
        look("/calls/saved/" + "0" * 32, 202)
        shelf.note(
            replace(about, id="0" * 32, state="failed", trouble={"title": "x", "text": "x", "remedy": "x"})
        )
        look("/calls/saved/" + "0" * 32)
    shelf.remove("0" * 32)
    shelf.remove(about.id)
    look(page, 404)


def test_the_first_run_page(tmp_path: Path, platform: Platform, brackets: Path):
    desk = Desk(tmp_path, platform)
    texts.install(desk.app, brackets)

    def look(path: str = "/", status: int = 200) -> None:
        page = desk.page(path, headers=IN_IT)
        assert page.status_code == status
        assert unwrapped(page.text, set()) == []
        assert page.text.count(OPEN) > 5

    look()
    desk.check(redirect_uri="http://localhost:5000/oauth2callback/")
    look()
    desk.check()
    look()
    desk.post("/first-run/write")
    look()
    desk.post("/first-run/check", headers=IN_IT, client_id="", client_secret="", no_secret="")
    look()
    look("/nowhere", 404)


def test_who_asks_for_english_gets_it(wrapped: Flask, platform: Platform):
    browser = Browser(wrapped, platform)
    for asked in ("en-GB, fi;q=0.9", "sv", "", "*"):
        page = browser.get("/", headers={"Accept-Language": asked})
        assert '<html lang="en"' in page.text
        assert OPEN not in page.text
        assert "Accept-Language" in page.headers.getlist("Vary")


HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'


@pytest.mark.parametrize(
    ("language", "text", "says"),
    [
        ("sv", f'{HEAD}\n#, python-format\nmsgid "ext. %(number)s"\nmsgstr "ankn. %(nummer)s"\n', "line 5: "),
        ("sv", f'{HEAD}\nmsgid "Calls"\nthe calls\n', ""),
        ("xx", HEAD, "xx"),
        ("sv", b"\xff\xfe\x00", ""),
    ],
)
def test_a_catalogue_that_pages_would_fall_over_stops_the_start(
    tmp_path: Path, language: str, text: str | bytes, says: str
):
    path = tmp_path / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigurationError) as told:
        texts.install(Flask("here"), tmp_path)
    assert told.value.message.startswith(
        f"The translation {language}/LC_MESSAGES/messages.po cannot be used: "
    )
    assert says in told.value.message
    assert "\n" not in told.value.message


def test_formats_follow_the_language(wrapped: Flask):
    moment, first, last = datetime(2026, 11, 3, 14, 5, tzinfo=UTC), date(2026, 10, 28), date(2026, 11, 3)
    assert (number(1234567), second(moment)) == ("1,234,567", "2026-11-03 14:05:00")
    assert days_in_words(first, last) == "28 October\N{EN DASH}3 November 2026"
    with wrapped.test_request_context(headers=IN_IT):
        assert number(1234567) == "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"
        assert second(moment) == "3.11.2026 14.05.00"
        assert "lokakuuta" in days_in_words(first, last)
