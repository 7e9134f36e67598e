"""Authorization requests over HTTP: how they may be sent, and how refusals are answered."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from headless import (
    Seed,
    Visits,
    follow_pages,
    pkce_pair,
    redirect_query,
    sign_in_and_authorize,
    submit,
)

AUTHORIZE = "/restapi/oauth/authorize"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def credentials(user: dict[str, Any]) -> dict[str, str]:
    return {"username": user["username"], "extension": "", "password": user["password"]}


def test_an_authorization_request_may_be_posted(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    page = http.post(AUTHORIZE, data=visits.asked(state="posted", prompt="login consent"))
    assert page.status_code == 200
    consent = submit(http, page, **credentials(seed.plain_user))
    assert redirect_query(submit(http, consent, decision="authorize"))["state"] == "posted"
    assert http.post(AUTHORIZE, json=visits.asked()).status_code == 415


def test_a_cross_site_post_signs_nobody_out(http: httpx2.Client, visits: Visits) -> None:
    answer = http.post(AUTHORIZE, data=visits.asked(), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers
    assert 'name="password"' in follow_pages(http, answer).text


def test_head_changes_nothing(http: httpx2.Client, visits: Visits) -> None:
    answer = http.head(AUTHORIZE, params=visits.asked())
    assert answer.status_code == 405
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("headers", [HTML, {"Accept": "*/*"}])
@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"client_id": "nobody<script>"}, 400, "OAU-153"),
        ({"redirect_uri": "https://evil.example/cb"}, 403, "OAU-109"),
        ({"redirect_uri": "http://localhost:5000/oauth2callback/"}, 403, "OAU-109"),
        ({"display": "x"}, 400, "CMN-101"),
    ],
)
def test_refusals_without_a_redirect(
    http: httpx2.Client,
    visits: Visits,
    headers: dict[str, str],
    changes: dict[str, str],
    status: int,
    code: str,
) -> None:
    answer = http.get(AUTHORIZE, params={**visits.asked(), **changes}, headers=headers)
    assert answer.status_code == status
    assert "location" not in answer.headers
    assert code in answer.text
    if headers is HTML:
        assert answer.headers["content-type"].startswith("text/html")
        assert "<script>" not in answer.text.replace("<script type", "")
    else:
        assert answer.json()["errors"][0]["errorCode"] == code


def test_repeated_parameters(http: httpx2.Client, visits: Visits) -> None:
    pairs = [*visits.asked().items(), ("redirect_uri", "https://evil.example/")]
    answer = http.get(AUTHORIZE, params=pairs)
    assert (answer.status_code, answer.json()["errors"][0]["errorCode"]) == (400, "OAU-111")


def test_errors_after_that_go_to_the_app(http: httpx2.Client, visits: Visits) -> None:
    answer = http.get(AUTHORIZE, params=visits.asked(response_type="token"))
    assert answer.status_code == 302
    assert urlsplit(answer.headers["location"]).netloc == "localhost:5000"
    assert redirect_query(answer)["error"] == "unsupported_response_type"
    assert redirect_query(answer)["state"] == "a state"


def test_a_public_client_must_use_pkce(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    answer = http.get(AUTHORIZE, params=visits.asked(seed.public_app))
    assert redirect_query(answer)["error"] == "invalid_request"
    _, challenge = pkce_pair()
    asked = visits.asked(seed.public_app, code_challenge=challenge, code_challenge_method="S256")
    assert "code" in redirect_query(sign_in_and_authorize(http, seed.plain_user, asked))


def test_pages_are_not_framable_cacheable_or_scriptable(http: httpx2.Client, visits: Visits) -> None:
    page = http.get(AUTHORIZE, params=visits.asked())
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' http://localhost:5000" in policy
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-store"
    assert " style=" not in page.text
    assert "onclick" not in page.text


def test_the_journal_says_why(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    http.get(AUTHORIZE, params=visits.asked(redirect_uri="http://localhost:5000/other"))
    entry = visits.journal()[-1]
    assert entry["path"] == AUTHORIZE
    assert entry["status"] == 403
    assert entry["errorCode"] == "OAU-109"
    assert "path: sent '/other', registered '/oauth2callback'" in entry["why"]
