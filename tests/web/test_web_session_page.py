"""The session page: what it tells, that it refreshes, and that it never tells a token."""

from __future__ import annotations

from web_helpers import Browser, FaultyTransport, Platform

from ringback import RingCentral
from ringback.client.messages import NoAnswer


def test_it_tells_who_what_and_how_long(browser: Browser, platform: Platform):
    user = platform.user(admin=True)
    browser.log_in(user)
    page = browser.get("/session").text
    name = platform.server.world.company.extension(int(user["extensionId"])).name
    assert name in page
    assert user["extensionNumber"] in page
    assert "Read the call log" in page
    assert "ReadAccounts" in page
    assert "59 minutes" in page
    assert "This one only." in page
    assert name in browser.get("/test").text, "the top bar knows the name now"


def test_it_counts_browsers(browser: Browser, other_browser: Browser, platform: Platform):
    user = platform.user(admin=True)
    browser.log_in(user)
    other_browser.log_in(user)
    assert "2, this one included" in browser.get("/session").text


def test_as_json(browser: Browser, platform: Platform):
    user = platform.user(admin=False)
    browser.log_in(user)
    told = browser.get("/session", headers={"Accept": "application/json"}).json
    assert told["userId"] == user["extensionId"]
    assert told["extensionNumber"] == user["extensionNumber"]
    assert "ReadCallLog" in told["permissions"]
    assert 3500 < told["accessTokenExpiresIn"] <= 3600
    assert 600_000 < told["refreshTokenExpiresIn"] <= 604_800
    assert told["browsers"] == 1


def test_refresh_now_gets_new_tokens(browser: Browser, platform: Platform, rc: RingCentral):
    user = platform.user(admin=True)
    browser.log_in(user)
    before = rc.vault.load(user["extensionId"])
    answer = browser.post("/session", data=browser.form("/session"))
    assert answer.headers["Location"] == "/session?notice=refreshed"
    after = rc.vault.load(user["extensionId"])
    assert after.generation == before.generation + 1
    assert after.tokens.access_token.reveal() != before.tokens.access_token.reveal()
    assert "New tokens were fetched" in browser.get("/session?notice=refreshed").text
    assert browser.get("/test?api=extension").status_code == 200


def test_a_name_that_cannot_be_had_does_not_fail_the_page(
    browser: Browser, transport: FaultyTransport, platform: Platform
):
    browser.log_in(platform.user(admin=True))
    transport.fault = NoAnswer("timeout", "10 s passed")
    answer = browser.get("/session")
    assert answer.status_code == 200
    assert "Not known at the moment" in answer.text
    assert browser.post("/session", data=browser.form("/session")).status_code == 504


def test_no_token_reaches_the_browser(browser: Browser, platform: Platform, rc: RingCentral):
    user = platform.user(admin=True)
    browser.log_in(user)
    tokens = rc.vault.load(user["extensionId"]).tokens
    secrets = [tokens.access_token.reveal(), tokens.refresh_token.reveal(), platform.app["clientSecret"]]
    for path in ("/", "/test", "/test?api=extension", "/session", "/calls", "/logout", "/nope"):
        answer = browser.get(path)
        told = answer.text + str(answer.headers)
        assert not [secret for secret in secrets if secret in told], path
    told = browser.get("/session", headers={"Accept": "application/json"}).text
    assert not [secret for secret in secrets if secret in told]
