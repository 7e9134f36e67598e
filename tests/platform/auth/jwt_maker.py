"""JWTs made by hand, as a client's library makes them: not with the platform's own code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_HMAC = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jwt(claims: dict[str, Any], algorithm: str, secret: str = "", **header: Any) -> str:
    """A JWT of these claims, signed with the secret (HS…) or with the keys of this module."""
    parts = ({"alg": algorithm, **header}, claims)
    signed = ".".join(b64(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{b64(_signature(signed.encode(), algorithm, secret))}"


def _signature(signed: bytes, algorithm: str, secret: str) -> bytes:
    if algorithm in _HMAC:
        return hmac.new(secret.encode(), signed, _HMAC[algorithm]).digest()
    if algorithm == "RS256":
        return RSA_KEY.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    if algorithm == "ES256":
        r, s = decode_dss_signature(EC_KEY.sign(signed, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return b"" if algorithm == "none" else b"some signature"


def client_claims(client_id: str, audience: str, now: float, **changes: Any) -> dict[str, Any]:
    """The claims of a client assertion; a change to None leaves one out."""
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": int(now),
        "exp": int(now) + 60,
        "jti": secrets.token_urlsafe(12),
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """The public key as PEM."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def private_pem(key: rsa.RSAPrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def jwk_set() -> str:
    """Both public keys as a JWK set."""
    point, numbers = EC_KEY.public_key().public_numbers(), RSA_KEY.public_key().public_numbers()
    x, y = (b64(value.to_bytes(32, "big")) for value in (point.x, point.y))
    n, e = (b64(value.to_bytes((value.bit_length() + 7) // 8, "big")) for value in (numbers.n, numbers.e))
    keys = [
        {"kty": "EC", "crv": "P-256", "kid": "ec-1", "x": x, "y": y},
        {"kty": "RSA", "kid": "rsa-1", "n": n, "e": e},
    ]
    return json.dumps({"keys": keys})
