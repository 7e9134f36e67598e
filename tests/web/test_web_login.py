"""Logging in: whose login a callback finishes, what the cookie is, what a second use does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from web_helpers import COOKIE, REDIRECT_URI, WEB, Browser, FaultyTransport, Platform

from ringback import RingCentral
from ringback.client.messages import NoAnswer
from ringback.web import TryUser, WebSettings, create_app


def query_of(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def set_cookies(answer) -> list[str]:
    return answer.headers.getlist("Set-Cookie")


def test_the_login_page_links_to_the_authorization_request_itself(browser: Browser, platform: Platform):
    url = browser.login_url()
    query = query_of(url)
    assert url.startswith(f"{platform.base_url}/restapi/oauth/authorize?")
    assert query["redirect_uri"] == [f"{WEB}/oauth2callback"]
    assert query["code_challenge_method"] == ["S256"]
    assert "RingCentral Authorization Code Flow Authentication" in browser.get("/").text


def test_every_view_is_a_login_of_its_own(browser: Browser):
    states = [query_of(browser.login_url())["state"][0] for _ in range(3)]
    assert len(set(states)) == 3


def test_the_create_app_link_prefills_the_console(browser: Browser, platform: Platform):
    page = browser.get("/").text
    assert f'href="{platform.base_url}/new-app?name=Authorization+Flow+Quick+Start+App&amp;' in page
    for part in (
        "public=false",
        "type=ServerWeb",
        "carriers=7710%2C7310%2C3420",
        "permissions=ReadAccounts%2CReadCallLog",
        "redirectUri=http%3A%2F%2Flocalhost%3A5000%2Foauth2callback",
    ):
        assert part in page


def test_against_the_real_service_the_link_goes_to_its_console():
    with RingCentral(
        client_id="id",
        client_secret="secret",
        server="https://platform.ringcentral.com",
        redirect_uri=f"{WEB}/oauth2callback",
        vault="memory://",
    ) as rc:
        page = create_app(rc).test_client().get("/", base_url=WEB).text
    assert 'href="https://developer.ringcentral.com/new-app?name=' in page
    assert "local platform" not in page


def test_a_login_ends_on_the_test_page_without_the_code_in_its_address(browser: Browser):
    answer = browser.log_in()
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/test"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Read Extension Info" in browser.get("/test").text
    assert "You are logged in" in browser.get("/").text


def test_the_cookie_is_an_opaque_id_that_changes_at_login(browser: Browser):
    first = browser.get("/")
    before = browser.cookie
    (set_cookie,) = set_cookies(first)
    assert set_cookie.startswith(f"{COOKIE}={before};")
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie
    assert "Path=/" in set_cookie
    assert "Secure" not in set_cookie
    (set_cookie,) = set_cookies(browser.log_in())
    after = browser.cookie
    assert after != before
    assert "HttpOnly" in set_cookie
    assert len(after or "") == 43


def test_the_old_id_is_dead_after_login(browser: Browser, other_browser: Browser):
    browser.get("/")
    old = browser.cookie
    browser.log_in()
    other_browser.client.set_cookie(COOKIE, old or "", domain="localhost")
    assert other_browser.get("/test").headers["Location"] == "/"


def test_on_https_the_cookie_is_bound_to_the_host(rc: RingCentral):
    app = create_app(rc, settings=WebSettings("https://app.example/oauth2callback"))
    answer = app.test_client().get("/", base_url="https://app.example")
    (set_cookie,) = set_cookies(answer)
    assert set_cookie.startswith("__Host-ringback=")
    assert "Secure" in set_cookie
    assert "Domain" not in set_cookie


def test_two_tabs_may_log_in_at_once(browser: Browser, platform: Platform):
    first, second = browser.login_url(), browser.login_url()
    user = platform.user(admin=True)
    came_back = [platform.authorize(url, user) for url in (first, second)]
    for callback in came_back:
        assert browser.get(callback).headers["Location"] == "/test"
    assert browser.get("/test?api=extension").status_code == 200


def test_another_browsers_callback_is_refused_and_not_spoiled(browser: Browser, other_browser: Browser):
    callback = browser.callback()
    for stranger in (other_browser, other_browser):
        answer = stranger.get(callback)
        assert answer.status_code == 400
        assert "not started in this browser" in answer.text
        stranger.get("/")  # now it has a session of its own, which does not help
    assert other_browser.get("/test").status_code == 303
    assert browser.get(callback).headers["Location"] == "/test"


def test_a_strangers_login_link_does_not_log_the_victim_in(browser: Browser, other_browser: Browser):
    """Login CSRF: the attacker's own code and state, opened in the victim's browser."""
    browser.get("/")
    before = browser.cookie
    assert browser.get(other_browser.callback()).status_code == 400
    assert browser.cookie == before
    assert browser.get("/test").status_code == 303


@pytest.mark.parametrize("state", ["wrong", "", "x" * 600])
def test_a_wrong_state_changes_nothing(browser: Browser, state: str):
    callback = browser.callback()
    code = query_of(callback)["code"][0]
    answer = browser.get("/oauth2callback?" + urlencode({"code": code, "state": state}))
    assert answer.status_code == 400
    assert "Start the login again" in answer.text
    assert browser.get(callback).status_code == 303


def test_a_repeated_state_is_refused(browser: Browser):
    callback = browser.callback()
    assert browser.get(callback + "&state=other").status_code == 400
    assert browser.get(callback).status_code == 303


def test_a_callback_counts_once(browser: Browser, platform: Platform):
    callback = browser.callback()
    assert browser.get(callback).status_code == 303
    platform.forget_journal()
    answer = browser.get(callback)
    assert answer.status_code == 400
    assert 'href="/test"' in answer.text
    assert not platform.journal()
    assert browser.get("/test?api=extension").status_code == 200


def test_a_code_that_was_used_elsewhere_is_a_clear_page(browser: Browser):
    callback = browser.callback()
    other = query_of(browser.login_url())["state"][0]
    used = query_of(callback)["code"][0]
    answer = browser.get("/oauth2callback?" + urlencode({"code": used, "state": other}))
    assert answer.status_code == 400
    assert "did not accept this login" in answer.text
    assert used not in answer.text
    assert other not in answer.text
    assert browser.get("/test").status_code == 303


def test_cancel_is_a_clear_page(browser: Browser, platform: Platform):
    never_asked_before = platform.user(admin=False, nth=-1)  # the platform remembers consent
    answer = browser.get(browser.callback(never_asked_before, decision="cancel"))
    assert answer.status_code == 403
    assert "You chose Cancel" in answer.text
    assert 'href="/"' in answer.text
    assert browser.get("/test").status_code == 303


def test_another_refusal_is_a_clear_page(browser: Browser):
    state = query_of(browser.login_url())["state"][0]
    query = {"state": state, "error": "server_error", "error_description": "<script>alert(1)</script>"}
    answer = browser.get("/oauth2callback?" + urlencode(query))
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text
    assert "server_error" in answer.text
    query |= {"state": query_of(browser.login_url())["state"][0], "error": "<b>server_error</b>"}
    answer = browser.get("/oauth2callback?" + urlencode(query))
    assert answer.status_code == 400
    assert "<b>server_error" not in answer.text


def test_a_callback_without_code_or_error_is_a_clear_page(browser: Browser):
    state = query_of(browser.login_url())["state"][0]
    assert browser.get(f"/oauth2callback?state={state}").status_code == 400


def test_head_and_prefetch_of_the_callback_change_nothing(browser: Browser):
    callback = browser.callback()
    assert browser.head(callback).status_code == 405
    for name, value in (("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch")):
        assert browser.get(callback, headers={name: value}).status_code == 503
    assert browser.get(callback).status_code == 303


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}, None]
)
def test_a_look_ahead_at_the_login_page_begins_nothing(
    browser: Browser, rc: RingCentral, monkeypatch: pytest.MonkeyPatch, headers
):
    monkeypatch.setattr(rc.vault.browser_sessions, "start", lambda *_: pytest.fail("a session was started"))
    monkeypatch.setattr(rc.vault.browser_sessions, "add_attempt", lambda *_: pytest.fail("a login was begun"))
    answer = browser.head("/") if headers is None else browser.get("/", headers=headers)
    assert answer.status_code == (200 if headers is None else 503)
    assert set_cookies(answer) == []


def test_a_visitors_session_lasts_as_long_as_the_login_it_waits_for(
    browser: Browser, app: Flask, platform: Platform, rc: RingCentral, monkeypatch: pytest.MonkeyPatch
):
    started, first = rc.clock.now(), browser.callback()
    session_id = browser.cookie
    monkeypatch.setattr(rc.clock, "now", lambda: started + 590)
    browser.get("/")
    assert browser.cookie == session_id
    assert browser.get(first).status_code == 303  # another view, and the first login still counts
    again = Browser(app, platform)
    monkeypatch.setattr(rc.clock, "now", lambda: started)
    again.get("/")
    session_id = again.cookie or ""
    monkeypatch.setattr(rc.clock, "now", lambda: started + 700)
    again.get("/")
    assert again.cookie not in (None, session_id)  # the old one would end before this login must
    assert rc.vault.browser_sessions.load(session_id, started + 1201) is None


def test_an_overlong_callback_is_not_read(browser: Browser):
    callback = browser.callback()
    assert browser.get(f"{callback}&x={'y' * 5000}").status_code == 400
    assert browser.get(callback).status_code == 303


def test_switching_users_lets_go_of_the_first(browser: Browser, platform: Platform, rc: RingCentral):
    admin, user = platform.user(admin=True), platform.user(admin=False)
    browser.log_in(admin)
    platform.forget_journal()
    browser.log_in(user)
    assert rc.vault.load(admin["extensionId"]) is None
    assert rc.vault.count_holders(user["extensionId"]) == 1
    assert [entry for entry in platform.journal() if entry["path"].endswith("/revoke")]
    assert f"extension/{user['extensionId']}" in browser.get("/test?api=extension-call-log").text


def test_logging_in_again_keeps_one_holder(browser: Browser, platform: Platform, rc: RingCentral):
    user = platform.user(admin=True)
    for _ in range(3):
        assert browser.log_in(user).status_code == 303
    assert rc.vault.count_holders(user["extensionId"]) == 1
    assert browser.get("/test?api=extension").status_code == 200


def test_two_browsers_hold_one_login(browser, other_browser, platform: Platform, rc: RingCentral):
    user = platform.user(admin=True)
    browser.log_in(user)
    other_browser.log_in(user)
    assert rc.vault.count_holders(user["extensionId"]) == 2
    assert browser.get("/test?api=extension").status_code == 200
    assert other_browser.get("/test?api=extension").status_code == 200


def test_the_try_users_are_shown_when_given(rc: RingCentral):
    users = [TryUser("Ada", "ada@example.com", "plum-otter-12", "101", admin=True)]
    page = create_app(rc, try_users=users).test_client().get("/", base_url=WEB).text
    assert "ada@example.com" in page
    assert "plum-otter-12" in page
    assert "Users you can try" not in create_app(rc).test_client().get("/", base_url=WEB).text


def test_a_redirect_uri_with_another_path_is_served_there(platform: Platform, rc: RingCentral):
    app = create_app(rc, settings=WebSettings(f"{WEB}/signed-in"))
    answer = app.test_client().get("/signed-in?state=x&code=y", base_url=WEB)
    assert answer.status_code == 400
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_flasks_signed_session_is_not_used(app: Flask):
    assert app.secret_key is None


def test_two_callbacks_at_the_same_moment_leave_one_login(
    app: Flask, browser: Browser, platform: Platform, transport: FaultyTransport, rc: RingCentral
):
    """While one tab's code is being exchanged, the other tab's login finishes and renames the session."""
    user = platform.user(admin=True)
    other_tab = Browser(app, platform)
    first, second = [platform.authorize(browser.login_url(), user) for _ in range(2)]
    other_tab.client.set_cookie(COOKIE, browser.cookie or "", domain="localhost")
    with ThreadPoolExecutor(1) as pool:
        transport.during_exchange = lambda: pool.submit(other_tab.get, second).result()
        answer = browser.get(first)
    assert answer.status_code == 409
    assert "Another window was faster" in answer.text
    assert "Set-Cookie" not in answer.headers, "the other tab's cookie stays"
    assert rc.vault.count_holders(user["extensionId"]) == 1
    assert other_tab.get("/test?api=extension").status_code == 200


def test_a_login_ended_while_it_is_being_finished_does_not_come_back(
    browser: Browser, platform: Platform, rc: RingCentral, monkeypatch: pytest.MonkeyPatch
):
    user = platform.user(admin=True)
    callback = browser.callback(user)
    attach = rc.vault.attach

    def end_then_attach(owner_id: str, holder: str) -> bool:
        rc.user(owner_id).logout(everywhere=True)
        return attach(owner_id, holder)

    monkeypatch.setattr(rc.vault, "attach", end_then_attach)
    assert browser.get(callback).status_code == 409
    assert browser.cookie is None
    assert rc.vault.load(user["extensionId"]) is None
    assert browser.get("/test").headers["Location"] == "/"


@pytest.mark.parametrize(("kind", "status"), [("refused", 502), ("broken", 502), ("timeout", 504)])
def test_a_server_that_does_not_answer_is_asked_once(
    browser: Browser, transport: FaultyTransport, kind: str, status: int
):
    callback = browser.callback()
    sent = []
    transport.during_exchange = lambda: sent.append(1)
    transport.fault = NoAnswer(kind, "no connection")  # type: ignore[arg-type]
    answer = browser.get(callback)
    assert answer.status_code == status
    assert "Go to the login page" in answer.text
    assert "Try again</a>" not in answer.text
    transport.fault = None
    assert browser.get(callback).status_code == 400, "a code is exchanged once"
    assert sent == [1]
    assert browser.log_in().status_code == 303


def test_a_login_begun_in_a_tab_outlives_the_visit_of_another_tab(platform: Platform):
    """A visitor's session is renewed before it ends, and what other tabs began moves along."""

    class Clock:
        time = 1_900_000_000.0

        def now(self) -> float:
            return self.time

    clock = Clock()
    with RingCentral(
        client_id=platform.app["clientId"],
        client_secret=platform.app["clientSecret"],
        server=platform.base_url,
        redirect_uri=REDIRECT_URI,
        vault="memory://",
        clock=clock,
    ) as rc:
        browser = Browser(create_app(rc, settings=WebSettings(REDIRECT_URI)), platform)
        browser.get("/")
        first_id = browser.cookie
        clock.time += 9 * 60
        callback = browser.callback()
        clock.time += 2 * 60
        browser.get("/")  # another tab
        assert browser.cookie != first_id
        assert browser.get(callback).status_code == 303
