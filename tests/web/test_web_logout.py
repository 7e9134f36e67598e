"""Logging out: who may ask for it, what ends, and that it always does."""

from __future__ import annotations

import pytest
from web_helpers import COOKIE, WEB, Browser, FaultyTransport, Platform

from headless import first_post_form
from ringback import RingCentral
from ringback.client.messages import NoAnswer


def holders(rc: RingCentral, user) -> int:
    return rc.vault.count_holders(user["extensionId"])


@pytest.fixture
def user(platform: Platform):
    return platform.user(admin=True)


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Referer": f"{WEB}/test"}, {"Referer": f"{WEB}"}],
)
def test_our_own_link_logs_out_at_once(browser: Browser, rc: RingCentral, platform: Platform, user, headers):
    browser.log_in(user)
    session_id = browser.cookie
    platform.forget_journal()
    answer = browser.get("/logout", headers=headers)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/?notice=logged-out"
    assert browser.cookie is None
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert rc.vault.load(user["extensionId"]) is None
    assert [entry["status"] for entry in platform.journal() if entry["path"].endswith("/revoke")] == [200]
    browser.client.set_cookie(COOKIE, session_id or "", domain="localhost")
    assert browser.get("/test").headers["Location"] == "/"
    assert "You are logged out." in browser.get("/?notice=logged-out").text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Referer": f"{WEB}/test"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "http://localhost:5000.evil.example/test"},
        {"Referer": "http://localhost:5001/"},
        {"Referer": "http://[bad"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Purpose": "prefetch"},
    ],
)
def test_anything_else_is_asked_first(browser: Browser, rc: RingCentral, user, headers):
    browser.log_in(user)
    answer = browser.get("/logout", headers=headers)
    assert answer.status_code == 200
    assert "Log out?" in answer.text
    assert holders(rc, user) == 1
    form = first_post_form(answer.text)
    action, fields = form.action, form.fields
    assert action == "/logout"
    assert browser.post(action, data=fields).status_code == 303
    assert holders(rc, user) == 0
    assert browser.get("/test").status_code == 303


def test_head_does_not_log_out(browser: Browser, rc: RingCentral, user):
    browser.log_in(user)
    browser.head("/logout", headers={"Sec-Fetch-Site": "same-origin"})
    assert holders(rc, user) == 1


@pytest.mark.parametrize("token", [None, "", "wrong", "0" * 64])
@pytest.mark.parametrize("path", ["/logout", "/session"])
def test_a_post_without_our_token_changes_nothing(browser: Browser, rc: RingCentral, user, path, token):
    browser.log_in(user)
    before = rc.vault.load(user["extensionId"]).generation
    data = {} if token is None else {"csrf_token": token}
    answer = browser.post(path, data=data | {"everywhere": "1"})
    assert answer.status_code == 400
    assert "nothing was changed" in answer.text
    assert holders(rc, user) == 1
    assert rc.vault.load(user["extensionId"]).generation == before


def test_another_browsers_token_does_not_do(browser: Browser, other_browser: Browser, rc: RingCentral, user):
    browser.log_in(user)
    other_browser.log_in(user)
    stolen = other_browser.form("/logout")
    assert browser.post("/logout", data=stolen).status_code == 400
    assert holders(rc, user) == 2


def test_here_leaves_the_other_browser_logged_in(
    browser: Browser, other_browser: Browser, platform: Platform, user
):
    browser.log_in(user)
    other_browser.log_in(user)
    platform.forget_journal()
    browser.post("/logout", data=browser.form("/logout"))
    assert browser.get("/test").status_code == 303
    assert other_browser.get("/test?api=extension").status_code == 200
    assert not [entry for entry in platform.journal() if entry["path"].endswith("/revoke")]


def test_everywhere_ends_every_browser(browser: Browser, other_browser: Browser, rc: RingCentral, user):
    browser.log_in(user)
    other_browser.log_in(user)
    fields = browser.form("/session") | {"everywhere": "1"}
    answer = browser.post("/logout", data=fields)
    assert answer.headers["Location"] == "/?notice=logged-out-everywhere"
    assert other_browser.get("/test").headers["Location"] == "/"
    assert rc.vault.load(user["extensionId"]) is None


def test_everywhere_by_the_library_ends_the_browsers_too(
    browser: Browser, other_browser: Browser, rc: RingCentral, user
):
    browser.log_in(user)
    old = browser.cookie
    rc.user(user["extensionId"]).logout(everywhere=True)
    assert browser.get("/test?api=extension").headers["Location"] == "/"
    other_browser.log_in(user)  # a login of the same user is no way back for the old cookie
    browser.client.set_cookie(COOKIE, old or "", domain="localhost")
    for path in ("/test", "/test?api=extension", "/calls", "/session"):
        assert browser.get(path).headers["Location"] == "/"
    assert other_browser.get("/test?api=extension").status_code == 200


def test_logout_never_fails_for_the_servers_sake(
    browser: Browser, transport: FaultyTransport, rc: RingCentral, platform: Platform, user
):
    browser.log_in(user)
    transport.fault = NoAnswer("refused", "no connection")
    answer = browser.get("/logout", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303
    assert rc.vault.load(user["extensionId"]) is None
    assert browser.get("/test").status_code == 303


def test_logging_out_twice_is_harmless(browser: Browser, user):
    browser.log_in(user)
    fields = browser.form("/logout")
    browser.post("/logout", data=fields)
    assert browser.post("/logout", data=fields).headers["Location"] == "/"
    assert browser.get("/logout").headers["Location"] == "/"
