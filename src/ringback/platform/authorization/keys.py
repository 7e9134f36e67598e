"""The platform's own signing key (RS256): made on first use, kept in the state, shown as JWKS."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any

from ringback.platform.authorization import jws
from ringback.platform.state import State, Table

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ALGORITHM = "RS256"
_BITS = 2048
_CURRENT = "current"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """The private key as PKCS#8 PEM without a password, and its key id."""

    key_id: str
    pem: bytes = field(repr=False)


class PlatformKeys:
    """Signs what the platform says of its users, and knows its own signatures again.

    Safe to use from several threads; `lock` is the world's. `cryptography` is imported when the key is first
    needed, which keeps the platform's start quick and small. Making the key takes a tenth of a second: await
    `make` in a thread where that matters.
    """

    def __init__(self, state: State, lock: RLock) -> None:
        self._lock = lock
        self._making = Lock()
        self._table: Table[StoredKey] = state.table("keys", StoredKey)
        self._loaded: tuple[str, RSAPrivateKey] | None = None

    def __repr__(self) -> str:
        return f"<PlatformKeys {'made' if self.made else 'not made yet'}>"

    @property
    def made(self) -> bool:
        return _CURRENT in self._table

    def make(self) -> None:
        """Make the key unless there is one."""
        with self._making:
            if self.made:
                return
            stored = _new_key()
            with self._lock:
                self._table[_CURRENT] = stored

    def jwt(self, claims: dict[str, Any]) -> str:
        """These claims as a JWT signed by the platform."""
        key_id, private = self._key()
        return jws.put_together(
            {"alg": ALGORITHM, "kid": key_id, "typ": "JWT"}, claims, lambda data: _sign(private, data)
        )

    def is_ours(self, token: jws.Jws) -> bool:
        """Did this very key sign it, with RS256?"""
        if token.algorithm != ALGORITHM or not self.made:
            return False
        key_id, private = self._key()
        return token.key_id == key_id and _verifies(private, token)

    def jwks(self) -> dict[str, Any]:
        """The public key as a JWK set (RFC 7517 5, RFC 7518 6.3.1)."""
        key_id, private = self._key()
        numbers = private.public_key().public_numbers()
        key = {"kty": "RSA", "alg": ALGORITHM, "use": "sig", "kid": key_id}
        return {"keys": [{**key, "n": _number(numbers.n), "e": _number(numbers.e)}]}

    def _key(self) -> tuple[str, RSAPrivateKey]:
        self.make()
        stored, loaded = self._table[_CURRENT], self._loaded
        if loaded is None or loaded[0] != stored.key_id:
            loaded = self._loaded = (stored.key_id, _load(stored.pem))
        return loaded


def _new_key() -> StoredKey:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    private = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return StoredKey(jws.encoded(hashlib.sha256(public).digest()[:16]), pem)


def _load(pem: bytes) -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    private = load_pem_private_key(pem, password=None)
    if not isinstance(private, RSAPrivateKey):
        raise TypeError("the platform's key is not an RSA key")
    return private


def _sign(private: RSAPrivateKey, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    return private.sign(data, PKCS1v15(), SHA256())


def _verifies(private: RSAPrivateKey, token: jws.Jws) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        private.public_key().verify(token.signature, token.signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _number(value: int) -> str:
    return jws.encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))
