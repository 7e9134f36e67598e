"""OpenID Connect over HTTP: metadata, keys, ID tokens, userinfo (contract 7.1 and 7.2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256
from jsonschema import Draft202012Validator
from jwt_maker import unb64

from headless import Seed, Visits, code_of, exchange, refresh, token_request

SCHEMAS = Path(__file__).parents[4] / "shared" / "openapi" / "response-schemas.derived.json"
USERINFO = "/restapi/oauth/userinfo"
REQUIRED = {
    *("issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint", "userinfo_endpoint"),
    *("jwks_uri", "scopes_supported", "token_endpoint_auth_methods_supported", "response_types_supported"),
    *("subject_types_supported", "userinfo_signing_alg_values_supported"),
    *("id_token_signing_alg_values_supported", "code_challenge_methods_supported"),
}


def checked(id_token: str, keys: dict[str, Any]) -> dict[str, Any]:
    """The claims of an ID token whose signature is that of the key set's key."""
    header, claims, signature = id_token.split(".")
    told = json.loads(unb64(header))
    key = next(key for key in keys["keys"] if key["kid"] == told["kid"])
    assert (told["alg"], key["kty"], key["alg"], key["use"]) == ("RS256", "RSA", "RS256", "sig")
    numbers = RSAPublicNumbers(*(int.from_bytes(unb64(key[name]), "big") for name in ("e", "n")))
    numbers.public_key().verify(unb64(signature), f"{header}.{claims}".encode(), PKCS1v15(), SHA256())
    result: dict[str, Any] = json.loads(unb64(claims))
    return result


def log_in(visits: Visits, http: httpx2.Client, **parameters: str) -> dict[str, Any]:
    code = visits.log_in(**parameters)
    answer = exchange(http, visits.seed.app, code)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def userinfo(http: httpx2.Client, body: dict[str, Any], method: str = "GET") -> httpx2.Response:
    return http.request(method, USERINFO, headers={"Authorization": f"Bearer {body['access_token']}"})


def test_metadata(http: httpx2.Client, visits: Visits) -> None:
    base = visits.server.base_url
    headers = {"Authorization": "Bearer undefined", "Origin": "http://localhost:3000"}
    answer = http.get("/.well-known/openid-configuration", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
    told = answer.json()
    assert told.keys() >= REQUIRED
    assert told["issuer"] == base
    assert told["scopes_supported"] == ["openid", "email", "profile"]
    assert told["token_endpoint_auth_methods_supported"] == [
        "client_secret_basic",
        "client_secret_jwt",
        "private_key_jwt",
    ]
    assert told["id_token_signing_alg_values_supported"] == ["RS256", "HS256"]
    assert told["code_challenge_methods_supported"] == ["plain", "S256"]
    for name in ("authorization", "token", "revocation", "userinfo"):
        assert told[f"{name}_endpoint"].startswith(f"{base}/restapi/oauth/")


def test_keys_are_made_when_first_asked_for_and_stay(own: Visits) -> None:
    assert not own.server.world.keys.made
    with own.browser() as http:
        answer = http.get("/restapi/oauth/jwks", headers={"Authorization": "Bearer undefined"})
        assert own.server.world.keys.made
        assert answer.json() == http.get("/restapi/oauth/jwks").json()
    (key,) = answer.json()["keys"]
    assert set(key) == {"kty", "alg", "use", "kid", "n", "e"}
    assert len(unb64(key["n"])) == 256


def test_an_id_token(own: Visits) -> None:
    with own.browser() as http:
        before = int(own.server.world.clock.now().timestamp())
        body = log_in(own, http, scope="openid email profile", nonce="a nonce of the app")
        assert body["scope"] == "ReadAccounts ReadCallLog ReadCallRecording openid email profile"
        keys = http.get("/restapi/oauth/jwks").json()
        claims = checked(body["id_token"], keys)
        user = own.seed.plain_user
        assert claims["iss"] == own.server.base_url
        assert claims["aud"] == own.seed.app["clientId"]
        assert claims["sub"] == user["extensionId"]
        assert claims["account_id"] == user["accountId"]
        assert claims["nonce"] == "a nonce of the app"
        assert claims["email"] == user["username"]
        assert claims["email_verified"] is True
        assert claims["given_name"]
        assert claims["family_name"]
        assert before <= claims["auth_time"] <= claims["iat"] <= before + 60
        assert claims["exp"] == claims["iat"] + 3600
        with pytest.raises(InvalidSignature):
            checked(body["id_token"][:-6] + "AAAAAA", keys)

        own.advance(100)
        again = refresh(http, own.seed.app, body["refresh_token"]).json()
        renewed = checked(again["id_token"], keys)
        assert renewed["auth_time"] == claims["auth_time"]
        assert renewed["iat"] >= claims["iat"] + 100
        assert renewed["jti"] != claims["jti"]
        assert "nonce" not in renewed
        told = userinfo(http, again)
        assert told.json() == {
            name: claims[name]
            for name in ("sub", "account_id", "email", "email_verified", "given_name", "family_name")
        }


def test_claims_go_by_scope(visits: Visits, http: httpx2.Client) -> None:
    keys = http.get("/restapi/oauth/jwks").json()
    body = log_in(visits, http, scope="openid")
    claims = checked(body["id_token"], keys)
    assert not {"email", "email_verified", "given_name", "family_name", "nonce"} & claims.keys()
    assert userinfo(http, body).json().keys() == {"sub", "account_id"}
    body = log_in(visits, http, scope="email openid ReadAccounts")
    assert body["scope"] == "ReadAccounts openid email"
    assert "email" in checked(body["id_token"], keys)
    assert "given_name" not in userinfo(http, body, "POST").json()


def test_without_openid_there_is_no_id_token(visits: Visits, http: httpx2.Client) -> None:
    body = log_in(visits, http, scope="email profile", nonce="x")
    assert "id_token" not in body
    assert "email" not in body["scope"]
    assert userinfo(http, body).json().keys() == {"sub", "account_id"}


def test_userinfo_wants_a_bearer_token(visits: Visits, http: httpx2.Client, seed: Seed) -> None:
    assert (http.get(USERINFO).status_code, code_of(http.get(USERINFO))) == (401, "AGW-401")
    body = log_in(visits, http, scope="openid")
    token_request(http, seed.app, "/restapi/oauth/revoke", token=body["access_token"])
    assert code_of(userinfo(http, body)) == "OAU-213"


def test_what_is_shared_is_asked_for(own: Visits) -> None:
    with own.browser() as http:
        own.log_in(own.seed.plain_user, http=http)
        page = http.get("/restapi/oauth/authorize", params=own.asked(scope="openid email profile"))
        assert page.status_code == 200
        for sentence in ("Know who you are", "See your email address", "See your name"):
            assert sentence in page.text
        silent = http.get("/restapi/oauth/authorize", params=own.asked(scope="openid", prompt="none"))
        assert "consent_required" in silent.headers["location"]


@pytest.mark.skipif(not SCHEMAS.exists(), reason="RingCentral's schemas are not beside this repository")
def test_answers_are_valid_against_ringcentrals_schemas(visits: Visits, http: httpx2.Client) -> None:
    document = json.loads(SCHEMAS.read_text())
    body = log_in(visits, http, scope="openid email profile")
    answers = {
        "POST /restapi/oauth/token 200": body,
        "GET /restapi/oauth/userinfo 200": userinfo(http, body).json(),
        "GET /restapi/oauth/jwks 200": http.get("/restapi/oauth/jwks").json(),
        "GET /.well-known/openid-configuration 200": http.get("/.well-known/openid-configuration").json(),
    }
    for name, answer in answers.items():
        schema = {**document["responses"][name], "$defs": document["$defs"]}
        errors = Draft202012Validator(schema).iter_errors(answer)
        found = [f"{error.json_path}: {error.message}" for error in errors]
        assert found == [], name
