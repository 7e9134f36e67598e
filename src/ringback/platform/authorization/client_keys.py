"""Public keys that apps register for private_key_jwt, as PEM or JWK text, and checks of what they signed."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ringback.platform.authorization.jws import Jws

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

MAX_LENGTH = 16_384
MAX_KEYS = 10
_LEAST_BITS, _MOST_BITS = 2048, 8192
_COORDINATE = 32


@dataclass(frozen=True, slots=True)
class ClientKey:
    """One public key: the algorithm it is for (RS256 or ES256) and its key id, if it has one."""

    algorithm: str
    key_id: str | None
    public: RSAPublicKey | EllipticCurvePublicKey


@lru_cache(maxsize=64)
def read_keys(text: str) -> tuple[ClientKey, ...]:
    """The keys of a PEM public key, a JWK or a JWK set: RSA of 2048 to 8192 bits, or EC on P-256.

    Raises ValueError, with a sentence for the developer, for anything else; private keys too are refused.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"A public key or key set has at most {MAX_LENGTH} characters.")
    stripped = text.strip()
    if stripped.startswith("{"):
        return _of_json(stripped)
    if "PRIVATE KEY" in stripped:
        raise ValueError("This is a private key; keep it, and register the public one.")
    return (_of_pem(stripped),)


def verifies(keys: tuple[ClientKey, ...], token: Jws) -> bool:
    """Did one of these keys sign the token, with the algorithm that is the key's own?"""
    return any(
        key.algorithm == token.algorithm
        and (token.key_id is None or key.key_id is None or key.key_id == token.key_id)
        and _verifies(key, token)
        for key in keys
    )


def _verifies(key: ClientKey, token: Jws) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        if isinstance(key.public, RSAPublicKey):
            key.public.verify(token.signature, token.signed, PKCS1v15(), SHA256())
            return True
        # JOSE writes both numbers in full length, one after the other (RFC 7518 3.4).
        if len(token.signature) != 2 * _COORDINATE:
            return False
        r, s = (int.from_bytes(token.signature[at : at + _COORDINATE], "big") for at in (0, _COORDINATE))
        key.public.verify(encode_dss_signature(r, s), token.signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _of_pem(text: str) -> ClientKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        public = load_pem_public_key(text.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("This is neither a PEM public key nor a JWK set.") from None
    return _checked(public, None)


def _of_json(text: str) -> tuple[ClientKey, ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("This JWK set is not JSON.") from None
    keys = found.get("keys", [found])
    if not isinstance(keys, list) or not 1 <= len(keys) <= MAX_KEYS:
        raise ValueError(f"A JWK set holds 1 to {MAX_KEYS} keys.")
    return tuple(_of_jwk(key) for key in keys)


def _of_jwk(key: Any) -> ClientKey:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

    if not isinstance(key, dict):
        raise ValueError("A key of the JWK set is not an object.")
    if any(name in key for name in ("d", "p", "q", "k")):
        raise ValueError("The JWK set holds a private key; register public ones only.")
    key_id = key.get("kid")
    if key_id is not None and not isinstance(key_id, str):
        raise ValueError("The kid of a key is a text.")
    try:
        if key.get("kty") == "RSA":
            return _checked(RSAPublicNumbers(_number(key, "e"), _number(key, "n")).public_key(), key_id)
        if key.get("kty") == "EC" and key.get("crv") == "P-256":
            point = EllipticCurvePublicNumbers(_number(key, "x"), _number(key, "y"), SECP256R1())
            return _checked(point.public_key(), key_id)
    except ValueError as fault:
        raise ValueError("A key of the JWK set is damaged, too short or too long.") from fault
    raise ValueError("Keys are RSA, or EC on P-256.")


def _checked(public: object, key_id: str | None) -> ClientKey:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if isinstance(public, RSAPublicKey):
        if not _LEAST_BITS <= public.key_size <= _MOST_BITS:
            raise ValueError(f"An RSA key has {_LEAST_BITS} to {_MOST_BITS} bits.")
        return ClientKey("RS256", key_id, public)
    if isinstance(public, EllipticCurvePublicKey) and isinstance(public.curve, SECP256R1):
        return ClientKey("ES256", key_id, public)
    raise ValueError("Keys are RSA, or EC on P-256.")


def _number(key: dict[str, Any], name: str) -> int:
    value = key.get(name)
    if not isinstance(value, str) or len(value) > 2 * _MOST_BITS:
        raise ValueError("a number is missing")
    try:
        raw = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("a number is not base64url") from None
    return int.from_bytes(raw, "big")
