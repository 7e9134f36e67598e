"""What both kinds of sync have in common: two parameters and the form of the answer (contract 11.5, 11.6)."""

from __future__ import annotations

from collections.abc import Mapping

from .answers import encoded
from .parameters import Choice, Text

SYNC_TYPE = Choice(
    name="syncType",
    description="FSync: everything; ISync: what changed since the sync that gave the token",
    enum=("FSync", "ISync"),
    default="FSync",
)
SYNC_TOKEN = Text(name="syncToken", description="The token of the last sync; ISync needs it")


def synced(uri: str, records: list[bytes], info: Mapping[str, object]) -> bytes:
    """A sync answer, from records that are JSON already."""
    return b"".join(
        (
            b'{"uri":',
            encoded(uri),
            b',"records":[',
            b",".join(records),
            b'],"syncInfo":',
            encoded(info),
            b"}",
        )
    )
