"""POST /_local/login: the browser's own login, in one request."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from headless import REDIRECT_URI, Visits, exchange, me, pkce_pair


def ask(visits: Visits, url: str, **body: Any) -> httpx2.Response:
    given = {"url": url, "username": visits.seed.plain_user["username"], **body}
    return httpx2.post(f"{visits.server.base_url}/_local/login", json=given)


def query_of(answer: httpx2.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    location = answer.json()["location"]
    assert location.startswith(REDIRECT_URI)
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def test_it_gives_the_callback_of_a_real_login(visits: Visits) -> None:
    verifier, challenge = pkce_pair()
    asked = visits.asked(code_challenge=challenge, code_challenge_method="S256", state="a & b/ü")
    url = f"{visits.server.base_url}/restapi/oauth/authorize?{urlencode(asked)}"
    told = query_of(ask(visits, url))
    assert told["state"] == "a & b/ü"
    with visits.browser() as http:
        tokens = exchange(http, visits.seed.app, told["code"], code_verifier=verifier)
        assert tokens.status_code == 200
        mine = me(http, tokens.json()["access_token"]).json()
    assert str(mine["id"]) == visits.seed.plain_user["extensionId"]


def test_path_or_query_will_do_and_the_user_may_say_no(visits: Visits) -> None:
    query = urlencode(visits.asked())
    for url in (query, f"?{query}", f"/restapi/oauth/authorize?{query}"):
        assert query_of(ask(visits, url))["code"]
    again = urlencode(visits.asked(prompt="login consent"))
    assert query_of(ask(visits, again, decision="cancel"))["error"] == "access_denied"
    password = visits.seed.admin["password"]
    admin = visits.seed.admin["username"]
    assert query_of(ask(visits, query, username=admin, password=password))["code"]
    assert query_of(ask(visits, urlencode(visits.asked(prompt="none"))))["error"] == "login_required"


def test_it_is_journalled_as_a_browsers(own: Visits) -> None:
    ask(own, urlencode(own.asked()))
    paths = [(entry["method"], entry["path"]) for entry in own.journal()]
    assert paths[0] == ("GET", "/restapi/oauth/authorize")
    assert ("POST", "/restapi/oauth/authorize/login") in paths
    assert paths[-1] == ("POST", "/restapi/oauth/authorize/consent")


def test_it_works_in_a_world_of_its_own(own: Visits) -> None:
    base = f"{own.server.base_url}/_w/w"
    seed = httpx2.get(f"{base}/_local/seed").json()
    query = urlencode({**own.asked(), "client_id": seed["apps"][0]["clientId"]})
    user = seed["users"][0]["username"]
    for url in (query, f"{base}/restapi/oauth/authorize?{query}"):
        answer = httpx2.post(f"{base}/_local/login", json={"url": url, "username": user})
        assert "code=" in answer.json()["location"]
    other = f"{own.server.base_url}/restapi/oauth/authorize?{query}"
    assert httpx2.post(f"{base}/_local/login", json={"url": other, "username": user}).status_code == 400
    assert own.journal() == []


def test_what_goes_wrong_is_said(visits: Visits) -> None:
    query = urlencode(visits.asked())
    wrong = ask(visits, query, password="not the password")
    assert wrong.status_code == 400
    assert "status" in wrong.json()["message"]
    assert "not the password" not in wrong.text
    mismatch = ask(visits, urlencode(visits.asked(redirect_uri="http://localhost:5000/other")))
    assert mismatch.json()["pageCode"] == "OAU-109"
    assert "redirect_uri differs" in mismatch.json()["message"]
    assert ask(visits, query, username="nobody@example.com").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"url": ""},
        {"url": "https://localhost/elsewhere?x=1"},
        {"url": "a=1\r\nX: y"},
        {"url": "ü=1"},
        {"url": "a=" + "x" * 16_000},
        {"decision": "maybe"},
        {"username": ""},
        {"username": 5},
        {"passwort": "x"},
    ],
)
def test_nonsense_is_refused(visits: Visits, body: dict[str, Any]) -> None:
    url = body.pop("url", urlencode(visits.asked()))
    assert ask(visits, url, **body).status_code == 400
