"""Other browsers of the user on /session: what is told of them, and who can log out whom."""

from __future__ import annotations

import re

import pytest
from web_helpers import COOKIE, WEB, Browser, Platform

from ringback import RingCentral, VaultUnavailable
from ringback.vault.browser_sessions import SEEN_SECONDS

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"
    " Safari/537.36 Edg/130.0.0.0"
)


@pytest.fixture
def user(platform: Platform):
    return platform.user(admin=True)


@pytest.fixture
def stranger(app, platform: Platform):
    """A browser in which another user is logged in."""
    browser = Browser(app, platform)
    browser.log_in(platform.user(admin=False))
    return browser


def log_in(browser: Browser, user, user_agent: str) -> None:
    answer = browser.get(browser.callback(user), headers={"User-Agent": user_agent})
    assert answer.status_code == 303


def handles(browser: Browser) -> list[str]:
    return re.findall(r'name="browser" value="([^"]*)"', browser.get("/session").text)


def log_out(who: Browser, **fields: str):
    form = {"csrf_token": who.form("/session")["csrf_token"], **fields}
    return who.post("/session/browsers", data=form)


def is_in(browser: Browser) -> bool:
    return browser.get("/session").status_code == 200


def test_it_shows_every_browser_and_marks_this_one(browser, other_browser, user):
    log_in(browser, user, FIREFOX)
    log_in(other_browser, user, EDGE)
    page = re.sub(r"\s+", " ", browser.get("/session").text)
    assert re.search(r'Firefox on Linux</span> <span class="badge-calm">this browser</span>', page)
    assert "Edge on Windows" in page
    assert page.count("this browser</span>") == 1
    assert len(handles(browser)) == 1
    told = browser.get("/session", headers={"Accept": "application/json"}).json
    assert told["browsers"] == 2
    listed = [(one["description"], one["thisBrowser"]) for one in told["browserList"]]
    assert listed == [("Firefox on Linux", True), ("Edge on Windows", False)]
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one["loggedInAt"]) for one in told["browserList"]
    )
    assert all(600_000 < one["expiresIn"] <= 604_800 for one in told["browserList"])


def test_neither_page_nor_json_tells_an_id_by_which_a_session_could_be_taken_over(
    browser, other_browser, user
):
    log_in(browser, user, FIREFOX)
    log_in(other_browser, user, EDGE)
    told = browser.get("/session").text + browser.get("/session", headers={"Accept": "application/json"}).text
    for secret in (browser.cookie, other_browser.cookie):
        assert secret
        assert secret not in told
    assert handles(browser) != handles(other_browser)
    other_browser.client.set_cookie(COOKIE, handles(browser)[0], domain="localhost")
    assert not is_in(other_browser)


def test_one_other_browser_is_logged_out_and_the_login_stays(browser, other_browser, app, platform, user, rc):
    third = Browser(app, platform)
    for one, agent in ((browser, FIREFOX), (other_browser, EDGE), (third, FIREFOX)):
        log_in(one, user, agent)
    page = browser.get("/session").text
    (handle,) = re.findall(r'value="([^"]*)"[^>]*>\s*Log out<span[^>]*>\s*Edge', page)
    platform.forget_journal()
    answer = log_out(browser, browser=handle)
    assert answer.headers["Location"] == "/session?notice=browser-out"
    assert "That browser is logged out." in browser.get("/session?notice=browser-out").text
    assert (is_in(browser), is_in(other_browser), is_in(third)) == (True, False, True)
    assert rc.vault.count_holders(user["extensionId"]) == 2
    assert browser.get("/test?api=extension").status_code == 200
    assert not [entry for entry in platform.journal() if entry["path"].endswith("/revoke")]
    assert log_out(browser, browser=handle).headers["Location"] == "/session?notice=browser-gone"


def test_all_others_are_logged_out(browser, other_browser, app, platform, user, rc, stranger):
    third = Browser(app, platform)
    for one in (browser, other_browser, third):
        log_in(one, user, FIREFOX)
    answer = log_out(browser, others="1")
    assert answer.headers["Location"] == "/session?notice=others-out"
    assert [is_in(one) for one in (browser, other_browser, third, stranger)] == [True, False, False, True]
    assert rc.vault.count_holders(user["extensionId"]) == 1
    page = browser.get("/session?notice=others-out").text
    assert "You are logged in nowhere else." in page
    assert "Log out all others" not in page
    browser.post("/logout", data=browser.form("/session"))
    assert rc.vault.load(user["extensionId"]) is None


def test_the_others_logged_out_lose_nothing_of_the_next_login(browser, other_browser, user):
    log_in(browser, user, FIREFOX)
    log_in(other_browser, user, EDGE)
    log_out(browser, others="1")
    log_in(other_browser, user, EDGE)
    assert is_in(browser)
    assert is_in(other_browser)


def test_nobody_logs_out_another_users_browser(browser, other_browser, user, stranger, app, platform):
    also_strangers = Browser(app, platform)
    also_strangers.log_in(platform.user(admin=False))
    log_in(browser, user, FIREFOX)
    log_in(other_browser, user, EDGE)
    (of_mine,) = handles(browser)
    (of_strangers,) = handles(stranger)
    for handle in (
        of_mine,
        of_strangers,
        browser.cookie,
        stranger.cookie,
        "",
        "x" * 64,
        "\u00e9",
        "0" * 9000,
    ):
        for who, foreign in ((stranger, of_mine), (browser, of_strangers)):
            if handle in (of_mine, of_strangers) and handle != foreign:
                continue  # their own, which they may
            assert log_out(who, browser=handle or "").headers["Location"] == "/session?notice=browser-gone"
    assert log_out(browser).headers["Location"] == "/session?notice=browser-gone"
    everybody = (browser, other_browser, stranger, also_strangers)
    assert [is_in(one) for one in everybody] == [True] * 4
    log_out(stranger, others="1")
    assert [is_in(one) for one in everybody] == [True, True, True, False]


def test_a_form_without_its_token_changes_nothing(browser, other_browser, user, stranger):
    log_in(browser, user, FIREFOX)
    log_in(other_browser, user, EDGE)
    (handle,) = handles(browser)
    for token in ("", "x" * 64, stranger.form("/session")["csrf_token"]):
        fields = {"csrf_token": token, "browser": handle, "others": "1"}
        assert browser.post("/session/browsers", data=fields).status_code == 400
    assert browser.get(f"/session/browsers?browser={handle}&others=1").status_code == 405
    assert is_in(other_browser)


def test_without_a_login_it_leads_to_the_login_page(browser, other_browser, user):
    assert browser.post("/session/browsers", data={"others": "1"}).headers["Location"] == "/"
    log_in(browser, user, FIREFOX)
    log_in(other_browser, user, EDGE)
    form = browser.form("/session")
    log_out(other_browser, others="1")
    answer = browser.post("/session/browsers", data={**form, "others": "1"})
    assert answer.headers["Location"] == "/"
    assert is_in(other_browser)


@pytest.mark.parametrize(
    "agent",
    ["<script>alert(1)</script>", 'x"' * 400, "Firefox/<b>1</b> Linux" + "y" * 5000, "", "Zo\u00eb/1"],
)
def test_nothing_of_what_a_browser_says_of_itself_is_kept_or_shown(browser, user, rc, agent):
    log_in(browser, user, agent)
    page = browser.get("/session").text
    assert "alert" not in page
    assert "<b>" not in page
    assert "yyyy" not in page
    (one,) = rc.vault.browser_sessions.browsers_of(rc.vault.browser_sessions.load(browser.cookie, 0), 0)
    assert one.description in ("Unknown browser", "Firefox")


class Notes:
    """The store's notes of sessions that were seen, counted."""

    def __init__(self, rc: RingCentral, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store = rc.vault.browser_sessions._store
        self.real = self.store.note_session
        self.made: list[float] = []
        self.broken = False
        monkeypatch.setattr(self.store, "note_session", self)

    def __call__(self, digest: str, *, seen_at: float) -> None:
        self.made.append(seen_at)
        if self.broken:
            raise VaultUnavailable("The vault cannot be used now")
        self.real(digest, seen_at=seen_at)


def test_when_a_browser_was_seen_is_noted_once_in_five_minutes(browser, other_browser, user, rc, monkeypatch):
    started = rc.clock.now()
    notes = Notes(rc, monkeypatch)
    log_in(other_browser, user, EDGE)
    log_in(browser, user, FIREFOX)
    for _ in range(3):
        browser.get("/test")
    assert not notes.made
    later = started + SEEN_SECONDS + 5
    monkeypatch.setattr(rc.clock, "now", lambda: later)
    for _ in range(3):
        browser.get("/test")
    assert notes.made == [later]
    hours_later = later + 3 * 3600 + 60
    monkeypatch.setattr(rc.clock, "now", lambda: hours_later)
    page = browser.get("/session").text
    assert "3 hours ago" in page
    assert 'Last seen"><span translate="no">Now' in page
    assert notes.made == [later, hours_later]


def test_a_note_that_cannot_be_made_does_not_fail_the_page_nor_is_tried_each_time(
    browser, user, rc, monkeypatch
):
    log_in(browser, user, FIREFOX)
    notes = Notes(rc, monkeypatch)
    notes.broken = True
    later = rc.clock.now() + SEEN_SECONDS + 5
    monkeypatch.setattr(rc.clock, "now", lambda: later)
    assert [browser.get(path).status_code for path in ("/test", "/session", "/test")] == [200] * 3
    assert len(notes.made) == 1


def test_many_browsers_are_bounded_on_the_page(browser, user, rc):
    log_in(browser, user, FIREFOX)
    sessions = rc.vault.browser_sessions
    for _ in range(70):
        visitor = sessions.start(rc.clock.now(), 100.0)
        sessions.log_in(visitor.id, user["extensionId"], rc.clock.now(), 1000.0, "Chrome on Android")
    page = browser.get("/session").text
    assert len(re.findall(r'name="browser"', page)) == 49
    assert "21 more, which were here longer ago." in page
    assert log_out(browser, others="1").headers[
        "Location"
    ] == f"{WEB}/session?notice=others-out".removeprefix(WEB)
    assert sessions.count_user(user["extensionId"], rc.clock.now()) == 1
