"""Personal JWTs: made for a user, exchanged by apps, revoked (contract 5.2 and 13.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from jwt_maker import b64, jwt, unb64

from headless import ME, Visits, code_of, me, refresh, token_request
from ringback.platform.apps import NewApp

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class JwtApp:
    """An app with a JWT login, and a user with credentials."""

    def __init__(self, visits: Visits, **changes: Any) -> None:
        self.visits, self.world = visits, visits.server.world
        self.owner = int(visits.seed.plain_user["extensionId"])
        asked = NewApp(
            name="A JWT app",
            description="Reads call logs at night.",
            platform_type="JWT",
            public=False,
            redirect_uris=(),
            permissions=frozenset({"ReadAccounts", "ReadCallLog"}),
            refresh_tokens=True,
        )
        with self.world.lock:
            account = self.world.company.account.id
            app, secret = self.world.apps.create(
                replace(asked, **changes), owner=self.owner, account_id=account
            )
        self.app = {"clientId": app.client_id, "clientSecret": secret}

    def credential(self, **changes: Any) -> tuple[str, str]:
        """A new credential's id and its JWT."""
        given: dict[str, Any] = {"client_ids": None, "expires": None, **changes}
        with self.world.lock:
            made, text = self.world.jwt_credentials.create(
                self.owner, "For tests", now=self.world.clock.now(), **given
            )
        return made.id, text

    def exchange(self, assertion: str, app: dict[str, Any] | None = None, **form: str) -> httpx2.Response:
        with self.visits.browser() as http:
            return token_request(http, app or self.app, grant_type=GRANT, assertion=assertion, **form)


@pytest.fixture
def jwt_app(own: Visits) -> JwtApp:
    return JwtApp(own)


def test_a_jwt_logs_in_and_the_session_refreshes(jwt_app: JwtApp) -> None:
    _, text = jwt_app.credential()
    answer = jwt_app.exchange(text)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["scope"] == "ReadAccounts ReadCallLog"
    assert body["owner_id"] == str(jwt_app.owner)
    assert "id_token" not in body
    with jwt_app.visits.browser() as http:
        assert me(http, body["access_token"]).json()["id"] == jwt_app.owner
        assert refresh(http, jwt_app.app, body["refresh_token"]).status_code == 200
    assert jwt_app.exchange(text).status_code == 200
    assert jwt_app.exchange(text, scope="ReadAccounts").json()["scope"] == "ReadAccounts"
    assert jwt_app.exchange(text, scope="SMS").json()["error"] == "invalid_scope"


def test_what_the_jwt_says(jwt_app: JwtApp) -> None:
    import json

    world = jwt_app.world
    expires = world.clock.now() + timedelta(days=1)
    made, text = jwt_app.credential(expires=expires)
    header, claims = (json.loads(unb64(part)) for part in text.split(".")[:2])
    assert header["alg"] == "RS256"
    assert header["kid"] == world.keys.jwks()["keys"][0]["kid"]
    assert claims == {
        "aud": f"{world.base_url}/restapi/oauth/token",
        "sub": str(jwt_app.owner),
        "iss": world.base_url,
        "exp": int(expires.timestamp()),
        "iat": claims["iat"],
        "jti": made,
    }


def test_a_jwt_is_no_bearer_token(jwt_app: JwtApp) -> None:
    _, text = jwt_app.credential()
    with jwt_app.visits.browser() as http:
        answer = http.get(ME, headers={"Authorization": f"Bearer {text}"})
    assert (answer.status_code, code_of(answer)) == (401, "OAU-149")


def test_it_expires_and_is_revoked(jwt_app: JwtApp) -> None:
    world = jwt_app.world
    _, text = jwt_app.credential(expires=world.clock.now() + timedelta(seconds=100))
    forever, lasting = jwt_app.credential()
    assert jwt_app.exchange(text).status_code == 200
    jwt_app.visits.advance(101)
    late = jwt_app.exchange(text)
    assert (late.status_code, late.json()["error"], code_of(late)) == (400, "invalid_grant", "OAU-210")
    with world.lock:
        assert not world.jwt_credentials.delete(forever, jwt_app.owner + 1)
        assert world.jwt_credentials.delete(forever, jwt_app.owner)
        assert [one.id for one in world.jwt_credentials.of(jwt_app.owner)] != [forever]
    gone = jwt_app.exchange(lasting)
    assert (gone.json()["error"], code_of(gone)) == ("invalid_grant", "OAU-213")


def test_it_may_be_for_some_apps_only(jwt_app: JwtApp) -> None:
    other = JwtApp(jwt_app.visits)
    _, text = jwt_app.credential(client_ids=(jwt_app.app["clientId"],))
    assert jwt_app.exchange(text).status_code == 200
    refused = jwt_app.exchange(text, other.app)
    assert (refused.json()["error"], code_of(refused)) == ("unauthorized_client", "OAU-251")


def test_apps_that_log_users_in_have_no_jwt_grant(jwt_app: JwtApp) -> None:
    _, text = jwt_app.credential()
    for app in (jwt_app.visits.seed.app, jwt_app.visits.seed.public_app):
        assert code_of(jwt_app.exchange(text, app)) == "OAU-251"
    with jwt_app.visits.browser() as http:
        exchange = token_request(http, jwt_app.app, grant_type="authorization_code", code="x")
    assert code_of(exchange) == "OAU-251"


def test_an_app_without_refresh_tokens_gets_none(own: Visits) -> None:
    jwt_app = JwtApp(own, refresh_tokens=False)
    assert "refresh_token" not in jwt_app.exchange(jwt_app.credential()[1]).json()


def test_bad_assertions(jwt_app: JwtApp) -> None:
    _, text = jwt_app.credential()
    head, claims, signature = text.split(".")
    cases = {
        "nonsense": None,
        f"{head}.{claims}": None,
        f"{head}.{claims}.{b64(b'x' * 256)}": "OAU-140",
        f"{head}.{b64(b'{}')}.{signature}": None,
        f'{head}.{b64(b"""{"aud":"x"}""")}.{signature}': "OAU-140",
        jwt({"aud": "x"}, "HS256", "secret"): "OAU-347",
        jwt({"aud": "x"}, "none"): "OAU-347",
        jwt({"aud": "x"}, "RS256"): "OAU-140",
        jwt({"aud": "x"}, "RS256", kid="x"): "OAU-140",
    }
    for assertion, code in cases.items():
        answer = jwt_app.exchange(assertion)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant"), assertion
        assert code_of(answer) == code, assertion
        if code is None:
            assert answer.json()["error_description"] == "Unparseable assertion"
        if code == "OAU-140":
            assert answer.headers["www-authenticate"] == 'Basic realm="RingCentral REST API"'
    with jwt_app.visits.browser() as http:
        assert code_of(token_request(http, jwt_app.app, grant_type=GRANT)) == "CMN-100"


def test_an_id_token_is_no_credential(jwt_app: JwtApp) -> None:
    _, text = jwt_app.credential()
    id_token = jwt_app.exchange(text, scope="openid").json()["id_token"]
    assert code_of(jwt_app.exchange(id_token)) == "OAU-213"


def test_what_may_be_created(jwt_app: JwtApp) -> None:
    world = jwt_app.world
    now = world.clock.now()
    create = world.jwt_credentials.create
    with world.lock:
        for label, client_ids, expires in (
            ("", None, None),
            ("x" * 65, None, None),
            ("ok", (), None),
            ("ok", None, now),
        ):
            with pytest.raises(ValueError):
                create(jwt_app.owner, label, client_ids, expires, now)
        for _ in range(100):
            create(jwt_app.owner + 1, "one more", None, None, now)
        with pytest.raises(ValueError):
            create(jwt_app.owner + 1, "one too many", None, None, now)


def test_a_user_who_is_gone(jwt_app: JwtApp) -> None:
    jwt_app.owner = 1
    _, text = jwt_app.credential()
    answer = jwt_app.exchange(text)
    assert (answer.json()["error"], code_of(answer)) == ("invalid_grant", "OAU-232")


def test_jwt_sessions_count_among_the_five(jwt_app: JwtApp) -> None:
    _, text = jwt_app.credential()
    bodies = [jwt_app.exchange(text).json() for _ in range(6)]
    with jwt_app.visits.browser() as http:
        statuses = [me(http, body["access_token"]).status_code for body in bodies]
    assert statuses == [401, 200, 200, 200, 200, 200]
