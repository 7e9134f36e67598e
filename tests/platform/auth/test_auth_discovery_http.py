"""Entry-point discovery, as the JavaScript SDK asks for it (contract 7.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2

from headless import Seed, Visits, code_of, exchange, redirect_query, sign_in_and_authorize

INITIAL = "/.well-known/entry-points/initial"
EXTERNAL = "/.well-known/entry-points/external"


def test_before_login(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    headers = {"Authorization": "Bearer undefined"}
    asked = {"clientId": seed.app["clientId"], "brandId": "1210"}
    told = http.get(INITIAL, params=asked, headers=headers).json()
    base = visits.server.base_url
    assert told["coreApi"]["baseUri"] == base
    assert told["authApi"] == {
        "authorizationUri": f"{base}/restapi/oauth/authorize",
        "oidcDiscoveryUri": f"{base}/.well-known/openid-configuration",
        "defaultTokenUri": f"{base}/restapi/oauth/token",
    }
    assert told["discoveryApi"] == {"defaultExternalUri": base + EXTERNAL}
    assert {"version", "retryCount", "retryInterval"} <= told.keys()


def test_before_login_an_app_is_needed(http: httpx2.Client) -> None:
    assert code_of(http.get(INITIAL)) == "CMN-101"
    assert code_of(http.get(INITIAL, params={"clientId": "nobody"})) == "OAU-153"


def test_after_login(http: httpx2.Client, visits: Visits, tokens: Callable[..., dict[str, Any]]) -> None:
    base = visits.server.base_url
    assert (http.get(EXTERNAL).status_code, code_of(http.get(EXTERNAL))) == (401, "AGW-401")
    headers = {"Authorization": f"Bearer {tokens()['access_token']}"}
    answer = http.get(EXTERNAL, headers=headers)
    told = answer.json()
    assert answer.headers["discovery-tag"]
    assert told["authApi"]["tokenUri"] == f"{base}/restapi/oauth/token"
    assert told["discoveryApi"] == {"initialUri": base + INITIAL, "externalUri": base + EXTERNAL}
    assert {"version", "expiresIn", "retryCount", "retryInterval", "retryCycleDelay"} <= told.keys()
    assert told["rcv"]["baseApiUri"]
    assert http.get(EXTERNAL, headers=headers).headers["discovery-tag"] == answer.headers["discovery-tag"]


def test_the_callback_tells_where_to_go_on(http: httpx2.Client, visits: Visits, seed: Seed) -> None:
    asked = visits.asked(discovery="true", force="1", response_hint="x")
    sent = redirect_query(sign_in_and_authorize(http, seed.plain_user, asked))
    base = visits.server.base_url
    assert sent["token_uri"] == f"{base}/restapi/oauth/token"
    assert sent["discovery_uri"] == base + EXTERNAL
    assert exchange(http, seed.app, sent["code"]).status_code == 200
    plain = redirect_query(sign_in_and_authorize(http, seed.plain_user, visits.asked(discovery="false")))
    assert set(plain) == {"code", "state", "expires_in"}


def test_worlds_have_entry_points_of_their_own(own: Visits) -> None:
    """Everything that is told begins with the world's own address."""
    world = own.server.worlds.create("elsewhere")
    app = world.apps.seeded()[0][0]
    with own.browser() as http:
        told = http.get(f"/_w/elsewhere{INITIAL}", params={"clientId": app.client_id}).json()
        assert told["authApi"]["authorizationUri"] == f"{world.base_url}/restapi/oauth/authorize"
        metadata = http.get("/_w/elsewhere/.well-known/openid-configuration").json()
        assert metadata["issuer"] == world.base_url == f"{own.server.base_url}/_w/elsewhere"
        keys = http.get("/_w/elsewhere/restapi/oauth/jwks").json()
        assert keys != http.get("/restapi/oauth/jwks").json()
