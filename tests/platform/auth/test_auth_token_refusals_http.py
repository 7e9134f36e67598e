"""Every refusal of the token and revoke endpoints: status, error, code, shape, headers (contract 3.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from headless import REDIRECT_URI, Visits, code_of, exchange, new_server, token_request

TOKEN = "/restapi/oauth/token"
REVOKE = "/restapi/oauth/revoke"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
BEARER = 'Bearer realm="RingCentral REST API", error="invalid_client", error_description="'


class Case(NamedTuple):
    """A request as an app, and what it gets. In the form, {names} stand for what the test has at hand."""

    error: str
    code: str | None
    description: str
    form: dict[str, str]
    app: str | None = "app"
    path: str = TOKEN
    table: int = 400


REFRESH = {"grant_type": "refresh_token", "refresh_token": "{refresh}"}
CODE = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI}
CASES = [
    Case("invalid_grant", "OAU-106", "Invalid authorization code", {**CODE, "code": "no"}, table=403),
    Case("invalid_grant", "OAU-108", "Authorization code is expired", {**CODE, "code": "{old}"}, table=403),
    Case(
        "invalid_grant",
        "OAU-109",
        "Redirect URIs do not match",
        {**CODE, "code": "{code}", "redirect_uri": REDIRECT_URI + "/"},
        table=403,
    ),
    Case(
        "invalid_grant",
        "OAU-110",
        "Authorization code was not issued for this application",
        {**CODE, "code": "{code}"},
        app="small",
        table=403,
    ),
    Case(
        "invalid_grant",
        None,
        "Code verifier does not match the code challenge",
        {**CODE, "code": "{code}", "code_verifier": "v" * 43},
    ),
    Case("invalid_request", "CMN-100", "Mandatory parameter [code] not specified", CODE),
    Case("invalid_request", "CMN-100", "Mandatory parameter [grant_type] not specified", {"scope": "x"}),
    Case(
        "invalid_request",
        "CMN-100",
        "Mandatory parameter [refresh_token] not specified",
        {"grant_type": "refresh_token"},
    ),
    Case(
        "unauthorized_client",
        "OAU-112",
        "client is unauthorized for the required grant type: [guest]",
        {"grant_type": "guest"},
        table=403,
    ),
    Case(
        "invalid_client",
        "OAU-123",
        "Client authentication is required",
        {"grant_type": "refresh_token"},
        app=None,
        table=401,
    ),
    Case("invalid_client", "OAU-146", "Invalid client credentials", REFRESH, app="wrong", table=401),
    Case(
        "invalid_client", "OAU-153", "Invalid client application: [nobody]", {"client_id": "nobody"}, app=None
    ),
    Case("invalid_grant", "OAU-210", "Token expired", {**REFRESH, "refresh_token": "{expired}"}),
    Case("invalid_grant", "OAU-213", "Token not found", {**REFRESH, "refresh_token": "no"}),
    Case("invalid_grant", "OAU-213", "Token not found", REFRESH, app="public"),
    Case("invalid_request", "OAU-250", "Unsupported grant type", {"grant_type": "magic"}),
    Case("unauthorized_client", "OAU-251", "Unauthorized for this grant type", {"grant_type": "password"}),
    Case("unauthorized_client", "OAU-251", "Unauthorized for this grant type", REFRESH, app="small"),
    Case("unauthorized_client", "OAU-251", "Unauthorized for this grant type", {"grant_type": JWT_BEARER}),
    Case(
        "unauthorized_client",
        "OAU-270",
        "Client credentials grant is not allowed for this application",
        {"grant_type": "client_credentials"},
    ),
    Case("invalid_scope", None, "None of the permissions asked for was granted", {**REFRESH, "scope": "SMS"}),
    Case(
        "invalid_request",
        "CMN-101",
        "Parameter [access_token_ttl] value is invalid",
        {**REFRESH, "access_token_ttl": "an hour"},
    ),
    Case(
        "invalid_request",
        "CMN-101",
        "Parameter [endpoint_id] value is invalid",
        {**CODE, "code": "{code}", "endpoint_id": "not an id"},
    ),
    Case("invalid_client", "OAU-164", "Invalid client application", {"token": "{refresh}"}, "small", REVOKE),
    Case("invalid_request", "CMN-101", "Parameter [token] value is invalid", {"x": "y"}, path=REVOKE),
    Case("invalid_client", "OAU-123", "Client authentication is required", {}, None, REVOKE, 401),
]


@pytest.fixture(scope="module", params=["400", "table"])
def at_hand(request: pytest.FixtureRequest) -> Iterator[tuple[Visits, dict[str, str], str]]:
    """A platform with this quirk, and tokens and codes that are good, or expired."""
    with new_server(quirks={"token-error-status": request.param}) as running:
        visits = Visits(running)
        expired = visits.tokens(refresh_token_ttl="100", access_token_ttl="600")["refresh_token"]
        old = visits.log_in()
        visits.advance(700)
        good = visits.tokens()["refresh_token"]
        names = {"expired": expired, "old": old, "refresh": good, "code": visits.log_in()}
        yield visits, names, request.param


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.description[:24]}")
def test_refusal(case: Case, at_hand: tuple[Visits, dict[str, str], str]) -> None:
    visits, names, status = at_hand
    seed = visits.seed
    apps: dict[str | None, dict[str, Any]] = {
        "app": seed.app,
        "small": seed.small_app,
        "public": seed.public_app,
        "wrong": {**seed.app, "clientSecret": "not the secret"},
    }
    form = {name: value.format(**names) for name, value in case.form.items()}
    with visits.browser() as http:
        if case.app is None:
            answer = http.post(case.path, data=form)
        else:
            answer = token_request(http, apps[case.app], case.path, **form)
        body = answer.json()
        assert answer.status_code == (case.table if status == "table" else 400)
        assert (body["error"], code_of(answer)) == (case.error, case.code)
        assert body["error_description"] == case.description
        if case.code is not None:
            assert body["errors"] == [{"errorCode": case.code, "message": case.description}]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "application/json;charset=UTF-8"
        told = answer.headers.get("www-authenticate", "")
        assert told.startswith(BEARER) if case.error == "invalid_client" else told == ""
        assert visits.journal()[-1]["errorCode"] == (case.code or case.error)


def test_refusals_burn_nothing(at_hand: tuple[Visits, dict[str, str], str]) -> None:
    """Runs last: what all the refused requests named still works."""
    visits, names, _ = at_hand
    with visits.browser() as http:
        refreshed = token_request(
            http, visits.seed.app, grant_type="refresh_token", refresh_token=names["refresh"]
        )
        assert refreshed.status_code == 200
        assert exchange(http, visits.seed.app, names["code"]).status_code == 200
