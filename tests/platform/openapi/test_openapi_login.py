"""A whole login, and what OpenID Connect publishes: every answer as the document and RingCentral have it."""

from __future__ import annotations

from typing import Any

import httpx2
from openapi_strict import Answer, Bearer, Strict, published_faults

from headless import Visits, redirect_query, sign_in_and_authorize, token_request

OAUTH = "/restapi/oauth"


def test_from_authorize_to_revoke(guests: Visits, strict: Strict) -> None:
    app, user = guests.seed.app, guests.seed.plain_user

    def held(path: str, method: str, answer: httpx2.Response, status: int = 200) -> Any:
        assert answer.status_code == status, answer.text
        strict.check(path, method, Answer.of(answer))
        assert published_faults(path, method, Answer.of(answer)) == []
        return answer.json() if "json" in answer.headers.get("content-type", "") else None

    asked = guests.asked(app, scope="ReadAccounts openid email profile", nonce="a nonce")
    with guests.browser() as http:
        held(f"{OAUTH}/authorize", "GET", http.get(f"{OAUTH}/authorize", params=asked))
        held(f"{OAUTH}/authorize", "POST", http.post(f"{OAUTH}/authorize", data=asked))
        answer = sign_in_and_authorize(http, user, asked)
        redirect = http.get(f"{OAUTH}/authorize", params=asked)
        held(f"{OAUTH}/authorize", "GET", redirect, 302)
        wrong = http.get(f"{OAUTH}/authorize", params={**asked, "redirect_uri": "http://localhost/x"})
        held(f"{OAUTH}/authorize", "GET", wrong, 403)
        code = redirect_query(answer)["code"]
        exchange = {"grant_type": "authorization_code", "code": code, "redirect_uri": asked["redirect_uri"]}
        tokens = held(f"{OAUTH}/token", "POST", token_request(http, app, **exchange))
        assert tokens["id_token"]
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        tokens = held(f"{OAUTH}/token", "POST", token_request(http, app, **refresh))
        who = Bearer(tokens["access_token"])
        told = held(f"{OAUTH}/userinfo", "GET", http.get(f"{OAUTH}/userinfo", auth=who))
        assert told["email"] == user["username"]
        held(f"{OAUTH}/userinfo", "POST", http.post(f"{OAUTH}/userinfo", auth=who))
        external = "/.well-known/entry-points/external"
        held(external, "GET", http.get(external, auth=who))
        revoked = token_request(http, app, f"{OAUTH}/revoke", token=tokens["access_token"])
        held(f"{OAUTH}/revoke", "POST", revoked)
        held(f"{OAUTH}/userinfo", "GET", http.get(f"{OAUTH}/userinfo", auth=who), 401)


def test_what_is_published(guests: Visits, strict: Strict) -> None:
    initial = "/.well-known/entry-points/initial"
    with guests.browser() as http:
        for path, address in (
            (f"{OAUTH}/jwks", f"{OAUTH}/jwks"),
            ("/.well-known/openid-configuration", "/.well-known/openid-configuration"),
            (initial, f"{initial}?clientId={guests.seed.app['clientId']}"),
        ):
            answer = http.get(address)
            assert answer.status_code == 200, answer.text
            strict.check(path, "GET", Answer.of(answer))
            assert published_faults(path, "GET", Answer.of(answer)) == []
