"""The format of a vault's backup: one line of header, then sealed chunks in a row that must be whole.

    {"ringback": "vault backup", "version": 1, "key": …}\\n
    length (4 bytes, big endian) and ciphertext, again and again to the end of the file

`key` is the file's own random key, sealed under the first key of a ring (keyring.py). Each chunk is JSON
under AES-256-GCM with that key; its nonce is its number, and whether it is the last; the header is bound into
all. So a chunk that is missing, moved, repeated, changed or from another file does not open, nor does a file
that was cut short (the construction is STREAM: Hoang, Reyhanitabar, Rogaway, Vizar 2015). The first chunk
says whose backup it is, the last how many logins are in it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from .errors import BackupError, SealError
from .keyring import KeyRing, key_id_of

VERSION = 1
_NAME = "vault backup"
_MOST_HEADER = 4096
_MOST_CHUNK = 1 << 24
_LENGTH = 4
_ASK_AGAIN = "Nothing was changed. Take another backup."


class BackupWriter:
    """Writes a backup into an open file; without `finish` it is not whole, and does not open."""

    def __init__(
        self, file: BinaryIO, keyring: KeyRing, *, random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        key = random_bytes(32)
        sealed = base64.urlsafe_b64encode(keyring.seal(key, _NAME)).decode("ascii")
        header = json.dumps({"ringback": _NAME, "version": VERSION, "key": sealed}).encode() + b"\n"
        self._file = file
        self._chunks = _Chunks(key, header)
        file.write(header)

    def write(self, value: Any, *, last: bool = False) -> None:
        """The next chunk, of something JSON can hold."""
        sealed = self._chunks.seal(json.dumps(value, separators=(",", ":")).encode(), last)
        self._file.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)

    def finish(self, value: Any) -> None:
        """The last chunk."""
        self.write(value, last=True)


def read_backup(file: BinaryIO, keyring: KeyRing) -> Iterator[tuple[Any, bool]]:
    """Each chunk's value, and whether it is the last; a chunk is in memory at a time.

    Raises BackupError: no backup, of a newer version, sealed under another key, damaged, cut short. What came
    before was as it was written, and it is whole only when the last chunk was seen.
    """
    header = file.readline(_MOST_HEADER)
    chunks = _Chunks(_file_key(header, keyring), header)
    length = file.read(_LENGTH)
    if not length:
        raise _cut_short()
    while length:
        size = int.from_bytes(length, "big")
        if len(length) < _LENGTH:
            raise _cut_short()
        if size > _MOST_CHUNK:
            raise _damaged(chunks.number)
        sealed = file.read(size)
        if len(sealed) < size:
            raise _cut_short()
        length = file.read(_LENGTH)
        yield chunks.open(sealed, not length), not length


class _Chunks:
    """Seals or opens the chunks of one file, in their order."""

    def __init__(self, key: bytes, header: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self.number = 0
        self._cipher = AESGCM(key)
        self._header = hashlib.sha256(header).digest()

    def seal(self, plain: bytes, last: bool) -> bytes:
        sealed = self._cipher.encrypt(self._nonce(last), plain, self._header)
        self.number += 1
        return sealed

    def open(self, sealed: bytes, last: bool) -> Any:
        plain = self._opened(sealed, last)
        if plain is None:
            # It opens as one in the middle: then what came after it is gone.
            cut = last and self._opened(sealed, False) is not None
            raise _cut_short() if cut else _damaged(self.number)
        self.number += 1
        return json.loads(plain)

    def _opened(self, sealed: bytes, last: bool) -> bytes | None:
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(self._nonce(last), sealed, self._header)
        except InvalidTag:
            return None

    def _nonce(self, last: bool) -> bytes:
        return self.number.to_bytes(11, "big") + bytes([last])


def _file_key(header: bytes, keyring: KeyRing) -> bytes:
    try:
        told = json.loads(header)
        if not isinstance(told, dict) or told.get("ringback") != _NAME:
            raise ValueError
        version = told["version"]
        sealed = base64.b64decode(told["key"], altchars=b"-_", validate=True) if version == VERSION else b""
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise BackupError(
            "The file is no backup of a vault, or its beginning is damaged", remedy="Nothing was changed."
        ) from None
    if version != VERSION:
        raise BackupError(
            f"The backup is of version {str(version)[:20]}; this Ringback knows {VERSION}",
            remedy="Nothing was changed. Upgrade Ringback.",
        )
    key_id = key_id_of(sealed)
    if key_id not in keyring.key_ids:
        raise BackupError(
            f"The backup is sealed under key {key_id}, which is not among those given"
            f" ({', '.join(keyring.key_ids)})",
            remedy="Nothing was changed. Give that key as well.",
        )
    try:
        return keyring.open(sealed, _NAME)
    except SealError:
        raise _damaged(0) from None


def _damaged(number: int) -> BackupError:
    return BackupError(
        f"The backup is damaged (part {number}): it is not what was written", remedy=_ASK_AGAIN
    )


def _cut_short() -> BackupError:
    return BackupError("The backup is cut short: its end is missing", remedy=_ASK_AGAIN)
