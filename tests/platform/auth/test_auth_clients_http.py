"""Client authentication and malformed requests at the token endpoint (contract 3.4 and 5.1)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from headless import Seed, code_of, refresh, token_request

TOKEN = "/restapi/oauth/token"
REVOKE = "/restapi/oauth/revoke"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Tokens = Callable[..., dict[str, Any]]
LogIn = Callable[..., str]


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "form", "code"),
    [
        (None, {}, "OAU-123"),
        ("", {}, "OAU-123"),
        ("Basic", {}, "OAU-123"),
        ("Basic !!!", {}, "OAU-123"),
        ("Basic " + base64.b64encode(b"\xff\xfe:x").decode(), {}, "OAU-123"),
        ("Basic " + base64.b64encode(b"no colon").decode(), {}, "OAU-123"),
        ("Bearer {id}", {}, "OAU-123"),
        (None, {"client_id": "{id}"}, "OAU-123"),
        (None, {"client_id": "nobody"}, "OAU-153"),
        ("nobody", {}, "OAU-153"),
        ("{id}:", {}, "OAU-146"),
        ("{id}:wrong", {}, "OAU-146"),
        ("{public}:", {}, "OAU-146"),
        ("{id}:{secret}", {"client_id": "other"}, "OAU-146"),
        ("{id}:{secret}", {"client_secret": "{secret}"}, None),
        (None, {"client_id": "{id}", "client_secret": "{secret}"}, None),
        ("{id}:{secret}", {"client_assertion": "x"}, "OAU-146"),
    ],
)
def test_client_authentication(
    http: httpx2.Client, seed: Seed, authorization: str | None, form: dict[str, str], code: str | None
) -> None:
    known = {
        "id": seed.app["clientId"],
        "secret": seed.app["clientSecret"],
        "public": seed.public_app["clientId"],
    }
    headers = {}
    if authorization is not None:
        text = authorization.format(**known)
        is_pair = text and not text.startswith(("Basic", "Bearer"))
        headers["Authorization"] = basic(*(text + ":").split(":")[:2]) if is_pair else text
    fields = {"grant_type": "refresh_token", "refresh_token": "x"}
    fields |= {name: value.format(**known) for name, value in form.items()}
    answer = http.post(TOKEN, data=fields, headers=headers)
    assert answer.status_code == 400
    assert code_of(answer) == code
    if code is not None:
        assert answer.json()["error"] == "invalid_client"
        assert answer.headers["www-authenticate"].startswith('Bearer realm="RingCentral REST API"')
    assert known["secret"] not in answer.text


def test_basic_with_an_equal_client_id_is_accepted(http: httpx2.Client, seed: Seed, tokens: Tokens) -> None:
    body = tokens()
    assert refresh(http, seed.app, body["refresh_token"], client_id=seed.app["clientId"]).status_code == 200


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{}", {"Content-Type": "application/json"}, 415),
        (b"grant_type=refresh_token", {"Content-Type": "text/plain"}, 415),
        (b"grant_type=refresh_token", {**FORM, "Content-Encoding": "gzip"}, 415),
        (b"", FORM, 400),
        (b"&&&", FORM, 400),
        (b"grant_type", FORM, 400),
        (b"grant_type=%zz", FORM, 400),
        (b"grant_type=%ff", FORM, 400),
        (b"grant_type=\xff", FORM, 400),
        (b"grant_type=magic", FORM, 400),
        (b"grant_type=refresh_token&grant_type=refresh_token", FORM, 400),
        (b"grant_type=authorization_code", FORM, 400),
        (b"grant_type=authorization_code&code=%00", FORM, 400),
        (b"grant_type=refresh_token", FORM, 400),
        (b"a=1&" * 200, FORM, 400),
        (b"a=" + b"x" * 70_000, FORM, 413),
    ],
)
def test_malformed_requests(
    http: httpx2.Client, seed: Seed, content: bytes, headers: dict[str, str], status: int
) -> None:
    auth = (seed.app["clientId"], seed.app["clientSecret"])
    answer = http.post(TOKEN, content=content, headers=headers, auth=auth)
    assert answer.status_code == status
    assert answer.json()


@pytest.mark.parametrize(
    ("grant_type", "error", "code"),
    [
        ("magic", "invalid_request", "OAU-250"),
        ("password", "unauthorized_client", "OAU-251"),
        ("client_credentials", "unauthorized_client", "OAU-270"),
        ("device_code", "unauthorized_client", "OAU-112"),
        ("partner_jwt", "unauthorized_client", "OAU-112"),
        ("urn:ietf:params:oauth:grant-type:jwt-bearer", "unauthorized_client", "OAU-251"),
    ],
)
def test_other_grants(http: httpx2.Client, seed: Seed, grant_type: str, error: str, code: str) -> None:
    answer = token_request(http, seed.app, grant_type=grant_type)
    assert (answer.status_code, answer.json()["error"], code_of(answer)) == (400, error, code)


def test_nothing_belongs_into_the_url(http: httpx2.Client, seed: Seed, tokens: Tokens) -> None:
    body = tokens()
    auth = (seed.app["clientId"], seed.app["clientSecret"])
    query = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    assert http.post(TOKEN, params=query, headers=FORM, auth=auth).status_code == 400
    secret = {"client_id": seed.app["clientId"], "client_secret": seed.app["clientSecret"]}
    assert http.post(TOKEN, params=secret, data=query).status_code == 400
    assert refresh(http, seed.app, body["refresh_token"]).status_code == 200


def test_the_token_endpoint_takes_post_only(http: httpx2.Client) -> None:
    answer = http.get(TOKEN)
    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"]
