"""A download into a file that somebody else has opened: it is gone on with while it lasts, not later."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from ringback.client.messages import Headers, SinkFault

from .part_file import UnfitPart, length_in, range_in


class OpenFile:
    """Writes from where the file stands on; what it has written it can take back where the file can seek."""

    def __init__(self, file: BinaryIO, *, seconds: float) -> None:
        """`seconds`: for the whole body."""
        self.path: Path | None = None
        self.seconds = seconds
        self.position = 0
        self.etag: str | None = None
        self.total: int | None = None
        self.content_type: str | None = None
        self._file = file

    def open(self) -> None:
        """It is open."""

    def begin(self, status: int, headers: Headers) -> None:
        """An answer's head. SinkFault when what follows does not fit to what was written."""
        etag, start, total = headers.get("etag"), 0, length_in(headers)
        if status == 206:
            found = range_in(headers)
            other = bool(self.etag and etag and etag != self.etag)
            if found is None or found[0] > self.position or other:
                raise SinkFault(UnfitPart("the server's part does not fit to what was written"))
            start, total = found
        self._back_to(start)
        self.etag, self.total = etag or self.etag, total
        self.content_type = headers.get("content-type")

    def write(self, chunk: bytes) -> None:
        """The next bytes. SinkFault when the file does not take them."""
        try:
            self._file.write(chunk)
        except (OSError, ValueError) as error:
            raise SinkFault(error) from error
        self.position += len(chunk)

    def start_anew(self) -> None:
        """Forget what was written."""
        self._back_to(0)
        self.etag = self.total = None

    def finish(self) -> None:
        """Hand on what is buffered; the file stays open."""
        self._file.flush()

    def close(self) -> None:
        """It is somebody else's."""

    def _back_to(self, start: int) -> None:
        if start == self.position:
            return
        try:
            self._file.seek(start - self.position, 1)
            self._file.truncate()
        except (OSError, ValueError) as error:
            raise SinkFault(error) from error
        self.position = start
