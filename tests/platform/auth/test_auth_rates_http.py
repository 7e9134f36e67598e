"""The Auth group of rate limits on token, revoke and userinfo (contract 8 and 16)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from headless import Visits, code_of, me, new_server, refresh, token_request

REVOKE = "/restapi/oauth/revoke"
AUTHORIZE = "/restapi/oauth/authorize"
NAMES = ("x-rate-limit-group", "x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-window")


@pytest.fixture
def limited() -> Iterator[Visits]:
    with new_server(rate_limits=True) as running:
        yield Visits(running)


def test_five_token_requests_a_minute_per_app(limited: Visits) -> None:
    with limited.browser() as http:
        app = limited.seed.app
        body = limited.tokens()
        limited.advance(61)
        remaining = []
        for _ in range(5):
            answer = refresh(http, app, body["refresh_token"])
            body = answer.json()
            remaining.append(tuple(answer.headers[name] for name in NAMES))
        assert remaining == [("auth", "5", str(left), "60") for left in (4, 3, 2, 1, 0)]
        over = refresh(http, app, body["refresh_token"])
        assert (over.status_code, over.json()["errorCode"]) == (429, "CMN-301")
        assert (over.headers["retry-after"], over.headers["x-rate-limit-remaining"]) == ("60", "0")
        revoked = token_request(http, app, REVOKE, token=body["access_token"])
        assert revoked.status_code == 429
        assert me(http, body["access_token"]).status_code == 200
        assert refresh(http, limited.seed.public_app, "x").status_code == 400
        limited.advance(61)
        assert refresh(http, app, body["refresh_token"]).status_code == 200
        ended = token_request(http, app, REVOKE, token=body["refresh_token"])
        assert (ended.status_code, ended.headers["x-rate-limit-remaining"]) == (200, "3")


def test_refusals_count_and_say_what_is_left(limited: Visits) -> None:
    with limited.browser() as http:
        refused = refresh(http, limited.seed.app, "unknown")
        assert code_of(refused) == "OAU-213"
        assert refused.headers["x-rate-limit-remaining"] == "4"
        stranger = http.post("/restapi/oauth/token", data={"grant_type": "refresh_token"})
        assert "x-rate-limit-limit" not in stranger.headers


def test_userinfo_is_per_user_and_app(limited: Visits) -> None:
    with limited.browser() as http:
        plain, admin = (limited.tokens(user) for user in (limited.seed.plain_user, limited.seed.admin))
        bearer = {"Authorization": f"Bearer {plain['access_token']}"}
        statuses = [http.get("/restapi/oauth/userinfo", headers=bearer).status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]
        others = {"Authorization": f"Bearer {admin['access_token']}"}
        assert http.get("/restapi/oauth/userinfo", headers=others).status_code == 200


def test_pages_and_public_documents_cost_nothing(limited: Visits) -> None:
    with limited.browser() as http:
        for _ in range(8):
            page = http.get(AUTHORIZE, params=limited.asked())
            assert page.status_code == 200
            assert "x-rate-limit-limit" not in page.headers
            for path in ("/restapi/oauth/jwks", "/.well-known/openid-configuration"):
                answer = http.get(path)
                assert answer.status_code == 200
                assert "x-rate-limit-limit" not in answer.headers


@pytest.mark.parametrize(("unit", "statuses"), [("user-app", [200, 429]), ("account", [429, 429])])
def test_whose_budget_it_is(unit: str, statuses: list[int]) -> None:
    with new_server(rate_limits=True, quirks={"auth-limit-unit": unit}) as running:
        visits = Visits(running)
        with visits.browser() as http:
            app = visits.seed.app
            plain, admin = (visits.tokens(user) for user in (visits.seed.plain_user, visits.seed.admin))
            visits.advance(61)
            for _ in range(5):
                plain = refresh(http, app, plain["refresh_token"]).json()
            another = refresh(http, app, admin["refresh_token"])
            again = token_request(http, app, REVOKE, token=plain["access_token"])
            assert [another.status_code, again.status_code] == statuses
