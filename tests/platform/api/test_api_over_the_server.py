"""The API as clients meet it: a real login, a real token, the real server."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import httpx2
import pytest

ROOT = "/restapi/v1.0/account/~"
THREE = [f"{ROOT}/extension", f"{ROOT}/extension/~/call-log", f"{ROOT}/call-log"]

Tokens = Callable[..., dict[str, Any]]


def bearer(answer: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer['access_token']}"}


@pytest.fixture
def admin(tokens: Tokens, seed: Any) -> dict[str, str]:
    return bearer(tokens(seed.admin))


def test_an_administrators_three_calls(http: httpx2.Client, admin: dict[str, str]) -> None:
    for path in THREE:
        answer = http.get(path, headers=admin)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json;charset=UTF-8"
        assert answer.json()["records"]


def test_a_plain_users_three_calls(http: httpx2.Client, tokens: Tokens, seed: Any) -> None:
    user = bearer(tokens(seed.plain_user))
    assert [http.get(path, headers=user).status_code for path in THREE] == [200, 200, 403]
    assert http.get(THREE[2], headers=user).json()["permissionName"] == "ReadCompanyCallLog"
    own = http.get(f"{ROOT}/extension/~", headers=user).json()
    assert str(own["id"]) == seed.plain_user["extensionId"]


def test_an_app_without_the_permission(http: httpx2.Client, tokens: Tokens, seed: Any) -> None:
    user = bearer(tokens(seed.admin, seed.small_app))
    assert http.get(THREE[0], headers=user).status_code == 200
    refused = http.get(THREE[1], headers=user)
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["errorCode"] == "CMN-401"
    assert refused.json()["permissionName"] == refused.json()["errors"][0]["permissionName"] == "ReadCallLog"


def test_no_token_and_false_token(http: httpx2.Client) -> None:
    for path in THREE:
        assert http.get(path).json()["errorCode"] == "AGW-401"
        false = http.get(path, headers={"Authorization": "Bearer none"})
        assert (false.status_code, false.json()["errors"][0]["errorCode"]) == (401, "OAU-149")


def test_the_token_in_the_query_is_not_echoed(http: httpx2.Client, tokens: Tokens, seed: Any) -> None:
    token = tokens(seed.admin)["access_token"]
    answer = http.get(f"{THREE[2]}?perPage=1&access_token={token}")
    assert answer.status_code == 200
    assert token not in answer.text


def test_head_and_other_methods(http: httpx2.Client, admin: dict[str, str]) -> None:
    head = http.head(THREE[1], headers=admin)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 100
    refused = http.delete(THREE[2], headers=admin)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    assert refused.json()["errorCode"] == "CMN-120"
    # The connection is still good for another request.
    assert http.get(THREE[1], headers=admin).status_code == 200


def test_next_page_links_work_as_they_are(http: httpx2.Client, admin: dict[str, str]) -> None:
    url, seen = f"{THREE[2]}?dateFrom=2026-11-18&dateTo=2026-11-20&perPage=100&view=Detailed", []
    while url:
        body = http.get(url, headers=admin).json()
        seen += [record["id"] for record in body["records"]]
        url = body["navigation"].get("nextPage", {}).get("uri")
    assert len(seen) == len(set(seen)) > 200


def test_a_long_read_lets_others_be_served(
    http: httpx2.Client, server: Any, tokens: Tokens, seed: Any
) -> None:
    user = bearer(tokens(seed.plain_user))
    admin = bearer(tokens(seed.admin))
    whole = f"{server.base_url}{THREE[2]}?dateFrom=2026-08-26&view=Detailed&perPage=max"
    slowest = 0.0
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(lambda: httpx2.get(f"{whole}&page=9", headers=admin, timeout=60))
        while not long.done():
            began = monotonic()
            assert http.get(f"{ROOT}/extension/~", headers=user).status_code == 200
            slowest = max(slowest, monotonic() - began)
    assert len(long.result().json()["records"]) == 1000
    assert slowest < 2
