"""What one process reads of a call log, kept for the others of this host: a sealed file for each reading.

A file is a name of its own and frames that are only added: the people, pages of records with the cursor
behind them, pauses that RingCentral asked for. Each is sealed to its place. The lock of the file says
whose turn it is to ask RingCentral for what comes next; it goes with its process, however that ends, and a
frame that was broken off is written over.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from ringback import SealError
from ringback.vault import KeyRing

_PURPOSE = "shared reading"
_NAME = 32
_HEAD = struct.Struct(">II")
_MOST = 64 * 1024 * 1024


class Gone(Exception):
    """The file is not there any more: the login has ended."""


class Replaced(Exception):
    """The file holds another reading now."""


class Frame(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was learnt: "people", "page" or "pause". Its data is read when it is wanted.

    `cursor` leads on from a page; without one it was the last, and `ended_at` says when that was. `until` is
    the end of a pause. Times are seconds of the client's clock; `waited`: a pause was worth telling so far.
    """

    kind: str
    cursor: bytes | None = None
    until: float = 0.0
    ended_at: float | None = None
    waited: bool = False


class SharedFile:
    """One reading's file as one process knows it."""

    def __init__(self, path: Path, keyring: KeyRing) -> None:
        self.path = path
        self.people: int | None = None
        self.pages: list[tuple[int, Frame]] = []
        self.until = 0.0
        self.waited = False
        self._keyring = keyring
        self._name = ""
        self._end = _NAME
        self._places: list[tuple[int, int]] = []

    @property
    def begun(self) -> bool:
        """Is there a reading in it at all?"""
        return bool(self._name)

    @property
    def ended_at(self) -> float | None:
        """When its last page was read; None while there is more to come."""
        return self.pages[-1][1].ended_at if self.pages else None

    def refresh(self) -> None:
        """Learn what was added. Raises Gone, Replaced, OSError, SealError."""
        try:
            with self.path.open("rb") as file:
                self._take(file)
        except FileNotFoundError:
            raise Gone from None

    def data(self, number: int) -> bytes:
        """What frame `number` holds. Raises Gone, Replaced, OSError, SealError."""
        start, size = self._places[number]
        try:
            with self.path.open("rb") as file:
                self._take(file)
                file.seek(start)
                sealed = file.read(size)
        except FileNotFoundError:
            raise Gone from None
        return zlib.decompress(self._open(sealed, number, "data"))

    @contextmanager
    def turn(self) -> Iterator[BinaryIO | None]:
        """The file while it is our turn, all of it known; None while it is another's. Raises as `refresh`."""
        with locked(self.path) as file:
            if file is not None:
                self._take(file)
            yield file

    def begin(self, file: BinaryIO) -> None:
        """Let a file whose turn we have be this reading's, and nothing else's."""
        self._name = secrets.token_hex(_NAME // 2)
        file.seek(0)
        file.truncate()
        file.write(self._name.encode())

    def add(self, file: BinaryIO, frame: Frame, data: bytes = b"") -> None:
        """Add to a file whose turn we have, behind its last whole frame. Raises OSError."""
        number = len(self._places)
        meta = self._seal(msgspec.msgpack.encode(frame), number, "meta")
        body = self._seal(zlib.compress(data, 1), number, "data")
        file.seek(self._end)
        file.truncate()
        file.write(_HEAD.pack(len(meta), len(body)) + meta + body)
        self._learn(frame, self._end + _HEAD.size + len(meta), len(body))

    def _take(self, file: BinaryIO) -> None:
        file.seek(0)
        name = file.read(_NAME).decode("ascii", "replace")
        if len(name) < _NAME:
            if self._name:
                raise Replaced
            return  # not begun yet
        if self._name and self._name != name:
            raise Replaced
        self._name = name
        size = file.seek(0, os.SEEK_END)
        while self._end + _HEAD.size <= size:
            file.seek(self._end)
            meta, body = _HEAD.unpack(file.read(_HEAD.size))
            start = self._end + _HEAD.size + meta
            if not 0 < meta <= _MOST or body > _MOST or start + body > size:
                return  # being written, or broken off
            packed = self._open(file.read(meta), len(self._places), "meta")
            self._learn(msgspec.msgpack.decode(packed, type=Frame), start, body)

    def _learn(self, frame: Frame, start: int, size: int) -> None:
        number = len(self._places)
        self._places.append((start, size))
        self._end = start + size
        self.waited = self.waited or frame.waited
        self.until = frame.until
        if frame.kind == "people":
            self.people = number
        elif frame.kind == "page":
            self.pages.append((number, frame))

    def _seal(self, plain: bytes, number: int, part: str) -> bytes:
        return self._keyring.seal(plain, _PURPOSE, self.path.name, self._name, str(number), part)

    def _open(self, sealed: bytes, number: int, part: str) -> bytes:
        try:
            return self._keyring.open(sealed, _PURPOSE, self.path.name, self._name, str(number), part)
        except ValueError:
            raise SealError("A shared reading is damaged") from None


@contextmanager
def locked(path: Path, *, create: bool = False) -> Iterator[BinaryIO | None]:
    """The file with its lock; None while another has that. Raises Gone when there is none, OSError."""
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | (os.O_CREAT if create else 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileNotFoundError:
        raise Gone from None
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        if not path.exists() or not os.path.samestat(os.fstat(descriptor), path.stat()):
            raise Gone
        yield file
