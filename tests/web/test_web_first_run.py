"""The first-run page over HTTP: what it checks, keeps, writes and refuses, and that secrets stay hidden."""

from __future__ import annotations

import html
import re
import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values
from first_run_desk import HERE, REDIRECT_URI, Desk
from hypothesis import given
from hypothesis import strategies as st
from web_helpers import Platform

from headless import first_post_form
from ringback.oauth.errors import ConfigurationError
from ringback.vault import new_key
from ringback.web.first_run.env_file import block, write_new


@pytest.fixture
def desk(tmp_path: Path, platform: Platform) -> Desk:
    return Desk(tmp_path, platform)


def test_the_link_fills_in_the_consoles_form_for_this_very_address(desk: Desk):
    page = html.unescape(desk.page().text)
    link = re.search(r'href="(https://developer.ringcentral.com/new-app\?[^"]*)"', page)
    assert link
    assert "redirectUri=http%3A%2F%2Flocalhost%3A5000%2Foauth2callback" in link[1]
    page = html.unescape(desk.page("/?server=http://localhost:8123/").text)
    assert 'href="http://localhost:8123/new-app?' in page
    assert 'href="https://developer.ringcentral.com' in desk.page("/?server=https://evil.example").text
    for wrong in ("javascript:alert(1)", "http://evil.example", '"><script>', "x" * 600):
        page = desk.page("/", query_string={"server": wrong}).text
        assert "<script>" not in page
        assert 'href="javascript' not in page


def test_right_settings_pass_are_written_and_opened(desk: Desk, caplog):
    page = desk.check()
    assert "RingCentral knows the app: client ID and secret are accepted" in page
    assert "To mend" not in page
    assert f"RC_APP_CLIENT_ID={desk.platform.app['clientId']}" in page
    desk.post("/first-run/write")
    assert "The settings are in .env now" in desk.page().text
    assert stat.S_IMODE(desk.env.stat().st_mode) == 0o600
    assert dotenv_values(desk.env) == {
        "RC_SERVER_URL": desk.platform.base_url,
        "RC_APP_CLIENT_ID": desk.platform.app["clientId"],
        "RC_APP_CLIENT_SECRET": desk.platform.app["clientSecret"],
        "RC_REDIRECT_URL": REDIRECT_URI,
        "RINGBACK_SECRET_KEYS": desk.key,
    }
    assert [path.name for path in desk.folder.iterdir()] == [".env"]
    answer = desk.post("/first-run/open")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HERE}/")
    (settings,) = desk.opened
    assert settings.client_secret.reveal() == desk.platform.app["clientSecret"]
    assert settings.secret_keys.reveal() == desk.key


def test_no_secret_is_shown_or_logged(desk: Desk, caplog):
    caplog.set_level("DEBUG")
    told = desk.check()
    told += desk.check(client_secret="another-secret-that-is-wrong")
    told += desk.check()
    told += desk.post("/first-run/write").text + desk.page().text + caplog.text + repr(desk.first_run)
    for secret in (desk.platform.app["clientSecret"], "another-secret-that-is-wrong", desk.key):
        assert secret not in told


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"client_secret": "wrong"}, "The client secret is not that of the client ID"),
        ({"client_id": "unknown"}, "RingCentral knows no app with this client ID"),
        ({"redirect_uri": f"{REDIRECT_URI}/"}, "RingCentral does not take the redirect URI"),
        ({"server": "http://localhost:1"}, "gave no usable answer"),
        ({"server": "http://platform.ringcentral.com"}, "must be reached over https"),
        ({"server": "nonsense"}, "RC_SERVER_URL is not a server's base URL"),
        ({"client_id": ""}, "Enter the app's client ID."),
        ({"client_id": "with blank"}, "holds a character that no such value has"),
        ({"client_secret": ""}, "Enter the app's client secret, or say that it has none."),
        ({"client_secret": "x" * 501}, "longer than 500 characters"),
        ({"redirect_uri": "nonsense"}, "RC_REDIRECT_URL is not an address this app can answer"),
        ({"redirect_uri": f"{HERE}/session"}, "which the web app needs itself"),
        ({"no_secret": "1"}, "does not take this client without a secret"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written_or_opened(desk: Desk, changes, says):
    page = desk.check(**changes)
    assert says in page
    assert "Go on to the web app" not in page
    desk.post("/first-run/write")
    assert desk.post("/first-run/open").headers["Location"] == "/"
    assert not desk.opened
    assert not list(desk.folder.iterdir())


def test_a_secret_is_kept_for_the_app_it_was_entered_for_and_for_no_other(desk: Desk, platform: Platform):
    desk.check(redirect_uri=f"{REDIRECT_URI}/")
    assert "To mend" not in desk.check(client_secret="")
    assert "Enter the app's client secret" in desk.check(client_secret="", server="http://localhost:1")
    desk.check()
    assert "Enter the app's client secret" in desk.check(client_secret="", client_id="another")


def test_a_dotenv_file_that_is_there_is_left_as_it_is(desk: Desk):
    desk.check()
    desk.env.write_text("OTHER=1\n")
    desk.post("/first-run/write")
    assert desk.env.read_text() == "OTHER=1\n"
    assert "it was left as it is" in desk.page().text
    assert [path.name for path in desk.folder.iterdir()] == [".env"]


def test_a_folder_that_cannot_be_written_to_is_said(desk: Desk):
    desk.check()
    desk.first_run.env_file = desk.folder / "missing" / ".env"
    desk.post("/first-run/write")
    assert "could not be written" in desk.page().text


def test_another_address_than_this_one_is_kept_but_not_opened_here(tmp_path: Path, platform: Platform):
    desk = Desk(tmp_path, platform, port=5001)
    page = desk.check()
    assert "Logins would come back to http://localhost:5000, and this is http://localhost:5001" in page
    assert "start `ringback web --web-port 5000`" in page
    assert "Go on to the web app" not in page
    desk.post("/first-run/open")
    assert not desk.opened
    desk.post("/first-run/write")
    assert f"RC_REDIRECT_URL={REDIRECT_URI}" in desk.env.read_text()


def test_where_logins_come_back_to(desk: Desk):
    assert desk.first_run.leads_here(REDIRECT_URI)
    for uri, says in (
        ("https://app.example/oauth2callback", "start `ringback web` behind that address"),
        ("http://127.0.0.1:5000/oauth2callback", "start `ringback web --web-port 5000`"),
    ):
        assert not desk.first_run.leads_here(uri)
        assert says in desk.check(redirect_uri=uri)


def test_a_web_app_that_does_not_start_is_said(desk: Desk):
    desk.failure = ConfigurationError("RINGBACK_VAULT_URL: it is full", remedy="Make room.")
    desk.check()
    desk.post("/first-run/open")
    page = desk.page().text
    assert "it is full" in page
    assert "Make room." in page
    assert not desk.first_run.opened


def test_keys_of_the_environment_are_used_and_not_written(tmp_path: Path, platform: Platform):
    from ringback.oauth.secret import Secret

    key = new_key()
    desk = Desk(tmp_path, platform, secret_keys=Secret(key))
    desk.check()
    desk.post("/first-run/write")
    assert "RINGBACK_SECRET_KEYS" not in desk.env.read_text()
    desk.post("/first-run/open")
    assert desk.opened[0].secret_keys.reveal() == key


# Who may


@pytest.mark.parametrize("path", ["/first-run/check", "/first-run/write", "/first-run/open"])
def test_a_form_of_another_page_changes_nothing(desk: Desk, path):
    desk.check()
    other = desk.app.test_client()
    theirs = first_post_form(desk.page(client=other).text).fields["csrf_token"]
    mine = first_post_form(desk.page().text).fields["csrf_token"]
    fields = desk.right()
    for client, token in (
        (desk.client, ""),
        (desk.client, theirs),
        (other, mine),
        (desk.app.test_client(), mine),
    ):
        answer = client.post(path, base_url=HERE, data={**fields, "csrf_token": token})
        assert answer.status_code == 400, token
    answer = desk.post(path, headers={"Sec-Fetch-Site": "cross-site"}, **fields)
    assert answer.status_code == 400
    assert desk.client.get(path, base_url=HERE).status_code == 405
    assert not desk.opened
    assert not desk.env.exists()


def test_another_browser_sees_nothing_of_what_was_entered(desk: Desk):
    desk.check()
    other = desk.app.test_client()
    assert desk.platform.app["clientId"] not in desk.page(client=other).text
    desk.post("/first-run/write", client=other)
    assert not desk.env.exists()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:5000", 200),
        ("LOCALHOST:5000", 200),
        ("127.0.0.1:5000", 303),
        ("[::1]:5000", 303),
        ("evil.example:5000", 400),
        ("localhost.evil.example:5000", 400),
        ("localhost:5001", 400),
        ("localhost", 400),
        ("", 400),
    ],
)
def test_only_this_machines_names_are_answered(desk: Desk, host, status):
    answer = desk.client.get("/", base_url=HERE, headers={"Host": host})
    assert answer.status_code == status
    if status == 303:
        assert answer.headers["Location"] == f"{HERE}/"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "0.0.0.0", ""])
def test_only_this_machines_addresses_are_answered(desk: Desk, address):
    answer = desk.client.get("/", base_url=HERE, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 400
    assert "browsers of this machine alone" in answer.text


@pytest.mark.parametrize("name", ["Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"])
def test_nobody_behind_a_proxy_is_answered(desk: Desk, name):
    assert desk.page(headers={name: "127.0.0.1"}).status_code == 400


def test_few_browsers_are_remembered(desk: Desk):
    desk.check()
    for _ in range(8):
        desk.post("/first-run/check", client=desk.app.test_client(), client_id="x")
    assert desk.platform.app["clientId"] not in desk.page().text
    assert len(desk.first_run._visits) == 8


def test_too_large_and_unknown_requests_are_refused(desk: Desk):
    assert desk.post("/first-run/check", client_id="x" * 70_000).status_code == 413
    assert desk.page("/?" + "x" * 9000).status_code == 414
    assert desk.page("/test").status_code == 404
    assert desk.page("/static/ringback.css").status_code == 200


# The file


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
def test_what_is_written_is_what_is_read(tmp_path_factory, value):
    path = tmp_path_factory.getbasetemp() / "one.env"
    path.unlink(missing_ok=True)
    write_new(path, block({"RC_APP_CLIENT_SECRET": value, "NEXT": "1"}))
    assert dotenv_values(path) == {"RC_APP_CLIENT_SECRET": value, "NEXT": "1"}
