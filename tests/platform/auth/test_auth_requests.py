"""Authorization requests as values: what is refused where, and which page comes next (contract 4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ringback.platform.apps import App
from ringback.platform.authorization.authorize import AuthorizationRequest, read_request
from ringback.platform.authorization.scopes import narrowed
from ringback.platform.authorization.steps import Step, next_step
from ringback.platform.errors import ApiError, OAuthError, RedirectError
from ringback.platform.serving.parameters import Parameters, parse
from ringback.platform.settings import PlatformSettings
from ringback.platform.world import World

URI = "http://localhost:5000/oauth2callback"
REGISTRY = World(PlatformSettings(seed=1, web_redirect_uri=URI)).apps
SERVER, PUBLIC, _ = (app for app, _ in REGISTRY.seeded())
BARE = replace(SERVER, client_id="bare", redirect_uris=())
BOT = replace(SERVER, client_id="bot", platform_type="ServerOther")
CHALLENGE = "_drLS7o5FwkfUiBhlq2hwJnK_SC6yE7sKOde5O1fdzk"


def find(client_id: str) -> App | None:
    return {"bare": BARE, "bot": BOT}.get(client_id) or REGISTRY.find(client_id)


def read(
    *extra: tuple[str, str], app: App = SERVER, without: str = "", **values: str
) -> AuthorizationRequest:
    asked = {"response_type": "code", "client_id": app.client_id, "redirect_uri": URI, "state": "s", **values}
    asked.pop(without, None)
    return read_request(Parameters([*asked.items(), *extra]), find)


@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({"client_id": "nobody"}, 400, "OAU-153"),
        ({"client_id": ""}, 400, "CMN-100"),
        ({"client_id": "bare"}, 403, "OAU-113"),
        ({"redirect_uri": URI + "/"}, 403, "OAU-109"),
        ({"redirect_uri": URI.upper()}, 403, "OAU-109"),
        ({"redirect_uri": URI + "?x=1"}, 403, "OAU-109"),
        ({"redirect_uri": URI.replace("localhost", "127.0.0.1")}, 403, "OAU-109"),
        ({"redirect_uri": "https://evil.example/"}, 403, "OAU-109"),
        ({"redirect_uri": " " + URI}, 403, "OAU-109"),
    ],
)
def test_doubt_about_app_or_redirect_uri_is_shown_here(
    values: dict[str, str], status: int, code: str
) -> None:
    with pytest.raises(OAuthError) as refused:
        read(**values)
    assert (refused.value.status, refused.value.code) == (status, code)


def test_a_mismatch_names_what_differs() -> None:
    with pytest.raises(OAuthError) as refused:
        read(redirect_uri="http://localhost:5001/oauth2callback")
    assert "port: sent '5001', registered '5000'" in refused.value.why


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "response_type", "prompt"])
def test_repeated_parameters_are_refused_here(name: str) -> None:
    with pytest.raises(OAuthError) as refused:
        read((name, "again"), prompt="login")
    assert (refused.value.status, refused.value.code) == (400, "OAU-111")


def test_ui_options_and_unknown_parameters_may_be_repeated() -> None:
    assert (
        read(("ui_options", "a"), ("ui_options", "b"), ("x", "1"), ("x", "2")).client_id == SERVER.client_id
    )


def test_the_redirect_uri_may_be_left_out_when_one_is_registered() -> None:
    asked = read(without="redirect_uri")
    assert (asked.redirect_uri, asked.redirect_uri_was_sent) == (URI, False)
    with pytest.raises(OAuthError) as refused:
        read(app=PUBLIC, without="redirect_uri")
    assert refused.value.code == "OAU-109"


def test_display_is_checked() -> None:
    with pytest.raises(ApiError) as refused:
        read(display="hologram")
    assert (refused.value.code, refused.value.extras) == ("CMN-101", {"parameterName": "display"})
    assert read(display="popup").display == "popup"


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "invalid_request"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "s256"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": "a" * 42}, "invalid_request"),
        ({"code_challenge": "a" * 129}, "invalid_request"),
        ({"code_challenge": "a" * 42 + "="}, "invalid_request"),
        ({"code_challenge": "a" * 42 + "é"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "always"}, "invalid_request"),
        ({"scope": "SMS"}, "invalid_scope"),
        ({"request": "x"}, "request_not_supported"),
        ({"client_id": "bot"}, "unauthorized_client"),
        ({"client_id": PUBLIC.client_id}, "invalid_request"),
    ],
)
def test_other_errors_go_back_to_the_app(values: dict[str, str], error: str) -> None:
    with pytest.raises(RedirectError) as refused:
        read(**values)
    assert refused.value.redirect_uri == URI
    assert dict(refused.value.parameters())["error"] == error
    assert dict(refused.value.parameters())["state"] == "s"


def test_empty_values_count_as_absent() -> None:
    asked = read(state="", brand_id="", display="", prompt="", ui_locales="", localeId="", code_challenge="")
    assert (asked.state, asked.display, asked.prompt) == (None, "page", {"login", "sso"})


def test_scope_narrows_and_openid_names_no_permission() -> None:
    assert read(scope="ReadAccounts SMS").scope == {"ReadAccounts"}
    assert read(scope="openid").scope == SERVER.permissions
    assert read().scope == SERVER.permissions


def test_openid_connect_is_asked_for_by_its_scope() -> None:
    asked = read(scope="email ReadAccounts openid", nonce="n")
    assert (asked.openid, asked.scope, asked.nonce) == ({"openid", "email"}, {"ReadAccounts"}, "n")
    assert asked.to_consent == {"openid", "email", "ReadAccounts"}
    assert read(scope="email profile").openid == frozenset()
    assert "the-nonce" not in repr(read(nonce="the-nonce"))


def test_brands_in_both_spellings() -> None:
    assert read().brand_id == "1210"
    assert read(brandId="3420").brand_id == "3420"
    assert read(brand_id="7310", brandId="").brand_id == "7310"
    with pytest.raises(OAuthError) as refused:
        read(brand_id="rc<script>")
    assert (refused.value.status, refused.value.code) == (403, "OAU-101")


def test_options_of_the_pages() -> None:
    asked = read(("ui_options", "hide_tos,hide_logo"), ("ui_options", "old_ui  unknown"), discovery="true")
    assert asked.ui_options == {"hide_tos", "hide_logo", "old_ui"}
    assert asked.discovery
    assert not read(discovery="1", response_hint="x", force="true").discovery
    assert read(ui_locales="de fr", localeId="en-US").ui_locales == "de fr"


def test_included_permissions_may_be_asked_for() -> None:
    held = frozenset({"ReadCallRecording"})
    assert narrowed("ReadCallLog", held) == {"ReadCallLog"}
    assert narrowed("ReadCallLog ReadCallRecording", held) == {"ReadCallLog", "ReadCallRecording"}
    assert narrowed(None, held) == {"ReadCallRecording"}
    assert narrowed("ReadAccounts", held) is None
    assert narrowed("ReadCallRecording", frozenset({"ReadCallLog"})) is None


def test_plain_is_the_method_of_a_challenge_without_one() -> None:
    assert read(code_challenge=CHALLENGE).challenge_method == "plain"


@pytest.mark.parametrize(
    ("prompt", "signed_in", "just_now", "remembered", "step"),
    [
        ("", False, False, False, Step.LOGIN),
        ("", True, False, False, Step.CONSENT),
        ("", True, False, True, Step.APPROVE),
        ("login", True, False, True, Step.LOGIN),
        ("login", True, True, True, Step.APPROVE),
        ("login consent", True, True, True, Step.CONSENT),
        ("login sso", True, False, True, Step.APPROVE),
        ("sso", False, False, True, Step.LOGIN),
        ("consent", True, False, True, Step.CONSENT),
        ("none", False, False, True, Step.REFUSE_LOGIN),
        ("none", True, False, False, Step.REFUSE_CONSENT),
        ("none", True, False, True, Step.APPROVE),
    ],
)
def test_next_step(prompt: str, signed_in: bool, just_now: bool, remembered: bool, step: Step) -> None:
    asked = read(prompt=prompt)
    known = asked.scope if remembered else None
    assert next_step(asked, signed_in=signed_in, just_now=just_now, remembered=known) is step


def test_other_permissions_are_always_asked_for() -> None:
    asked = read()
    fewer = frozenset({"ReadAccounts"})
    assert next_step(asked, signed_in=True, just_now=True, remembered=fewer) is Step.CONSENT
    narrower = read(scope="ReadAccounts")
    assert next_step(narrower, signed_in=True, just_now=True, remembered=asked.scope) is Step.CONSENT


@pytest.mark.parametrize(
    "raw",
    [
        b"a=%zz",
        b"a=%ff",
        b"a=%00",
        b"a=\xc3\xa9",
        b"&".join(b"n%d=1" % n for n in range(101)),
        b"a=" + b"x" * 9000,
    ],
)
def test_malformed_parameters_are_a_clean_400(raw: bytes) -> None:
    with pytest.raises(OAuthError) as refused:
        parse(raw, strict=True)
    assert refused.value.status == 400


def test_state_comes_back_byte_for_byte() -> None:
    sent = parse(b"state=%ff%00%20%2B%26", strict=False).get("state") or ""
    assert sent.encode("utf-8", "surrogateescape") == b"\xff\x00 +&"
