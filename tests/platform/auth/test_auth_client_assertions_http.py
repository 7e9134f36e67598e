"""client_secret_jwt and private_key_jwt at the token endpoint (contract 5.1)."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from jwt_maker import ASSERTION_TYPE, EC_KEY, RSA_KEY, client_claims, jwk_set, jwt, pem

from headless import REDIRECT_URI, Visits, code_of, pkce_pair

TOKEN = "/restapi/oauth/token"


class Client:
    """An app that signs its token requests."""

    def __init__(self, visits: Visits) -> None:
        self.visits = visits
        self.id, self.secret = visits.seed.app["clientId"], visits.seed.app["clientSecret"]
        self.base = visits.server.base_url

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = self.visits.server.world.clock.now().timestamp()
        return client_claims(self.id, self.base + TOKEN, now, **changes)

    def assertion(self, algorithm: str = "HS256", **changes: Any) -> str:
        return jwt(self.claims(**changes), algorithm, self.secret)

    def send(self, assertion: str, path: str = TOKEN, **form: str) -> httpx2.Response:
        fields = {"grant_type": "refresh_token", "refresh_token": "x", **form}
        fields |= {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
        with self.visits.browser() as http:
            return http.post(path, data={name: value for name, value in fields.items() if value})

    def log_in(self, assertion: str) -> httpx2.Response:
        verifier, challenge = pkce_pair()
        code = self.visits.log_in(code_challenge=challenge, code_challenge_method="S256")
        form = {"code": code, "redirect_uri": REDIRECT_URI, "code_verifier": verifier, "refresh_token": ""}
        return self.send(assertion, grant_type="authorization_code", **form)

    def register(self, keys: str | None) -> None:
        with self.visits.server.world.lock:
            self.visits.server.world.apps.put_keys(self.id, keys)


@pytest.fixture
def client(own: Visits) -> Client:
    return Client(own)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_the_secret_signs(client: Client, algorithm: str) -> None:
    answer = client.log_in(client.assertion(algorithm))
    assert answer.status_code == 200, answer.text
    refresh_token = answer.json()["refresh_token"]
    again = client.send(client.assertion(algorithm), refresh_token=refresh_token, client_id=client.id)
    assert again.status_code == 200
    ended = client.send(client.assertion(algorithm), "/restapi/oauth/revoke", token=refresh_token)
    assert (ended.status_code, ended.content) == (200, b"")


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
@pytest.mark.parametrize("form", ["pem", "set"])
def test_a_registered_key_signs(client: Client, algorithm: str, form: str) -> None:
    key = RSA_KEY if algorithm == "RS256" else EC_KEY
    client.register(pem(key) if form == "pem" else jwk_set())
    assert client.log_in(client.assertion(algorithm)).status_code == 200


def test_the_issuer_and_the_revoke_endpoint_are_audiences_too(client: Client) -> None:
    for audience in (client.base, client.base + "/restapi/oauth/revoke", [client.base + TOKEN, "x"]):
        answer = client.send(client.assertion(aud=audience))
        assert code_of(answer) == "OAU-213", audience


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"aud": "https://platform.ringcentral.com/restapi/oauth/token"}, "OAU-146"),
    ({"aud": None}, "OAU-146"),
    ({"aud": 5}, "OAU-146"),
    ({"exp": None}, "OAU-146"),
    ({"exp": 1}, "OAU-146"),
    ({"exp": "soon"}, "OAU-146"),
    ({"exp": True}, "OAU-146"),
    ({"exp": 1e300}, "OAU-146"),
    ({"exp": 253_402_300_000}, "OAU-146"),
    ({"nbf": 253_402_300_000}, "OAU-146"),
    ({"iat": 253_402_300_000}, "OAU-146"),
    ({"jti": None}, "OAU-146"),
    ({"jti": ""}, "OAU-146"),
    ({"jti": "x" * 257}, "OAU-146"),
    ({"jti": 7}, "OAU-146"),
    ({"iss": "another"}, "OAU-146"),
    ({"iss": None}, "OAU-146"),
    ({"sub": None}, "OAU-146"),
    ({"sub": "nobody", "iss": "nobody"}, "OAU-153"),
]


@pytest.mark.parametrize(("changes", "code"), REFUSED)
def test_claims_that_are_refused(visits: Visits, changes: dict[str, Any], code: str) -> None:
    client = Client(visits)
    answer = client.send(client.assertion(**changes))
    assert (answer.status_code, answer.json()["error"], code_of(answer)) == (400, "invalid_client", code)
    assert answer.headers["www-authenticate"].startswith('Bearer realm="RingCentral REST API", error="inv')
    assert client.secret not in answer.text


@pytest.mark.parametrize("algorithm", ["none", "RS512", "PS256", "hs256", "EdDSA"])
def test_other_algorithms(visits: Visits, algorithm: str) -> None:
    client = Client(visits)
    answer = client.send(client.assertion(algorithm))
    assert (answer.json()["error"], code_of(answer)) == ("invalid_client", "OAU-347")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-3] + ("AAA" if text[-3:] != "AAA" else "BBB"),
        lambda text: text.rpartition(".")[0] + ".",
        lambda text: text.rpartition(".")[0],
        lambda text: text + ".x",
        lambda text: text + "=",
        lambda text: "." + text.partition(".")[2],
        lambda _: "nonsense",
        lambda _: jwt({}, "HS256", "x") + "x" * 8000,
    ],
)
def test_damaged_assertions(visits: Visits, damage: Any) -> None:
    client = Client(visits)
    assert code_of(client.send(damage(client.assertion()))) in {"OAU-146", "CMN-104"}


def test_a_public_key_is_no_hmac_secret(client: Client) -> None:
    """Algorithm confusion: the registered public key must not verify as an HMAC secret."""
    client.register(pem(RSA_KEY))
    assert code_of(client.send(jwt(client.claims(), "HS256", pem(RSA_KEY)))) == "OAU-146"
    assert code_of(client.send(client.assertion("ES256"))) == "OAU-146"
    client.register(pem(EC_KEY))
    assert code_of(client.send(client.assertion("RS256"))) == "OAU-146"
    client.register(None)
    assert code_of(client.send(client.assertion("RS256"))) == "OAU-146"


def test_an_assertion_counts_once(client: Client) -> None:
    assertion = client.assertion()
    assert code_of(client.send(assertion)) == "OAU-213"
    assert code_of(client.send(assertion)) == "OAU-146"
    assert "used before" in client.visits.journal()[-1]["why"]
    forged = jwt(client.claims(jti="taken"), "HS256", "not the secret")
    assert code_of(client.send(forged)) == "OAU-146"
    assert code_of(client.send(client.assertion(jti="taken"))) == "OAU-213"


def test_one_method_only(client: Client) -> None:
    with client.visits.browser() as http:
        fields = {"grant_type": "refresh_token", "client_assertion": client.assertion()}
        fields["client_assertion_type"] = ASSERTION_TYPE
        both = http.post(TOKEN, data=fields, auth=(client.id, client.secret))
        assert code_of(both) == "OAU-146"
        assert code_of(http.post(TOKEN, data={**fields, "client_id": "other"})) == "OAU-146"
        untyped = {**fields, "client_assertion_type": "saml"}
        assert code_of(http.post(TOKEN, data=untyped)) == "CMN-101"
        only_type = {"grant_type": "refresh_token", "client_assertion_type": ASSERTION_TYPE}
        assert code_of(http.post(TOKEN, data=only_type)) == "CMN-100"


def test_a_public_client_signs_nothing(visits: Visits) -> None:
    client = Client(visits)
    client.id = visits.seed.public_app["clientId"]
    assert code_of(client.send(client.assertion())) == "OAU-146"
