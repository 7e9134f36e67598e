"""What an archive can raise of its own: one error, which says what is wrong with the file and what to do."""

from __future__ import annotations

from ringback.oauth.errors import RingbackError


class ArchiveError(RingbackError):
    """The archive cannot be opened, read or written to. What was stored before stays as it was."""


class ArchiveInUse(ArchiveError):
    """Another process uses the file, or syncs the archive, now."""
