"""A download on disk: written beside its place, gone on with where it stopped, and put in place when whole.

`NAME.part` has the bytes so far, `NAME.part.json` what they are a part of: the ETag and the whole length. A
part whose ETag is another by now is written anew (RFC 9110 13.1.5, 14.4).
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ringback.client.messages import Headers, SinkFault

_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})", re.ASCII)


class UnfitPart(OSError):
    """The server's part does not fit to what is there."""


class PartFile:
    """Takes the bytes of one resource, whole or from where it stopped. Not to be shared."""

    def __init__(self, path: Path, *, resume: bool, seconds: float) -> None:
        """Nothing is opened yet; see `open`. `seconds`: for the whole body."""
        self.path: Path | None = path
        self.seconds = seconds
        self._place = path
        self._part = path.with_name(f"{path.name}.part")
        self._info = path.with_name(f"{path.name}.part.json")
        self._resume = resume
        self._file: BinaryIO | None = None
        self.etag: str | None = None
        self.total: int | None = None
        self.content_type: str | None = None

    def open(self) -> None:
        """Open the part, and learn what is there already. Raises OSError."""
        self._file = os.fdopen(_private(self._part), "r+b")
        self.etag, self.total = self._known() if self._resume else (None, None)
        if self.etag is None:
            self._file.truncate(0)
        self._file.seek(0, os.SEEK_END)

    @property
    def position(self) -> int:
        """How many bytes are there."""
        return self._opened().tell()

    def begin(self, status: int, headers: Headers) -> None:
        """An answer's head. SinkFault when what follows does not fit to what is there."""
        file, etag = self._opened(), headers.get("etag")
        start, total = 0, length_in(headers)
        if status == 206:
            found = range_in(headers)
            other = bool(self.etag and etag and etag != self.etag)
            if found is None or found[0] > self.position or other:
                raise SinkFault(UnfitPart("the server's part does not fit to what is on disk"))
            start, total = found
        file.seek(start)
        file.truncate()
        self.etag = etag or (self.etag if status == 206 else None)
        self.total = total
        self.content_type = headers.get("content-type")
        told = json.dumps({"etag": self.etag, "total": total})
        try:
            with os.fdopen(_private(self._info, os.O_TRUNC), "r+b") as info:
                info.write(told.encode())
        except OSError as error:
            raise SinkFault(error) from error

    def write(self, chunk: bytes) -> None:
        """The next bytes. SinkFault when the disk does not take them."""
        try:
            self._opened().write(chunk)
        except OSError as error:
            raise SinkFault(error) from error

    def start_anew(self) -> None:
        """Forget what is there."""
        self._opened().seek(0)
        self._opened().truncate()
        self.etag = self.total = None

    def finish(self) -> None:
        """All is there: put it in place, durably. Raises OSError."""
        file = self._opened()
        file.flush()
        os.fsync(file.fileno())
        file.close()
        os.replace(self._part, self._place)
        self._info.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go. What is there stays for the next time, unless nothing is."""
        if self._file is None or self._file.closed:
            return
        with suppress(OSError):
            is_empty = self.position == 0
            self._file.close()
            if is_empty:
                self._part.unlink(missing_ok=True)
                self._info.unlink(missing_ok=True)

    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise ValueError("the part is not open")
        return self._file

    def _known(self) -> tuple[str, int] | tuple[None, None]:
        try:
            known = json.loads(self._info.read_text("utf-8"))
            etag, total = known["etag"], known["total"]
        except (OSError, ValueError, LookupError, TypeError):
            return None, None
        fits = isinstance(etag, str) and etag.isascii() and etag.isprintable() and isinstance(total, int)
        return (etag, total) if fits else (None, None)


def _private(path: Path, flags: int = 0) -> int:
    """A file that its owner alone reads, and no link that somebody else laid there. Raises OSError."""
    flags |= os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags, 0o600)


def length_in(headers: Headers) -> int | None:
    """How long the body is."""
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def range_in(headers: Headers) -> tuple[int, int] | None:
    """Where a part begins, and how long the whole is (RFC 9110 14.4); None where that is not told."""
    found = _RANGE.fullmatch(headers.get("content-range", "").strip())
    return None if found is None else (int(found[1]), int(found[3]))
