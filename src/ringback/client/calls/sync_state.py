"""Where a sync goes on from, as an opaque string: what is copied, the server's token, how far that is."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """What is copied (`path`, `view`, records from `since` on, as `user_id`), and how far that is.

    `token` None: nothing was read yet, or the server wants a new beginning. `whole`: all older records are
    there, so that changes are all that is missing.
    """

    version: int = VERSION
    user_id: str
    path: str
    view: str
    since: datetime
    token: str | None = None
    whole: bool = False


def sealed(state: SyncState) -> str:
    """The state as text. There is no secret in it."""
    import msgspec

    return base64.urlsafe_b64encode(msgspec.json.encode(state)).rstrip(b"=").decode()


def opened(text: str, *, user_id: str, path: str, view: str) -> SyncState:
    """The state in a text. Raises ValueError when it is none, or another user's, log's or view's."""
    import msgspec

    try:
        plain = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        state = msgspec.json.decode(plain, type=SyncState)
    except (AttributeError, binascii.Error, msgspec.DecodeError, ValueError):
        raise ValueError("state is not one that a sync gave: begin anew with state=None") from None
    if state.version != VERSION:
        raise ValueError("state is from another version of Ringback: begin anew with state=None")
    if (state.user_id, state.path, state.view) != (user_id, path, view):
        raise ValueError(
            f"state is from a sync of {state.path} ({state.view}) by user {state.user_id}: "
            "give the same scope, extension_id and view"
        )
    return state
