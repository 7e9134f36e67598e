"""Codes, PKCE, redirect URIs, passwords, permissions and the clock as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.platform.authorization import codes, pkce, redirect_uris
from ringback.platform.authorization.authorize import AuthorizationRequest
from ringback.platform.authorization.codes import Codes
from ringback.platform.clock import VirtualClock, iso
from ringback.platform.errors import OAuthError
from ringback.platform.permissions import scope_text, with_included
from ringback.platform.settings import PlatformSettings

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
URI = "http://localhost:5000/oauth2callback"
VERIFIER = "pIUgx4tiqFpaOUz0HMc_QbIyQlL901w8mRmkrmhEJ_E"
CHALLENGE = "_drLS7o5FwkfUiBhlq2hwJnK_SC6yE7sKOde5O1fdzk"
ASKED = AuthorizationRequest(
    client_id="app",
    redirect_uri=URI,
    redirect_uri_was_sent=True,
    scope=frozenset({"ReadAccounts"}),
    prompt=frozenset({"login"}),
    display="page",
    challenge=CHALLENGE,
    challenge_method="S256",
)


def redeem(request: AuthorizationRequest = ASKED, after: float = 1, **changes: str | None) -> codes.Code:
    store = Codes()
    text = store.issue(request, 7, 1, NOW)
    sent: dict[str, str | None] = {"client": "app", "uri": URI, "verifier": VERIFIER, **changes}
    client = sent["client"] or ""
    return codes.check(
        store.find(text), client, sent["uri"], sent["verifier"], NOW + timedelta(seconds=after)
    )


@pytest.mark.parametrize(
    ("changes", "after", "code"),
    [
        ({}, 60, "OAU-108"),
        ({"client": "other"}, 1, "OAU-110"),
        ({"uri": URI + "/"}, 1, "OAU-109"),
        ({"uri": None}, 1, "OAU-109"),
        ({"verifier": None}, 1, None),
        ({"verifier": "a" * 43}, 1, None),
        ({"verifier": CHALLENGE}, 1, None),
        ({"verifier": "é"}, 1, None),
    ],
)
def test_a_code_is_bound(changes: dict[str, str | None], after: float, code: str | None) -> None:
    with pytest.raises(OAuthError) as refused:
        redeem(after=after, **changes)
    assert (refused.value.status, refused.value.error, refused.value.code) == (400, "invalid_grant", code)


def test_a_good_code_is_redeemed() -> None:
    assert redeem(after=59.9).extension_id == 7
    assert redeem(replace(ASKED, redirect_uri_was_sent=False), uri=None).extension_id == 7


def test_a_verifier_without_a_challenge_is_refused() -> None:
    plain = replace(ASKED, challenge=None)
    assert redeem(plain, verifier=None).account_id == 1
    with pytest.raises(OAuthError):
        redeem(plain, verifier=VERIFIER)


def test_unknown_and_spent_codes() -> None:
    store = Codes()
    text = store.issue(ASKED, 7, 1, NOW)
    store.spend(text, "session")
    for found in (store.find(text), store.find(text + "x")):
        with pytest.raises(OAuthError) as refused:
            codes.check(found, "app", URI, VERIFIER, NOW)
        assert refused.value.code == "OAU-106"


def test_values_do_not_show_secrets() -> None:
    store = Codes()
    text = store.issue(replace(ASKED, state="the-state"), 7, 1, NOW)
    shown = repr(store.find(text))
    assert text not in shown
    assert "the-state" not in shown
    assert CHALLENGE not in shown


def test_pkce_pair_of_the_contract() -> None:
    assert pkce.answers(VERIFIER, CHALLENGE, "S256")
    assert pkce.answers(VERIFIER, VERIFIER, "plain")
    assert not pkce.answers(VERIFIER, CHALLENGE, "plain")


@pytest.mark.parametrize(
    "uri",
    [
        URI,
        "https://a.example/cb?x=1",
        "http://[::1]:5000/cb",
        "com.example.app:/cb",
        "myapp://cb",
        "http://localhost",
        "http://my_app:5000/cb",
        "https://a.example/cb?to=a%2Cb,c;d",
        "myapp:///cb",
        "com.example.app:cb",
    ],
)
def test_uris_that_may_be_registered(uri: str) -> None:
    assert redirect_uris.problem_with(uri) is None


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "localhost/cb",
        "/cb",
        "http://*.example.com/",
        "https://a.example/#f",
        "https://",
        "http://a.example:99999/",
        "http://a b/",
        "https://user@a.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a.example/\r\nX: y",
        "https://é.example/",
        'https://a.example/"',
        "https://a.example/" + "x" * 2000,
        "http://[::1",
        "http://a.example,b.example/cb",
        "http://a.example;script-src/cb",
        "http://%6cocalhost/cb",
        "myapp://a,b/cb",
        "https://a.example/%zz",
        "https://a.example/cb?x=100%",
        "myapp:cb",
        "myapp:/cb",
    ],
)
def test_uris_that_may_not(uri: str) -> None:
    assert redirect_uris.problem_with(uri)


@pytest.mark.parametrize("uri", ["localhost:5000/oauth2callback", "app.example:8080", "a.example:443?x=1"])
def test_a_forgotten_scheme_is_named(uri: str) -> None:
    assert f"did you mean http://{uri} ?" in (redirect_uris.problem_with(uri) or "")


def test_origins_as_people_read_them() -> None:
    assert redirect_uris.shown_origin("http://[::1]:5000/cb?x") == "http://[::1]:5000"
    assert redirect_uris.shown_origin("http://my_app:5000/cb") == "http://my_app:5000"
    assert redirect_uris.shown_origin("com.example.app:/cb") == "com.example.app:"


@given(st.text())
def test_any_text_is_judged_without_a_fault(uri: str) -> None:
    if redirect_uris.problem_with(uri) is None:
        assert uri.isascii()
        assert "\n" not in redirect_uris.form_action_source(uri)
        assert ";" not in redirect_uris.form_action_source(uri)
    redirect_uris.difference(uri, [URI])


def test_parameters_are_added_to_what_is_there() -> None:
    assert redirect_uris.with_parameters("x:/cb?a=1", [("code", "c d")]) == "x:/cb?a=1&code=c%20d"
    assert redirect_uris.with_parameters(URI, [("state", "+&=")]) == URI + "?state=%2B%26%3D"


def test_form_action_sources() -> None:
    assert redirect_uris.form_action_source("http://localhost:5000/cb?x") == "http://localhost:5000"
    assert redirect_uris.form_action_source("com.example.app:/cb") == "com.example.app:"
    assert redirect_uris.form_action_source("http://[::1]:5000/cb") == "http:"


def test_included_permissions() -> None:
    assert with_included(["ReadCallRecording"]) == {"ReadCallRecording", "ReadCallLog"}
    assert with_included(["EditAccounts"]) == {"EditAccounts", "ReadAccounts", "EditExtensions"}
    assert scope_text(["ReadCallLog", "ReadAccounts"]) == "ReadAccounts ReadCallLog"


def test_the_clock_runs_with_real_time_and_ahead() -> None:
    real = [100.0]
    clock = VirtualClock(NOW, monotonic=lambda: real[0])
    real[0] += 2.5
    assert clock.now() == NOW + timedelta(seconds=2.5)
    assert clock.advance(3600) == NOW + timedelta(seconds=3602.5)
    for wrong in (-1, float("nan"), float("inf"), 1e300):
        with pytest.raises(ValueError):
            clock.advance(wrong)
    assert iso(clock.now()) == "2026-11-23T16:00:02.500Z"


def test_settings_are_checked() -> None:
    with pytest.raises(ValueError):
        PlatformSettings(start=datetime(2026, 1, 1))
    with pytest.raises(ValueError):
        PlatformSettings(base_url="localhost:8000")
    assert PlatformSettings().web_app == "http://localhost:5000"
