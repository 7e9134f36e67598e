"""The named switches of contract 16 that concern logins: each value, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from headless import REDIRECT_URI, Visits, code_of, exchange, me, new_server, redirect_query, refresh

AUTHORIZE = "/restapi/oauth/authorize"
CHALLENGE = "_drLS7o5FwkfUiBhlq2hwJnK_SC6yE7sKOde5O1fdzk"


@contextmanager
def platform(**quirks: str) -> Iterator[Visits]:
    """A platform with these quirks; underscores stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in quirks.items()}
    with new_server(quirks=named) as running:
        yield Visits(running)


def test_token_errors_by_the_table() -> None:
    with platform(token_error_status="table") as visits, visits.browser() as http:
        app = visits.seed.app
        assert (answer := exchange(http, app, "unknown")).status_code == 403
        assert code_of(answer) == "OAU-106"
        wrong = http.post("/restapi/oauth/token", data={"grant_type": "x"}, auth=(app["clientId"], "wrong"))
        assert (wrong.status_code, code_of(wrong)) == (401, "OAU-146")
        assert refresh(http, app, "unknown").status_code == 400
        revoked = http.post("/restapi/oauth/revoke", data={"token": "x"})
        assert (revoked.status_code, code_of(revoked)) == (401, "OAU-123")
        assert code_of(exchange(http, app, "a", scope="x")) == "OAU-106"


@pytest.mark.parametrize("status", ["403", "400"])
def test_authorize_errors(status: str) -> None:
    with platform(authorize_error_status=status) as visits, visits.browser() as http:
        answer = http.get(AUTHORIZE, params=visits.asked(redirect_uri="http://localhost/other"))
        assert (answer.status_code, code_of(answer)) == (int(status), "OAU-109")
        answer = http.get(AUTHORIZE, params=visits.asked(brand_id="RingCentral"))
        assert (answer.status_code, code_of(answer)) == (int(status), "OAU-101")


@pytest.mark.parametrize("seconds", ["3600", "7199", "86400"])
def test_the_default_life_of_access_tokens(seconds: str) -> None:
    with platform(access_token_life=seconds) as visits:
        assert visits.tokens()["expires_in"] == int(seconds)
        assert visits.tokens(access_token_ttl="7199")["expires_in"] == 3600


def test_the_longest_life_of_refresh_tokens(own: Visits) -> None:
    assert own.tokens(refresh_token_ttl="9999999")["refresh_token_expires_in"] == 2_592_000
    with platform(refresh_ttl_max="604800") as visits:
        assert visits.tokens(refresh_token_ttl="9999999")["refresh_token_expires_in"] == 604_800


def test_strict_rotation() -> None:
    with platform(refresh_grace="strict") as visits, visits.browser() as http:
        app, first = visits.seed.app, visits.tokens()
        second = refresh(http, app, first["refresh_token"])
        assert second.status_code == 200
        again = refresh(http, app, first["refresh_token"])
        assert (again.status_code, code_of(again)) == (400, "OAU-213")
        assert me(http, first["access_token"]).status_code == 401
        assert me(http, second.json()["access_token"]).status_code == 200
        assert refresh(http, app, second.json()["refresh_token"]).status_code == 200


@pytest.mark.parametrize("allowed", ["yes", "no"])
def test_refreshing_after_the_access_token_ran_out(allowed: str) -> None:
    with platform(refresh_after_expiry=allowed) as visits, visits.browser() as http:
        app, first = visits.seed.app, visits.tokens(access_token_ttl="600")
        visits.advance(590)
        second = refresh(http, app, first["refresh_token"], access_token_ttl="600").json()
        visits.advance(601)
        late = refresh(http, app, second["refresh_token"])
        assert (late.status_code == 200) == (allowed == "yes")
        if allowed == "no":
            assert code_of(late) == "OAU-210"


def test_a_challenge_needs_its_method() -> None:
    with platform(pkce_method_absent="refused") as visits, visits.browser() as http:
        answer = http.get(AUTHORIZE, params=visits.asked(code_challenge=CHALLENGE))
        assert redirect_query(answer)["error"] == "invalid_request"
        asked = visits.asked(code_challenge=CHALLENGE, code_challenge_method="plain")
        assert http.get(AUTHORIZE, params=asked).status_code == 200


def test_the_redirect_uri_is_always_needed(own: Visits) -> None:
    with own.browser() as http:
        assert http.get(AUTHORIZE, params=own.asked(redirect_uri="")).status_code == 200
    with platform(redirect_uri_at_authorize="always") as visits, visits.browser() as http:
        answer = http.get(AUTHORIZE, params=visits.asked(redirect_uri=""))
        assert (answer.status_code, code_of(answer)) == (403, "OAU-109")
        assert http.get(AUTHORIZE, params=visits.asked(redirect_uri=REDIRECT_URI)).status_code == 200
