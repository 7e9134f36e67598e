"""What display, ui_options, languages, login_hint and "Remember me" do to the login pages (contract 4)."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from headless import Visits, first_post_form, submit
from ringback.platform.serving.cookie_names import browser_cookie

AUTHORIZE = "/restapi/oauth/authorize"


def ask(http: httpx2.Client, visits: Visits, accept_language: str = "", **parameters: str) -> httpx2.Response:
    headers = {"Accept-Language": accept_language} if accept_language else {}
    page = http.get(AUTHORIZE, params=visits.asked(**parameters), headers=headers)
    assert page.status_code == 200
    return page


def body_class(page: httpx2.Response) -> str:
    found = re.search(r'<body class="([^"]*)"', page.text)
    assert found is not None
    return found[1]


def credentials(user: dict[str, Any]) -> dict[str, str]:
    return {"username": user["username"], "extension": "", "password": user["password"]}


@pytest.mark.parametrize(
    ("accept", "parameters", "tag", "button"),
    [
        ("", {}, "en", "Sign in</button>"),
        ("", {"ui_locales": "de-DE"}, "de", "Anmelden</button>"),
        ("de", {"ui_locales": "xx fr-CA en"}, "fr", "Se connecter</button>"),
        ("de", {"localeId": "fr-FR"}, "fr", "Se connecter</button>"),
        ("de-CH, en;q=0.5", {}, "de", "Anmelden</button>"),
        ("fr", {"ui_locales": "de", "localeId": "en-US"}, "de", "Anmelden</button>"),
        ("pt", {"ui_locales": "ja", "localeId": ""}, "en", "Sign in</button>"),
    ],
)
def test_the_language(
    http: httpx2.Client, visits: Visits, accept: str, parameters: dict[str, str], tag: str, button: str
) -> None:
    page = ask(http, visits, accept, **parameters)
    assert f'<html lang="{tag}"' in page.text
    assert page.headers["content-language"] == tag
    assert button in page.text


def test_all_pages_of_a_login_speak_the_language(own: Visits) -> None:
    user = own.seed.plain_user
    with own.browser() as http:
        page = ask(http, own, ui_locales="de", scope="openid ReadCallLog")
        wrong = submit(http, page, **{**credentials(user), "password": "wrong"})
        assert "Name, Nebenstelle oder Passwort stimmt nicht." in wrong.text
        for _ in range(5):
            wrong = submit(http, page, **{**credentials(user), "password": "wrong"})
        assert "Zu viele Versuche" in wrong.text
        assert re.search(r"Warten Sie \d+ s", wrong.text)
        long = submit(http, page, **{**credentials(user), "password": "p" * 1025})
        assert "höchstens 1024 Bytes" in long.text
        consent = submit(http, page, **credentials(own.seed.admin))
        assert '<html lang="de"' in consent.text
        for text in (
            "Ihre Anrufliste anzusehen",
            "zu wissen, wer Sie sind",
            "Erlauben",
            "Das sind nicht Sie?",
        ):
            assert text in consent.text
        assert "<em>Ringback Demo</em>" in consent.text


@pytest.mark.parametrize("display", ["page", "popup", "touch", "mobile"])
def test_display_is_a_layout(http: httpx2.Client, visits: Visits, display: str) -> None:
    assert f"display-{display}" in body_class(ask(http, visits, display=display)).split()


def test_ui_options(http: httpx2.Client, visits: Visits) -> None:
    plain = ask(http, visits)
    assert 'class="login-logo"' in plain.text
    assert 'class="terms"' in plain.text
    assert "rememberMe" in plain.text
    bare = ask(http, visits, ui_options="hide_logo hide_tos hide_remember_me external_popup old_ui nonsense")
    assert 'class="login-logo"' not in bare.text
    assert 'class="terms"' not in bare.text
    assert "rememberMe" not in bare.text
    assert {"display-popup", "old-ui"} <= set(body_class(bare).split())
    repeated = [*visits.asked().items(), ("ui_options", "hide_logo"), ("ui_options", "hide_tos")]
    several = http.get(AUTHORIZE, params=repeated)
    assert 'class="login-logo"' not in several.text
    assert 'class="terms"' not in several.text
    assert "rememberMe" in several.text


def test_repeated_options_survive_a_post_from_another_site(http: httpx2.Client, visits: Visits) -> None:
    content = httpx2.QueryParams(
        [*visits.asked().items(), ("ui_options", "hide_logo"), ("ui_options", "hide_tos")]
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site"}
    answer = http.post(AUTHORIZE, content=str(content), headers=headers)
    page = http.get(answer.headers["location"])
    assert 'class="terms"' not in page.text
    assert 'class="login-logo"' not in page.text


def test_the_login_hint_is_filled_in_and_escaped(http: httpx2.Client, visits: Visits) -> None:
    page = ask(http, visits, login_hint='"><script>alert(1)</script>')
    assert first_post_form(page.text).fields["username"] == '"><script>alert(1)</script>'
    assert "<script>alert" not in page.text


def test_remember_me_outlives_the_evening(own: Visits) -> None:
    name = browser_cookie(own.server.base_url)
    for remembered in (True, False):
        with own.browser() as http:
            form = first_post_form(ask(http, own).text)
            assert form.fields.pop("rememberMe") == "yes"
            fields = {**form.fields, **credentials(own.seed.plain_user)}
            fields |= {"rememberMe": "yes"} if remembered else {}
            answer = http.post(form.action, data=fields)
            cookie = answer.headers["set-cookie"]
            assert ("Max-Age=2592000" in cookie) == remembered
            assert name in http.cookies
            own.advance(13 * 3600)
            later = http.get(AUTHORIZE, params=own.asked())
            assert ('name="password"' not in later.text) == remembered
            if remembered:
                own.advance(30 * 86_400)
                assert 'name="password"' in http.get(AUTHORIZE, params=own.asked()).text


def test_a_hidden_box_remembers_nobody(own: Visits) -> None:
    with own.browser() as http:
        form = first_post_form(ask(http, own, ui_options="hide_remember_me").text)
        fields = {**form.fields, **credentials(own.seed.plain_user), "rememberMe": "yes"}
        assert "Max-Age" not in http.post(form.action, data=fields).headers["set-cookie"]


def test_pages_in_a_world_stay_there(own: Visits) -> None:
    own.server.worlds.create("w1")
    with own.browser() as http:
        page = http.get(f"/_w/w1{AUTHORIZE}", params=own.asked())
        form = first_post_form(page.text)
        assert form.action == f"/_w/w1{AUTHORIZE}/login"
        answer = http.post(form.action, data={**form.fields, **credentials(own.seed.plain_user)})
        assert answer.headers["location"].startswith(f"/_w/w1{AUTHORIZE}/consent?")
        consent = http.get(answer.headers["location"])
        done = submit(http, consent, decision="authorize")
        assert done.status_code == 302
        home = http.get(AUTHORIZE, params=own.asked())
        assert 'name="password"' in home.text
