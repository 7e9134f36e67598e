"""Refusals as they come over HTTP, each against what the document says of it."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from openapi_strict import Answer, Bearer, Strict

from headless import Visits, new_server
from ringback.platform.server import PlatformServer

ACCOUNT = "/restapi/v1.0/account/{accountId}"
EXTENSION = ACCOUNT + "/extension/{extensionId}"
TOKEN = "/restapi/oauth/token"
FORM = "application/x-www-form-urlencoded"

# Path template, method, address, what is sent, and the status that it gets. All of it without a token.
OPEN: list[tuple[str, str, str, dict[str, Any], int]] = [
    (ACCOUNT, "GET", "/restapi/v1.0/account/~", {}, 401),
    (ACCOUNT, "GET", "/restapi/v1.0/account/~", {"headers": {"Authorization": "Basic x"}}, 401),
    (ACCOUNT, "GET", "/restapi/v1.0/account/~?access_token=x", {}, 401),
    (ACCOUNT, "GET", "/restapi/v1.0/account/~?a=" + "x" * 20_000, {}, 414),
    (ACCOUNT, "GET", "/restapi/v1.0/account/~", {"headers": {"X-A": "x" * 40_000}}, 431),
    ("/restapi/oauth/userinfo", "GET", "/restapi/oauth/userinfo", {}, 401),
    ("/.well-known/entry-points/external", "GET", "/.well-known/entry-points/external", {}, 401),
    ("/.well-known/entry-points/initial", "GET", "/.well-known/entry-points/initial", {}, 400),
    ("/.well-known/entry-points/initial", "GET", "/.well-known/entry-points/initial?clientId=x", {}, 400),
    (TOKEN, "POST", TOKEN, {"data": {"grant_type": "refresh_token", "refresh_token": "x"}}, 400),
    (TOKEN, "POST", TOKEN, {"json": {}}, 415),
    (TOKEN, "POST", TOKEN, {"content": b"a" * 70_000, "headers": {"Content-Type": FORM}}, 413),
    ("/restapi/oauth/revoke", "POST", "/restapi/oauth/revoke", {"data": {"token": "x"}}, 400),
    ("/restapi/oauth/authorize", "GET", "/restapi/oauth/authorize", {}, 400),
    ("/restapi/oauth/authorize", "POST", "/restapi/oauth/authorize", {"json": {}}, 415),
    ("/_local/clock", "POST", "/_local/clock", {"json": {"advance": "x"}}, 400),
    ("/_local/clock", "POST", "/_local/clock", {"data": {"advance": "1"}}, 415),
    ("/_local/clock/wait", "GET", "/_local/clock/wait", {}, 400),
    ("/_local/clock", "POST", "/_local/clock", {"json": {"advance": "x" * 70_000}}, 413),
    ("/_local/seed", "GET", "/_local/seed", {"headers": {"Host": "example.com"}}, 403),
    ("/_local/snapshot", "PUT", "/_local/snapshot", {"json": {"tables": {"world": 5}}}, 400),
    ("/_local/worlds/{worldId}", "GET", "/_local/worlds/none", {}, 404),
    ("/_local/faults/{faultId}", "DELETE", "/_local/faults/none", {}, 404),
    ("/_local/login", "POST", "/_local/login", {"json": {"url": "x", "username": "x"}}, 400),
]
# The same with an administrator's token.
WITH_TOKEN: list[tuple[str, str, dict[str, Any], int]] = [
    (f"{ACCOUNT}/call-log", "/restapi/v1.0/account/~/call-log?page=0", {}, 400),
    (f"{ACCOUNT}/call-log", "/restapi/v1.0/account/x/call-log", {}, 400),
    (f"{ACCOUNT}/call-log", "/restapi/v1.0/account/1/call-log", {}, 404),
    (f"{EXTENSION}/call-log", "/restapi/v1.0/account/~/extension/1/call-log", {}, 404),
    (f"{ACCOUNT}/call-log/{{callRecordId}}", "/restapi/v1.0/account/~/call-log/none", {}, 404),
    (f"{ACCOUNT}/call-log/{{callRecordId}}", f"/restapi/v1.0/account/~/call-log/{'a,' * 60}", {}, 400),
    (f"{ACCOUNT}/call-log-sync", "/restapi/v1.0/account/~/call-log-sync", {}, 400),
    (
        f"{ACCOUNT}/call-log-sync",
        "/restapi/v1.0/account/~/call-log-sync?syncType=ISync&syncToken=x",
        {},
        400,
    ),
    (f"{ACCOUNT}/recording/{{recordingId}}", "/restapi/v1.0/account/~/recording/1", {}, 404),
]


@pytest.mark.parametrize(("path", "method", "address", "sent", "status"), OPEN)
def test_without_a_token(
    path: str,
    method: str,
    address: str,
    sent: dict[str, Any],
    status: int,
    strict: Strict,
    unlimited: PlatformServer,
) -> None:
    answer = httpx2.request(method, unlimited.base_url + address, **sent)
    assert answer.status_code == status, answer.text
    strict.check(path, method, Answer.of(answer))


@pytest.mark.parametrize(("path", "address", "sent", "status"), WITH_TOKEN)
def test_with_a_token(
    path: str,
    address: str,
    sent: dict[str, Any],
    status: int,
    strict: Strict,
    unlimited: PlatformServer,
    bearer: Bearer,
) -> None:
    answer = httpx2.get(unlimited.base_url + address, auth=bearer, **sent)
    assert answer.status_code == status, answer.text
    strict.check(path, "GET", Answer.of(answer))


def test_forbidden(strict: Strict, guests: Visits) -> None:
    small = Bearer(guests.tokens(guests.seed.admin, guests.seed.small_app)["access_token"])
    plain = Bearer(guests.tokens(guests.seed.plain_user)["access_token"])
    other = guests.seed.admin["extensionId"]
    with guests.browser() as http:
        for path, address, who in (
            (f"{EXTENSION}/call-log", "extension/~/call-log", small),
            (f"{ACCOUNT}/call-log", "call-log", plain),
            (f"{EXTENSION}/call-log", f"extension/{other}/call-log", plain),
        ):
            answer = http.get(f"/restapi/v1.0/account/~/{address}", auth=who)
            assert answer.status_code == 403, answer.text
            strict.check(path, "GET", Answer.of(answer))


def test_past_the_limit_and_before_it(strict: Strict) -> None:
    declared = set(strict.document["components"]["responses"]["TooManyRequests"]["headers"])
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    with new_server(rate_limits=True) as limited:
        visits = Visits(limited)
        app = visits.seed.app
        who = Bearer(visits.tokens(visits.seed.admin)["access_token"])
        with visits.browser() as http:
            seen = [http.get("/restapi/v1.0/account/~/call-log?perPage=1", auth=who) for _ in range(11)]
            asked = [
                http.post(TOKEN, data=form, auth=(app["clientId"], app["clientSecret"])) for _ in range(5)
            ]
    assert [answer.status_code for answer in seen] == [200] * 10 + [429]
    assert [answer.status_code for answer in asked] == [400] * 4 + [429]  # the login was the first
    for path, method, answers in ((f"{ACCOUNT}/call-log", "GET", seen), (TOKEN, "POST", asked)):
        for answer in answers:
            strict.check(path, method, Answer.of(answer))
        told = {name.lower() for name in answers[-1].headers if name.lower().startswith(("x-rate", "retry"))}
        assert told == {name.lower() for name in declared}


def test_a_range_behind_the_end(strict: Strict, unlimited: PlatformServer, bearer: Bearer) -> None:
    log = f"{unlimited.base_url}/restapi/v1.0/account/~/call-log"
    with httpx2.Client(auth=bearer) as http:
        records = http.get(log, params={"recordingType": "All", "dateFrom": "2026"}).json()["records"]
        sound = next(record["recording"]["contentUri"] for record in records)
        whole = http.get(sound)
        part = http.get(sound, headers={"Range": "bytes=4-7"})
        behind = http.get(sound, headers={"Range": "bytes=999999999999-"})
    path = f"{ACCOUNT}/recording/{{recordingId}}/content"
    assert [whole.status_code, part.status_code, behind.status_code] == [200, 206, 416]
    for answer in (whole, part, behind):
        strict.check(path, "GET", Answer.of(answer))
    assert part.content == whole.content[4:8]
