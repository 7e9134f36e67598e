"""The life of tokens over HTTP: refresh, grace, expiry, revocation, bearer use (contract 6)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from headless import ME, Seed, Visits, code_of, me, refresh, token_request

TOKEN = "/restapi/oauth/token"
REVOKE = "/restapi/oauth/revoke"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Tokens = Callable[..., dict[str, Any]]
LogIn = Callable[..., str]


def test_refresh_with_grace_until_the_new_token_is_used(own: Visits) -> None:
    app = own.seed.app
    first = own.tokens()
    with own.browser() as http:
        second = refresh(http, app, first["refresh_token"]).json()
        assert second["refresh_token"] != first["refresh_token"]
        assert second["session_id"] == first["session_id"]
        assert second["endpoint_id"] == first["endpoint_id"]
        assert code_of(me(http, first["access_token"])) == "OAU-129"
        own.advance(11)
        gone = me(http, first["access_token"])
        assert code_of(gone) == "OAU-213"
        assert gone.json()["errorCode"] == "TokenInvalid"
        own.advance(1800)
        again = refresh(http, app, first["refresh_token"]).json()
        assert again["access_token"] == second["access_token"]
        assert again["refresh_token"] == second["refresh_token"]
        assert again["expires_in"] < 1800
        assert me(http, second["access_token"]).status_code == 200
        assert refresh(http, app, first["refresh_token"]).json()["access_token"] == second["access_token"]
        own.advance(11)
        late = refresh(http, app, first["refresh_token"])
        assert (late.status_code, late.json()["error"], code_of(late)) == (400, "invalid_grant", "OAU-213")
        assert me(http, second["access_token"]).status_code == 200


def test_an_unused_answer_is_repeated_for_an_hour(own: Visits) -> None:
    first = own.tokens()
    with own.browser() as http:
        refresh(http, own.seed.app, first["refresh_token"])
        own.advance(3599)
        assert refresh(http, own.seed.app, first["refresh_token"]).status_code == 200
        own.advance(5)
        assert code_of(refresh(http, own.seed.app, first["refresh_token"])) == "OAU-213"


def test_tokens_expire(own: Visits) -> None:
    body = own.tokens(refresh_token_ttl="7200")
    with own.browser() as http:
        own.advance(3601)
        assert code_of(me(http, body["access_token"])) == "OAU-128"
        own.advance(3600)
        late = refresh(http, own.seed.app, body["refresh_token"])
        assert (late.json()["error"], code_of(late)) == ("invalid_grant", "OAU-210")


def test_a_refresh_token_works_for_its_app_only(http: httpx2.Client, seed: Seed, tokens: Tokens) -> None:
    body = tokens()
    assert code_of(refresh(http, seed.public_app, body["refresh_token"])) == "OAU-213"
    assert code_of(refresh(http, seed.app, body["access_token"])) == "OAU-213"
    assert refresh(http, seed.app, body["refresh_token"]).status_code == 200


def test_five_sessions_at_once(own: Visits) -> None:
    bodies = [own.tokens() for _ in range(6)]
    with own.browser() as http:
        statuses = [me(http, body["access_token"]).status_code for body in bodies]
    assert statuses == [401, 200, 200, 200, 200, 200]


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_ends_that_session_only(http: httpx2.Client, seed: Seed, tokens: Tokens, kind: str) -> None:
    kept, ended = tokens(seed.admin), tokens(seed.admin)
    answer = token_request(http, seed.app, REVOKE, token=ended[kind])
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "0"
    assert code_of(me(http, ended["access_token"])) == "OAU-213"
    assert code_of(refresh(http, seed.app, ended["refresh_token"])) == "OAU-213"
    assert me(http, kept["access_token"]).status_code == 200
    assert token_request(http, seed.app, REVOKE, token=ended[kind]).status_code == 200


def test_what_revoke_refuses(http: httpx2.Client, seed: Seed, tokens: Tokens) -> None:
    body = tokens()
    auth = (seed.app["clientId"], seed.app["clientSecret"])
    assert code_of(http.post(REVOKE, data={"token": ""}, auth=auth)) == "CMN-101"
    assert code_of(http.post(REVOKE, auth=auth)) == "CMN-101"
    differing = http.post(REVOKE, params={"token": "a"}, data={"token": "b"}, auth=auth)
    assert code_of(differing) == "OAU-150"
    assert code_of(token_request(http, seed.small_app, REVOKE, token=body["access_token"])) == "OAU-164"
    assert code_of(http.post(REVOKE, data={"token": body["access_token"]})) == "OAU-123"
    assert me(http, body["access_token"]).status_code == 200
    assert http.post(REVOKE, params={"token": body["access_token"]}, auth=auth).status_code == 200
    assert me(http, body["access_token"]).status_code == 401


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ([], "AGW-401"),
        ([("Authorization", "Basic eDp5")], "OAU-151"),
        ([("Authorization", "Bearer")], "AGW-402"),
        ([("Authorization", "Bearer nonsense")], "OAU-149"),
        ([("Authorization", "Bearer " + "x" * 5000)], "OAU-149"),
        ([("Authorization", "Bearer a"), ("Authorization", "Bearer b")], "AGW-402"),
    ],
)
def test_what_is_no_bearer_token(http: httpx2.Client, headers: list[tuple[str, str]], code: str) -> None:
    answer = http.get(ME, headers=headers)
    assert (answer.status_code, code_of(answer)) == (401, code)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_bearer_tokens_in_any_case_and_in_the_query(http: httpx2.Client, seed: Seed, tokens: Tokens) -> None:
    body = tokens()
    for scheme in ("bearer", "Bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} {body['access_token']}"}
        assert http.get(ME, headers=headers).status_code == 200
    assert http.get(ME, params={"access_token": body["access_token"]}).status_code == 200
    assert code_of(me(http, body["refresh_token"])) == "OAU-149"


def test_an_app_may_do_what_it_was_granted(http: httpx2.Client, seed: Seed, tokens: Tokens) -> None:
    body = tokens(app=seed.small_app)
    answer = http.get(f"{ME}/call-log", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert (answer.status_code, code_of(answer)) == (403, "CMN-401")


def test_secrets_stay_out_of_the_journal(visits: Visits, http: httpx2.Client, seed: Seed) -> None:
    body = visits.tokens()
    http.get(f"/restapi/v1.0/{body['access_token']}")
    http.get(ME, params={"access_token": body["access_token"]})
    refresh(http, seed.app, body["refresh_token"])
    text = str(visits.journal())
    for secret in (body["access_token"], body["refresh_token"], seed.app["clientSecret"]):
        assert secret not in text
    digest = hashlib.sha256(body["access_token"].encode()).hexdigest()
    assert digest not in text
    last = visits.journal()[-1]
    assert (last["grantType"], last["clientId"]) == ("refresh_token", seed.app["clientId"])
    assert last["extensionId"] == seed.plain_user["extensionId"]


def test_api_info_ignores_a_bad_token(http: httpx2.Client, visits: Visits) -> None:
    answer = http.get("/restapi", headers={"Authorization": "Bearer undefined"})
    assert answer.status_code == 200
    assert answer.json()["apiVersions"][0]["uriString"] == "v1.0"
    assert http.get("/restapi/v1.0").json()["uri"] == f"{visits.server.base_url}/restapi/v1.0"
    assert answer.headers["rcrequestid"]
    assert http.get("/restapi/v9").json()["errorCode"] == "CMN-120"
