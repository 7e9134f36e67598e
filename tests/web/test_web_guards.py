"""What stands before every page: hosts, sizes, headers, clean logs, settings that stop the start."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from web_helpers import REDIRECT_URI, WEB, Browser, Platform

from ringback import ConfigurationError, RingCentral, VaultUnavailable
from ringback.web import WebSettings, create_app
from ringback.web.logs import WithoutQueries


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "localhost:5001", "localhost:5000.evil.example", "", "127.0.0.1"]
)
def test_a_foreign_host_is_refused(app: Flask, host: str):
    answer = app.test_client().get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert "http://localhost:5000/" in answer.text


@pytest.mark.parametrize("alias", ["127.0.0.1:5000", "[::1]:5000"])
def test_another_name_of_this_machine_leads_to_the_configured_one(app: Flask, alias: str):
    client = app.test_client()
    answer = client.get("/calls?scope=account&from=2026-01-01", headers={"Host": alias})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{WEB}/calls?scope=account&from=2026-01-01"
    assert client.post("/logout", headers={"Host": alias}).status_code == 400
    answer = client.get("/oauth2callback?code=secret&state=x", headers={"Host": alias})
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "path", ["//evil.example", "/%5C%5Cevil.example", "/%0d%0aX-Evil:1", "/%2F%2Fevil.example"]
)
def test_a_redirect_never_leaves_our_origin(app: Flask, path: str):
    answer = app.test_client().get(path, headers={"Host": "127.0.0.1:5000"})
    assert answer.status_code in (303, 400, 404)
    assert answer.headers.get("Location", f"{WEB}/").startswith(f"{WEB}/")
    assert "X-Evil" not in answer.headers


def test_a_further_host_is_answered_when_configured(rc: RingCentral):
    app = create_app(rc, settings=WebSettings(REDIRECT_URI, extra_hosts=("probe.internal",)))
    assert app.test_client().get("/healthz", headers={"Host": "probe.internal"}).status_code == 200


def test_health_touches_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch, rc: RingCentral):
    def fail(*_: object) -> None:
        raise AssertionError("the vault was asked")

    monkeypatch.setattr(rc.vault.browser_sessions, "load", fail)
    client = app.test_client()
    client.set_cookie("ringback-5000", "a" * 43, domain="localhost")
    answer = client.get("/healthz", base_url=WEB)
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/test",
        "/logout",
        "/calls",
        "/session",
        "/healthz",
        "/nope",
        "/oauth2callback?state=x",
        "/static/ringback.css",
    ],
)
def test_every_answer_carries_the_headers(browser: Browser, path: str):
    headers = browser.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == ("no-referrer" if "callback" in path else "same-origin")
    if path.startswith("/static"):
        assert "no-store" not in headers["Cache-Control"]
    else:
        assert headers["Cache-Control"] == "no-store"


def test_pages_have_no_inline_script_or_style_and_load_only_our_own(browser: Browser):
    browser.log_in()
    for path in ("/", "/test", "/session", "/calls", "/logout", "/test?api=extension&view=readable"):
        page = browser.get(path).text
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick" not in page
        assert "cdn." not in page
        assert page.count("<h1>") == 1
        assert page.count("<script ") == page.count("<script") == (2 if path == "/calls" else 1)
        assert '<a class="skip-link" href="#main">' in page
        assert '<main id="main"' in page
    for path in ("/static/ringback.js", "/static/ringback.css", "/bootstrap/static/css/bootstrap.min.css"):
        assert browser.get(path).status_code == 200


def test_requests_are_bounded(browser: Browser):
    assert browser.get("/?" + "x" * 9000).status_code == 414
    assert browser.post("/logout", data={"a": "x" * 70_000}).status_code == 413
    assert browser.post("/nope", data={}).status_code == 404
    assert browser.post("/", data={}).status_code == 405


@pytest.mark.parametrize(
    "value", ["", "x", "x" * 5000, "../../etc", "a b", "é" * 20, "'; DROP TABLE sessions; --"]
)
def test_a_made_up_cookie_is_nobody(app: Flask, value: str):
    client = app.test_client()
    header = {"Cookie": f"ringback-5000={value}".encode().decode("latin-1")}
    assert client.get("/test", base_url=WEB, headers=header).headers["Location"] == "/"
    assert client.get("/", base_url=WEB, headers=header).status_code == 200


def test_notices_are_ours_alone(browser: Browser):
    page = browser.get("/?notice=<script>alert(1)</script>").text
    assert "alert(1)" not in page
    assert 'role="status"' not in page


def test_a_vault_that_fails_is_a_clear_page(
    browser: Browser, rc: RingCentral, monkeypatch: pytest.MonkeyPatch
):
    browser.log_in()

    def fail(*_: object, **__: object) -> None:
        raise VaultUnavailable("The vault's file cannot be read")

    monkeypatch.setattr(rc.vault.browser_sessions, "load", fail)
    for path in ("/", "/test", "/oauth2callback?state=x&code=y"):
        answer = browser.get(path)
        assert answer.status_code == 503
        assert "The vault cannot be reached" in answer.text
        assert answer.headers["Retry-After"] == "5"
    monkeypatch.undo()
    assert browser.get("/test").status_code == 200


def test_a_fault_of_ours_tells_no_secret(
    browser: Browser, rc: RingCentral, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    browser.log_in()

    def fail(*_: object, **__: object) -> None:
        raise KeyError("very-secret-token")

    monkeypatch.setattr(rc, "user", fail)
    with caplog.at_level(logging.DEBUG):
        answer = browser.get("/test?api=extension")
    assert answer.status_code == 500
    assert "very-secret-token" not in answer.text + caplog.text
    assert "unexpected KeyError, reference" in caplog.text


def test_logs_hold_no_code_state_or_cookie(
    browser: Browser, caplog: pytest.LogCaptureFixture, platform: Platform
):
    with caplog.at_level(logging.DEBUG):
        callback = browser.callback()
        browser.get(callback)
        browser.get(callback)
        browser.get("/test?api=extension")
    written = [record for record in caplog.records if record.name.startswith("ringback.web")]
    text = "\n".join(record.getMessage() for record in written)
    assert "GET /oauth2callback 303" in text
    assert "?" not in text
    for part in callback.partition("?")[2].split("&"):
        value = part.partition("=")[2]
        assert len(value) < 10 or value not in text
    assert (browser.cookie or "-") not in text


def test_werkzeugs_own_log_loses_its_queries(app: Flask):
    filters = [one for one in logging.getLogger("werkzeug").filters if isinstance(one, WithoutQueries)]
    assert len(filters) == 1
    record = logging.LogRecord(
        "werkzeug",
        logging.INFO,
        "",
        0,
        '127.0.0.1 - - "%s" %s %s',
        ("GET /oauth2callback?code=secret&state=hush HTTP/1.1", "303", "-"),
        None,
    )
    assert filters[0].filter(record)
    assert record.getMessage() == '127.0.0.1 - - "GET /oauth2callback?… HTTP/1.1" 303 -'


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "localhost:5000/oauth2callback",
        "ftp://localhost/oauth2callback",
        "http://user:pw@localhost/oauth2callback",
        "http://localhost:99999/oauth2callback",
        "http://localhost:5000/oauth2callback#x",
        "http://localhost:5000/test",
        "http://localhost:5000/",
        "http://localhost:5000",
        "http://localhost:5000/<x>",
        "http://[::1/oauth2callback",
    ],
)
def test_a_redirect_uri_we_cannot_serve_stops_the_start(uri: str):
    with pytest.raises(ConfigurationError, match="RC_REDIRECT_URL"):
        WebSettings(uri)


def test_settings_follow_from_the_redirect_uri():
    settings = WebSettings("https://App.Example/oauth2callback?x=1")
    assert (settings.origin, settings.host, settings.secure) == ("https://app.example", "app.example", True)
    assert settings.callback_path == "/oauth2callback"
    assert not settings.aliases
    local = WebSettings("http://127.0.0.1:5000/oauth2callback")
    assert local.aliases == {"localhost:5000", "[::1]:5000"}


def test_without_a_redirect_uri_the_app_does_not_start(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    for name in ("RC_REDIRECT_URL", "RINGCENTRAL_REDIRECT_URL"):
        monkeypatch.delenv(name, raising=False)
    with (
        RingCentral(client_id="id", client_secret="s", server=platform.base_url, vault="memory://") as rc,
        pytest.raises(ConfigurationError, match="RC_REDIRECT_URL"),
    ):
        create_app(rc)


def test_several_processes_without_a_shared_vault_are_told_and_not_left_to_chance(app: Flask):
    answer = app.test_client().get("/", base_url=WEB, environ_overrides={"wsgi.multiprocess": True})
    assert answer.status_code == 500
    assert "each has a vault of its own" in answer.text
    assert "RINGBACK_VAULT_URL" in answer.text
    assert "Set-Cookie" not in answer.headers
