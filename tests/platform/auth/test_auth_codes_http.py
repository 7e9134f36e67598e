"""Exchanging codes at the token endpoint over HTTP (contract 5 and 3.4)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from headless import REDIRECT_URI, Seed, Visits, code_of, exchange, me, pkce_pair, refresh, token_request

TOKEN = "/restapi/oauth/token"
REVOKE = "/restapi/oauth/revoke"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Tokens = Callable[..., dict[str, Any]]
LogIn = Callable[..., str]


def test_the_answer_has_every_field(http: httpx2.Client, seed: Seed, log_in: LogIn) -> None:
    answer = exchange(http, seed.app, log_in())
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "application/json" in answer.headers["content-type"]
    body = answer.json()
    assert body["token_type"] == "bearer"
    assert (body["expires_in"], body["refresh_token_expires_in"]) == (3600, 604_800)
    assert body["scope"] == "ReadAccounts ReadCallLog ReadCallRecording"
    assert body["owner_id"] == seed.plain_user["extensionId"]
    assert body["endpoint_id"]
    assert body["session_id"]
    assert me(http, body["access_token"]).json()["id"] == int(body["owner_id"])


def test_lifetimes_endpoint_and_scope_may_be_asked_for(tokens: Tokens) -> None:
    body = tokens(
        access_token_ttl="-1", refresh_token_ttl="302400", endpoint_id="my-endpoint", scope="ReadAccounts"
    )
    assert (body["expires_in"], body["refresh_token_expires_in"]) == (600, 302_400)
    assert (body["endpoint_id"], body["scope"]) == ("my-endpoint", "ReadAccounts")
    assert "refresh_token" not in tokens(refresh_token_ttl="0")


@pytest.mark.parametrize(
    ("asked", "access", "refresh_for"),
    [
        ("9" * 5000, 3600, 2_592_000),
        ("+" + "0" * 5000 + "7200", 3600, 7200),
        ("1" * 19, 3600, 2_592_000),
        ("0" * 30, 600, None),
        ("-" + "9" * 5000, 600, None),
    ],
)
def test_lifetimes_of_any_length_are_clamped(
    tokens: Tokens, asked: str, access: int, refresh_for: int | None
) -> None:
    body = tokens(access_token_ttl=asked, refresh_token_ttl=asked)
    assert (body["expires_in"], body.get("refresh_token_expires_in")) == (access, refresh_for)


def test_an_app_without_refresh_tokens(http: httpx2.Client, seed: Seed, tokens: Tokens) -> None:
    body = tokens(app=seed.small_app)
    assert "refresh_token" not in body
    assert "refresh_token_expires_in" not in body
    assert code_of(refresh(http, seed.small_app, "x")) == "OAU-251"


def test_a_code_works_once_and_a_second_use_ends_the_session(
    http: httpx2.Client, seed: Seed, log_in: LogIn
) -> None:
    code = log_in()
    body = exchange(http, seed.app, code).json()
    assert me(http, body["access_token"]).status_code == 200
    again = exchange(http, seed.app, code)
    assert (again.status_code, code_of(again)) == (400, "OAU-106")
    assert me(http, body["access_token"]).status_code == 401
    assert code_of(refresh(http, seed.app, body["refresh_token"])) == "OAU-213"


def test_of_many_parallel_exchanges_at_most_one_gives_tokens(
    visits: Visits, seed: Seed, log_in: LogIn
) -> None:
    code = log_in()

    def run(_: int) -> int:
        with visits.browser() as http:
            return exchange(http, seed.app, code).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(run, range(8)))
    assert sorted(statuses) == [200] + [400] * 7


def test_checks_come_before_the_code_is_spent(http: httpx2.Client, seed: Seed, log_in: LogIn) -> None:
    verifier, challenge = pkce_pair()
    code = log_in(code_challenge=challenge, code_challenge_method="S256")
    good = {"code_verifier": verifier}
    assert code_of(exchange(http, seed.small_app, code, **good)) == "OAU-110"
    assert code_of(exchange(http, seed.public_app, code, **good)) == "OAU-110"
    assert code_of(exchange(http, seed.app, code, redirect_uri=REDIRECT_URI + "/", **good)) == "OAU-109"
    assert code_of(exchange(http, seed.app, code, redirect_uri="", **good)) == "OAU-109"
    for wrong in ("", "x" * 43, "short", challenge):
        answer = exchange(http, seed.app, code, code_verifier=wrong)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    wrong_secret = {**seed.app, "clientSecret": "wrong"}
    assert code_of(exchange(http, wrong_secret, code, **good)) == "OAU-146"
    for wrong in ("soon", "1.5", "1e3", "--1", "+", " 5", "٣"):
        assert code_of(exchange(http, seed.app, code, access_token_ttl=wrong, **good)) == "CMN-101"
    assert code_of(exchange(http, seed.app, code, endpoint_id="no spaces", **good)) == "CMN-101"
    assert exchange(http, seed.app, code, scope="SMS", **good).json()["error"] == "invalid_scope"
    assert exchange(http, seed.app, code, **good).status_code == 200


def test_plain_pkce_and_a_verifier_nobody_asked_for(http: httpx2.Client, seed: Seed, log_in: LogIn) -> None:
    code = log_in(code_challenge="p" * 43)
    assert exchange(http, seed.app, code, code_verifier="p" * 43).status_code == 200
    answer = exchange(http, seed.app, log_in(), code_verifier="p" * 43)
    assert answer.json()["error"] == "invalid_grant"


def test_a_code_lives_a_minute(own: Visits) -> None:
    code = own.log_in()
    own.advance(61)
    with own.browser() as http:
        assert code_of(exchange(http, own.seed.app, code)) == "OAU-108"


def test_a_public_client_end_to_end(http: httpx2.Client, seed: Seed, tokens: Tokens) -> None:
    body = tokens(app=seed.public_app)
    new = refresh(http, seed.public_app, body["refresh_token"])
    assert new.status_code == 200
    assert me(http, new.json()["access_token"]).status_code == 200
    assert token_request(http, seed.public_app, REVOKE, token=new.json()["access_token"]).status_code == 200
    assert me(http, new.json()["access_token"]).status_code == 401
