"""JWTs as values: what is taken apart and what is not; keys that may be registered."""

from __future__ import annotations

import contextlib
import json
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from jwt_maker import EC_KEY, RSA_KEY, b64, jwk_set, jwt, pem, private_pem

from ringback.platform.authorization import client_keys, jws
from ringback.platform.authorization.keys import PlatformKeys
from ringback.platform.state import State

HEAD, CLAIMS = b64(b'{"alg":"HS256"}'), b64(b"{}")


def test_a_jwt_is_taken_apart() -> None:
    token = jws.parse(jwt({"a": 1, "aud": ["x", "y"], "exp": 1.5}, "HS256", "s", kid="k"))
    assert (token.algorithm, token.key_id, token.claims["a"]) == ("HS256", "k", 1)
    assert jws.audiences(token.claims) == ("x", "y")
    assert (moment := jws.moment(token.claims, "exp")) is not None
    assert moment.timestamp() == 1.5
    assert jws.moment(token.claims, "nbf") is None
    assert "'a': 1" not in repr(token)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        f"{HEAD}.{CLAIMS}",
        f"{HEAD}.{CLAIMS}.x.y",
        f"{HEAD}=.{CLAIMS}.AA",
        f"{HEAD}.{CLAIMS}.A",
        f"{HEAD}.{CLAIMS}.A+/A",
        f"{HEAD}.{CLAIMS}.é",
        f"{b64(b'[]')}.{CLAIMS}.AA",
        f"{b64(b'{}')}.{CLAIMS}.AA",
        f"{b64(json.dumps({'alg': 5}).encode())}.{CLAIMS}.AA",
        f"{b64(json.dumps({'alg': 'HS256', 'kid': 5}).encode())}.{CLAIMS}.AA",
        f"{b64(json.dumps({'alg': 'HS256', 'crit': ['exp']}).encode())}.{CLAIMS}.AA",
        f"{b64(b'{' + b'%s,%s' % ((b'%calg%c:%cx%c' % ((34,) * 4),) * 2) + b'}')}.{CLAIMS}.AA",
        f"{HEAD}.{b64(b'{' + bytes([34]) + b'a' + bytes([34]) + b':NaN}')}.AA",
        f"{HEAD}.{b64(b'[' * 3000)}.AA",
        f"{HEAD}.{b64(bytes([255]))}.AA",
        "x" * 9000,
    ],
)
def test_what_is_no_jwt(text: str) -> None:
    with pytest.raises(jws.JwsError):
        jws.parse(text)


@given(st.text(max_size=300) | st.text(alphabet="abcdefgh.-_", max_size=60))
def test_any_text_is_a_jwt_or_refused(text: str) -> None:
    with contextlib.suppress(jws.JwsError):
        assert isinstance(jws.parse(text).claims, dict)


def test_a_refusal_repeats_nothing_of_the_text() -> None:
    with pytest.raises(jws.JwsError) as refused:
        jws.parse(f"{HEAD}.{b64(b'not JSON, but secret')}.AA")
    assert "secret" not in str(refused.value)


def test_the_platforms_key_is_made_once() -> None:
    keys = PlatformKeys(State(), threading.RLock())
    threads = [threading.Thread(target=keys.make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    text = keys.jwt({"a": 1})
    assert keys.is_ours(jws.parse(text))
    assert not PlatformKeys(State(), threading.RLock()).is_ours(jws.parse(text))
    assert "PRIVATE" not in repr(keys)


def test_a_loaded_key_replaces_the_one_in_use() -> None:
    state, other = State(), State()
    keys, others = PlatformKeys(state, threading.RLock()), PlatformKeys(other, threading.RLock())
    text = others.jwt({})
    assert keys.jwt({}) != text
    state.load(json.loads(json.dumps(other.dump())))
    assert keys.is_ours(jws.parse(text))
    assert keys.jwks() == others.jwks()


def test_keys_that_may_be_registered() -> None:
    assert [key.algorithm for key in client_keys.read_keys(pem(RSA_KEY))] == ["RS256"]
    assert [key.algorithm for key in client_keys.read_keys("\n" + pem(EC_KEY))] == ["ES256"]
    assert [key.key_id for key in client_keys.read_keys(jwk_set())] == ["ec-1", "rsa-1"]
    single = json.dumps(json.loads(jwk_set())["keys"][0])
    assert len(client_keys.read_keys(single)) == 1


def test_a_key_id_chooses_the_key() -> None:
    keys = client_keys.read_keys(jwk_set())
    assert client_keys.verifies(keys, jws.parse(jwt({}, "RS256", kid="rsa-1")))
    assert client_keys.verifies(keys, jws.parse(jwt({}, "ES256")))
    assert not client_keys.verifies(keys, jws.parse(jwt({}, "RS256", kid="ec-1")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "{",
        "{}",
        '{"keys": []}',
        '{"keys": [5]}',
        '{"keys": {}}',
        '{"kty": "oct", "k": "AAAA"}',
        '{"kty": "RSA", "n": "AQAB", "e": "AQAB"}',
        '{"kty": "RSA", "n": 5, "e": "AQAB"}',
        '{"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"}',
        '{"kty": "EC", "crv": "P-256", "x": "*", "y": "AAAA"}',
        '{"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA", "d": "AAAA"}',
        '{"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}',
        "é" * 20,
        "x" * 20_000,
        '{"keys": ' + "[" * 15_000,
        private_pem(RSA_KEY),
        pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
        pem(ec.generate_private_key(ec.SECP384R1())),
    ],
)
def test_keys_that_may_not(text: str) -> None:
    with pytest.raises(ValueError):
        client_keys.read_keys(text)
