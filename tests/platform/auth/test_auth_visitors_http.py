"""Signing in, up and out at the console over HTTP."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import httpx2
import pytest
from console_forms import sign_in

from headless import (
    START,
    Seed,
    Visits,
    first_post_form,
)
from ringback.platform.serving.cookie_names import browser_cookie


def text_of(page: httpx2.Response, element: str) -> str:
    found = re.search(rf'id="{element}"[^>]*>(.*?)<', page.text, re.DOTALL)
    assert found is not None, page.text
    return html.unescape(found.group(1))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("firstName", "", "first name"),
        ("lastName", "x" * 65, "last name"),
        ("email", "nobody", "e-mail address"),
        ("newPassword", "short", "at least 8"),
        ("newPassword", "p" * 1025, "at most 1024"),
    ],
)
def test_sign_up_errors(http: httpx2.Client, name: str, value: str, message: str) -> None:
    csrf = first_post_form(http.get("/console").text).fields["csrf"]
    fields = {"firstName": "A", "lastName": "B", "email": "c@d.example", "newPassword": "a good password"}
    answer = http.post("/console/sign-up", data={**fields, "csrf": csrf, name: value})
    assert answer.status_code == 400
    assert message in text_of(answer, f"{name}-error")
    assert "a good password" not in answer.text


def test_an_address_signs_up_once(http: httpx2.Client, seed: Seed) -> None:
    csrf = first_post_form(http.get("/console").text).fields["csrf"]
    fields = {"firstName": "A", "lastName": "B", "newPassword": "a good password", "csrf": csrf}
    answer = http.post("/console/sign-up", data={**fields, "email": seed.admin["username"].upper()})
    assert answer.status_code == 400
    assert "already" in text_of(answer, "email-error")


def test_a_developer_joins_at_the_platforms_own_time(own: Visits) -> None:
    own.advance(86_400)
    with own.browser() as http:
        csrf = first_post_form(http.get("/console").text).fields["csrf"]
        names = {"firstName": "A", "lastName": "B", "email": "c@d.example"}
        joined = http.post("/console/sign-up", data={**names, "newPassword": "a good password", "csrf": csrf})
    assert joined.status_code == 303
    [newcomer] = own.server.world.company.candidates("c@d.example", "")
    assert newcomer.created >= START + timedelta(days=1)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/restapi",
        "/new-appevil",
        "/console\r\nX: y",
        "x",
    ],
)
def test_signing_in_never_leads_away(http: httpx2.Client, seed: Seed, target: str) -> None:
    fields = first_post_form(http.get("/console").text).fields
    login = {"username": seed.admin["username"], "password": seed.admin["password"]}
    answer = http.post("/console/sign-in", data={**fields, **login, "next": target})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")


def test_signing_out(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    page = sign_in(http, seed.admin)
    cookie = http.cookies[browser_cookie(visits.server.base_url)]
    assert http.get("/console/sign-out").status_code == 405
    http.post("/console/sign-out", data=first_post_form(page.text).fields)
    assert "Your apps" not in http.get("/console").text
    with visits.browser() as old:
        old.cookies.set(browser_cookie(visits.server.base_url), cookie)
        assert "Your apps" not in old.get("/console").text


def test_signed_in_at_the_console_is_signed_in_for_apps(
    http: httpx2.Client, visits: Visits, seed: Seed
) -> None:
    sign_in(http, seed.users[3])
    page = http.get("/restapi/oauth/authorize", params=visits.asked(prompt="sso consent"))
    assert "would like to" in page.text


def test_sign_ins_at_the_console_are_throttled_too(own: Visits) -> None:
    wrong = {"username": own.seed.admin["username"], "password": "wrong"}
    with own.browser() as http:
        assert [sign_in(http, wrong).status_code for _ in range(6)] == [401] * 5 + [429]
