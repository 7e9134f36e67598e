"""Sealing with AES-256-GCM under a ring of keys: the first seals, all open."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Callable, Sequence

from ringback.oauth.errors import ConfigurationError

from .errors import SealError

NEW_KEY_COMMAND = 'python3 -c "import base64,os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'

_VERSION = b"\x01"
_KEY_ID = 4
_NONCE = 12
_KEY = 32


class KeyRing:
    """Seals and opens byte strings, each bound to a purpose and to the row it belongs to.

    A sealed string is: version (1 byte), key id (4), nonce (12), ciphertext with its 16-byte tag.
    """

    def __init__(self, keys: Sequence[bytes], *, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        """`keys` are 32 bytes each. Raises ConfigurationError when there is none or one is not 32 bytes."""
        if not keys or any(len(key) != _KEY for key in keys):
            raise ConfigurationError(
                "A vault needs at least one key, each of 32 bytes", remedy=f"Make one with: {NEW_KEY_COMMAND}"
            )
        # Not before it is needed: a program may import Ringback and seal nothing.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._ciphers = [(_key_id(key), AESGCM(key)) for key in keys]
        self._random_bytes = random_bytes

    @classmethod
    def from_setting(cls, setting: str) -> KeyRing:
        """The ring in RINGBACK_SECRET_KEYS: comma-separated, each 32 bytes in base64url, padding optional.

        Raises ConfigurationError naming the position of a wrong key, never the key.
        """
        keys = []
        for position, word in enumerate(setting.split(","), start=1):
            word = word.strip().rstrip("=")
            if not word:
                continue
            try:
                key = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
            except (binascii.Error, ValueError):
                key = b""
            if len(key) != _KEY:
                raise ConfigurationError(
                    f"RINGBACK_SECRET_KEYS: key {position} is not 32 bytes in base64url",
                    remedy=f"Make one with: {NEW_KEY_COMMAND}",
                )
            keys.append(key)
        if not keys:
            raise ConfigurationError(
                "RINGBACK_SECRET_KEYS is empty", remedy=f"Make a key with: {NEW_KEY_COMMAND}"
            )
        return cls(keys)

    def __len__(self) -> int:
        return len(self._ciphers)

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The names of the keys, in their order: 8 hexadecimal digits each, which do not tell the key."""
        return tuple(key_id.hex() for key_id, _ in self._ciphers)

    def __repr__(self) -> str:
        return f"KeyRing({len(self._ciphers)} keys)"

    def seal(self, plain: bytes, *bound_to: str) -> bytes:
        """`plain` sealed under the first key; it opens only with the same `bound_to` words."""
        key_id, cipher = self._ciphers[0]
        nonce = self._random_bytes(_NONCE)
        head = _VERSION + key_id
        return head + nonce + cipher.encrypt(nonce, plain, _associated(head, bound_to))

    def open(self, sealed: bytes, *bound_to: str) -> bytes:
        """What was sealed. Raises SealError for an unknown key, damage, or other `bound_to` words."""
        from cryptography.exceptions import InvalidTag

        head, nonce = sealed[: 1 + _KEY_ID], sealed[1 + _KEY_ID : 1 + _KEY_ID + _NONCE]
        if head[:1] != _VERSION or len(nonce) != _NONCE:
            raise SealError("A sealed record is damaged or of a version this Ringback does not know")
        ciphers = [cipher for key_id, cipher in self._ciphers if key_id == head[1:]]
        for cipher in ciphers:
            try:
                return cipher.decrypt(nonce, sealed[1 + _KEY_ID + _NONCE :], _associated(head, bound_to))
            except InvalidTag:
                continue
        if not ciphers:
            raise SealError(
                "A record was sealed under a key that is not in RINGBACK_SECRET_KEYS",
                remedy="Add the old key after the new one, separated by a comma.",
            )
        raise SealError("A sealed record is damaged, or was moved from another row")


def key_id_of(sealed: bytes) -> str:
    """The name of the key that a sealed string says it is under; "unknown" where it is of another form."""
    head = sealed[: 1 + _KEY_ID]
    return head[1:].hex() if len(head) == 1 + _KEY_ID and head[:1] == _VERSION else "unknown"


def new_key(random_bytes: Callable[[int], bytes] = os.urandom) -> str:
    """A fresh key in the form RINGBACK_SECRET_KEYS takes."""
    return base64.urlsafe_b64encode(random_bytes(_KEY)).decode("ascii")


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"ringback key id\0" + key).digest()[:_KEY_ID]


def _associated(head: bytes, words: Sequence[str]) -> bytes:
    """The head, then each word with its length in front, so that none can run into the next."""
    parts = [head]
    for word in words:
        data = word.encode("utf-8")
        parts.append(len(data).to_bytes(4, "big") + data)
    return b"".join(parts)
