"""A part of a file as a file of its own, for WSGI servers that send files by themselves."""

from __future__ import annotations

import io
import os
from typing import BinaryIO


class Window(io.RawIOBase):
    """`length` bytes of `file` from `start` on. Closing it closes the file."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        super().__init__()
        self._file = file
        self._start = start
        self._length = length
        self._file.seek(start)

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """Its places can be gone to."""
        return True

    def readinto(self, buffer: object) -> int:
        """The next bytes, at most to the window's end."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        left = max(0, self._length - self.tell())
        return self._file.readinto(view[: min(len(view), left)])  # type: ignore[attr-defined,no-any-return]

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place of the window."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: self._length}[whence]
        self._file.seek(self._start + max(0, base + offset))
        return self.tell()

    def tell(self) -> int:
        """Where it is."""
        return self._file.tell() - self._start

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
