"""The test page: the platform's answers handed on, and what comes of the ones that cannot be."""

from __future__ import annotations

import html
import re
from importlib.metadata import version

import httpx2
import pytest
from flask import Flask
from web_helpers import Browser, FaultyTransport, Platform

from ringback import RingCentral
from ringback.client.messages import Headers, HttpAnswer, NoAnswer
from ringback.web.json_view import MOST_NODES, tree

RATE = {"Group": "Heavy", "Limit": "10", "Remaining": "9", "Window": "60"}
CALLS = {
    "extension": "/restapi/v1.0/account/~/extension",
    "extension-call-log": "/restapi/v1.0/account/~/extension/~/call-log",
    "account-call-log": "/restapi/v1.0/account/~/call-log",
}


def test_the_test_page_has_the_three_links_and_a_logout(browser: Browser):
    browser.log_in()
    page = browser.get("/test").text
    for text, api in (
        ("Read Extension Info", "extension"),
        ("Read Extension Call Log", "extension-call-log"),
        ("Read Account Call Log", "account-call-log"),
    ):
        assert f'<a href="/test?api={api}">{text}</a>' in page
        assert CALLS[api] in page
    assert page.count('href="/logout"') == 1
    assert "<h1>Call APIs</h1>" in page


@pytest.mark.parametrize("path", ["/test", "/test?api=extension", "/calls", "/session", "/logout"])
def test_logged_out_visitors_are_led_to_the_login_page(browser: Browser, path: str):
    answer = browser.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("api", CALLS)
def test_the_platforms_bytes_arrive_unchanged(
    browser: Browser, transport: FaultyTransport, api: str, platform: Platform
):
    browser.log_in()
    answer = browser.get(f"/test?api={api}")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert transport.last_target == CALLS[api]
    assert answer.data == transport.last_answer.body
    assert answer.json["records"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_errors_of_the_api_arrive_unchanged_with_their_status(
    browser: Browser, transport: FaultyTransport, platform: Platform
):
    browser.log_in(platform.user(admin=False))
    answer = browser.get("/test?api=account-call-log")
    assert answer.status_code == 403
    assert answer.content_type == "application/json"
    assert answer.json["errorCode"] in ("CMN-408", "InsufficientPermissions")
    assert answer.data == transport.last_answer.body


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_every_status_with_json_is_passed_on(browser: Browser, transport: FaultyTransport, status: int):
    browser.log_in()
    body = b'{"errorCode":"CMN-301" , "message":"x"}'
    headers = Headers({"Content-Type": "application/json;charset=UTF-8", "Retry-After": "60"})
    transport.fault = HttpAnswer(status, headers, body)
    answer = browser.get("/test?api=extension")
    assert (answer.status_code, answer.data) == (status, body)
    assert answer.headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", b"<script>alert(1)</script>"),
        (200, "application/json", b"<script>alert(1)</script>"),
        (200, "application/json", b"[" * 100_000),
        (200, "application/json", b'{"a": NaN}'),
        (200, "application/json", b'\xff\xfe"'),
        (503, "text/html", b"<h1>Bad gateway</h1>"),
        (302, "application/json", b"{}"),
        (204, "", b""),
    ],
)
def test_an_answer_that_is_not_json_becomes_a_page(
    browser: Browser, transport: FaultyTransport, status: int, kind: str, body: bytes
):
    browser.log_in()
    transport.fault = HttpAnswer(status, Headers({"Content-Type": kind}), body)
    answer = browser.get("/test?api=extension")
    assert answer.status_code == 502
    assert "cannot be used" in answer.text
    assert "alert(1)" not in answer.text
    transport.fault = None
    assert browser.get("/test?api=extension").status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("refused", 502), ("broken", 502), ("timeout", 504)])
def test_no_answer_is_a_clear_page_and_keeps_the_login(
    browser: Browser, transport: FaultyTransport, kind: str, status: int
):
    browser.log_in()
    transport.fault = NoAnswer(kind, "no connection to the server")  # type: ignore[arg-type]
    for path in ("/test?api=extension", "/test?api=extension&view=readable", "/calls"):
        answer = browser.get(path)
        assert answer.status_code == status
        assert "Your login is as it was before" in answer.text
    transport.fault = None
    assert browser.get("/test?api=extension").status_code == 200


@pytest.mark.parametrize(
    "path", ["/test?api=extension", "/test?api=extension&view=readable", "/calls", "/session"]
)
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"records":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"records": 5, "navigation": [], "paging": "x"}',
        b'{"records": [null, 5, {"id": {}, "from": 1, "startTime": []}], "navigation": {"nextPage": 3}}',
        b"null",
        b"1" * 10_000,
        b'"\\ud800"',
        b'{"name": "\\ud800", "\\udfff": "\\ud800", "records": [{"name": "\\ud800"}]}',
        b"\xff\xfe",
        b"",
    ],
    ids=[
        "open",
        "deep",
        "deep-objects",
        "shapes",
        "records",
        "null",
        "digits",
        "surrogate",
        "surrogates",
        "not-utf8",
        "nothing",
    ],
)
def test_odd_json_is_never_a_fault_of_ours(
    browser: Browser, transport: FaultyTransport, path: str, body: bytes
):
    browser.log_in()
    transport.fault = HttpAnswer(200, Headers({"Content-Type": "application/json"}), body)
    transport.only_api = True
    answer = browser.get(path)
    assert answer.status_code in (200, 502)
    assert b"a fault of its own" not in answer.data


def test_an_unknown_call_names_the_three(browser: Browser):
    browser.log_in()
    for api in ("nope", "", "<script>alert(1)</script>", "extension%00"):
        answer = browser.get(f"/test?api={api}")
        assert answer.status_code == 404
        assert "extension, extension-call-log, account-call-log" in answer.text
        assert "<script>alert" not in answer.text


def test_the_readable_view_folds_the_answer(browser: Browser):
    browser.log_in()
    page = browser.get("/test?api=extension&view=readable").text
    assert "<details open>" in page
    assert "200 OK" in page
    assert re.search(r"\d+ ms", page)
    assert "extensionNumber" in page


def test_the_readable_view_tells_request_headers_and_rate_limit(
    browser: Browser, transport: FaultyTransport, platform: Platform, rc: RingCentral
):
    user = platform.user(admin=True)
    browser.log_in(user)
    limit = {f"X-Rate-Limit-{name}": value for name, value in RATE.items()}
    headers = {"Content-Type": "application/json", "Set-Cookie": "upstream=hidden", "X-Long": "y" * 5000}
    transport.fault = HttpAnswer(200, Headers({**headers, **limit, "RCRequestId": "abc-1"}), b"{}")
    page = browser.get("/test?api=extension-call-log&view=readable").text
    assert f"<code>GET {CALLS['extension-call-log']}</code>" in page
    assert '<th scope="row">authorization</th><td><code>Bearer ***</code>' in page
    assert f"<code>ringback/{version('ringback')}</code>" in page
    assert "heavy: 9 of 10 left in 60 s" in page
    assert '<th scope="row">x-rate-limit-window</th><td><code>60</code>' in page
    assert '<th scope="row">set-cookie</th><td><code>***</code>' in page
    assert "upstream=hidden" not in page
    assert "y" * 301 not in page
    assert 'data-copy="abc-1"' in page
    assert rc.vault.load(user["extensionId"]).tokens.access_token.reveal() not in page


def test_a_refusal_says_what_to_do_beside_its_json(browser: Browser, platform: Platform):
    browser.log_in(platform.user(admin=False))
    page = browser.get("/test?api=account-call-log&view=readable").text
    assert "403 Forbidden" in page
    assert "A permission is missing: ReadCompanyCallLog" in page
    assert "<strong>What to do:</strong>" in page
    assert 'data-copy="CMN-408"' in page
    assert "permissionName" in page


@pytest.mark.parametrize("count", [10, 1000])
def test_a_large_answer_is_read_as_quickly_as_its_first_part(count: int):
    records = [{"id": n, "from": {"name": "Ada", "extensionNumber": "101"}, "legs": [1, 2]} for n in range(9)]
    node, cut = tree({"records": records * count})
    nodes = [node]
    for one in nodes:
        nodes += one.children or []
    assert len(nodes) <= MOST_NODES + 30
    assert cut is (count == 1000)


def test_the_readable_view_escapes_what_it_shows(browser: Browser, transport: FaultyTransport):
    browser.log_in()
    body = b'{"<img src=x onerror=alert(1)>": "<script>alert(2)</script>", "n": [1.5, null, true]}'
    headers = {"Content-Type": "application/json", "RCRequestId": "<b>id</b>"}
    transport.fault = HttpAnswer(200, Headers(headers), body)
    page = browser.get("/test?api=extension&view=readable").text
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "<b>id" not in page
    assert "&lt;script&gt;alert(2)" in page


@pytest.mark.parametrize(
    "body", [b"[" * 400 + b"]" * 400, b"[" + b"1," * 50_000 + b"1]", b'"' + b"x" * 99_999 + b'"']
)
def test_the_readable_view_is_bounded(browser: Browser, transport: FaultyTransport, body: bytes):
    browser.log_in()
    transport.fault = HttpAnswer(200, Headers({"Content-Type": "application/json"}), body)
    answer = browser.get("/test?api=extension&view=readable")
    assert answer.status_code == 200
    assert "larger than what a page can fold" in answer.text
    assert len(answer.data) < 2_000_000


def test_a_login_that_the_server_ended_leads_to_the_login_page(
    browser: Browser, platform: Platform, rc: RingCentral
):
    user = platform.user(admin=True)
    browser.log_in(user)
    tokens = rc.vault.load(user["extensionId"]).tokens
    httpx2.post(
        f"{platform.base_url}/restapi/oauth/revoke",
        data={"token": tokens.refresh_token.reveal()},
        auth=(platform.app["clientId"], platform.app["clientSecret"]),
    ).raise_for_status()
    answer = browser.get("/calls")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/?notice=login-ended"
    assert browser.cookie is None
    assert "no longer accepts this login" in html.unescape(browser.get("/?notice=login-ended").text)
    assert browser.get("/test").status_code == 303
    assert rc.vault.load(user["extensionId"]) is None
    assert browser.log_in(user).status_code == 303


def test_a_login_that_is_only_refused_is_not_thrown_away(
    browser: Browser, transport: FaultyTransport, platform: Platform, rc: RingCentral
):
    user = platform.user(admin=True)
    browser.log_in(user)
    transport.fault = HttpAnswer(401, Headers({"Content-Type": "application/json"}), b"{}")
    transport.only_api = True
    answer = browser.get("/test?api=extension")
    assert answer.headers["Location"] == "/?notice=login-refused"
    assert rc.vault.load(user["extensionId"]) is not None
    transport.fault = None
    assert browser.get("/test?api=extension").status_code == 200


def test_json_is_answered_to_who_asks_for_it(browser: Browser, transport: FaultyTransport):
    browser.log_in()
    transport.fault = NoAnswer("refused", "no connection")
    answer = browser.get("/test?api=extension", headers={"Accept": "application/json"})
    assert answer.status_code == 502
    assert answer.json["error"]["title"] == "RingCentral cannot be reached"


def test_two_users_in_two_browsers_each_see_their_own(app: Flask, platform: Platform):
    people = [platform.user(admin=False, nth=n) for n in range(3)]
    browsers = [Browser(app, platform) for _ in people]
    for browser, user in zip(browsers, people, strict=True):
        browser.log_in(user)
    for _ in range(3):
        for browser, user in zip(browsers, people, strict=True):
            uri = browser.get("/test?api=extension-call-log").json["uri"]
            assert f"/extension/{user['extensionId']}/" in uri
