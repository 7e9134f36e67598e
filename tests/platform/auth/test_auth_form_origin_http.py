"""Forms of the platform's pages count from its own pages only, against login forgery by planted cookies."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from headless import Visits, code_of, first_post_form, redirect_query, submit

AUTHORIZE = "/restapi/oauth/authorize"
HTML = {"Accept": "text/html"}
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost:1"},
    {"Origin": "null"},
    {"Origin": "http://[::1"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site", "Origin": "{own}"},
]
OWN: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": "same-origin", "Origin": "{own}"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "{own}"},
]


def filled(headers: dict[str, str], visits: Visits) -> dict[str, str]:
    return {name: value.replace("{own}", visits.server.base_url) for name, value in headers.items()}


def credentials(user: dict[str, Any]) -> dict[str, str]:
    return {"username": user["username"], "extension": "", "password": user["password"]}


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_planted_session_is_not_signed_in_from_elsewhere(
    http: httpx2.Client, visits: Visits, headers: dict[str, str]
) -> None:
    page = http.get(AUTHORIZE, params=visits.asked())
    form = first_post_form(page.text)
    fields = {**form.fields, **credentials(visits.seed.plain_user)}
    refused = http.post(form.action, data=fields, headers={**filled(headers, visits), **HTML})
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers
    assert "begin the login there" in refused.text
    assert "RBK-411" in refused.text
    assert code_of(http.post(form.action, data=fields, headers=filled(headers, visits))) == "RBK-411"
    still = http.get(AUTHORIZE, params=visits.asked())
    assert 'name="password"' in still.text
    assert submit(http, page, **credentials(visits.seed.plain_user)).status_code in {200, 302}


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["consent", "not-you"])
def test_nobody_decides_from_elsewhere(own: Visits, path: str, headers: dict[str, str]) -> None:
    with own.browser() as http:
        page = http.get(AUTHORIZE, params=own.asked(prompt="login consent"))
        consent = submit(http, page, **credentials(own.seed.plain_user))
        fields = {**first_post_form(consent.text).fields, "decision": "authorize"}
        refused = http.post(f"{AUTHORIZE}/{path}", data=fields, headers=filled(headers, own))
        assert refused.status_code == 403
        assert "location" not in refused.headers
        assert "code" in redirect_query(submit(http, consent, decision="authorize"))


@pytest.mark.parametrize("headers", OWN)
def test_its_own_pages_and_programs_may(own: Visits, headers: dict[str, str]) -> None:
    with own.browser() as http:
        form = first_post_form(http.get(AUTHORIZE, params=own.asked()).text)
        fields = {**form.fields, **credentials(own.seed.plain_user)}
        assert http.post(form.action, data=fields, headers=filled(headers, own)).status_code == 303


def test_authorize_itself_stays_open(http: httpx2.Client, visits: Visits) -> None:
    for headers in FOREIGN:
        answer = http.post(AUTHORIZE, data=visits.asked(), headers=filled(headers, visits))
        assert answer.status_code in {200, 302, 303}
