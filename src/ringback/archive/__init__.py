"""The call archive: everything that a call log ever said, in one file (docs/archive.md)."""

from __future__ import annotations

from .archive import Archive, Source
from .errors import ArchiveError, ArchiveInUse
from .opening import open_archive

__all__ = ["Archive", "ArchiveError", "ArchiveInUse", "Source", "open_archive"]
