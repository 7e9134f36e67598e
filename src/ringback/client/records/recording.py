"""A recording as the API describes it (contract 11.8)."""

from __future__ import annotations

from .base import Id, Record


class Recording(Record, frozen=True, gc=False):
    """Where a recording's sound is and what it is; `duration` is in seconds."""

    id: Id
    content_uri: str
    uri: str | None = None
    content_type: str | None = None
    duration: int | None = None
