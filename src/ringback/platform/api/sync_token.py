"""Sync tokens: everything an incremental sync goes on from, sealed against change (contract 11.5)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

import msgspec

from ringback.platform.errors import ApiError

from .dates import milliseconds

_TAG_BYTES = 12
_LONGEST = 2000  # characters

MALFORMED = ("CLG-101", "Sync token is malformed")
ANOTHER_LOG = ("CLG-102", "Sync token was given for another call log")
TOO_MANY = ("CLG-103", "max sync record number limit is exceeded")
EXPIRED = ("CLG-104", "Sync token expired, call log was reset")
ANOTHER_SYNC = ("CLG-105", "Sync token was given by another kind of sync")


class SyncToken(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What a sync answer's token says. Times are milliseconds since 1970 (UTC).

    `kind`: sync or extract. `log`: whose log; twice an account's id, or twice an extension's and one. The
    frame is what the client has, as of `synced`: of the records that passed the filters those that began
    after `oldest`, and in that very millisecond the ones with `oldest_ids`; with `whole` all from `since` on,
    which bounds how far the frame may be extended. `count` is an extract sync's batch.
    """

    kind: str
    log: int
    view: str
    since: int
    oldest: int
    synced: int
    oldest_ids: tuple[str, ...] = ()
    whole: bool = False
    missed_only: bool = False
    recordings: tuple[str, ...] = ()
    nothing: bool = False
    count: int = 0


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(SyncToken)


def issue(token: SyncToken, seed: int) -> str:
    """The token as text that is opaque to clients. `seed` is the world's, so that restarts change nothing."""
    body = _encoder.encode(token)
    return base64.urlsafe_b64encode(body + _tag(body, seed)).rstrip(b"=").decode()


def read(text: str, seed: int, kind: str, log: int) -> SyncToken:
    """A token of this log. ApiError 400: CLG-101 not ours, CLG-102 another log's, CLG-105 another kind's."""
    if len(text) > _LONGEST or not text.isascii():
        raise invalid(MALFORMED)
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise invalid(MALFORMED) from None
    body, tag = sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:]
    if not hmac.compare_digest(tag, _tag(body, seed)):
        raise invalid(MALFORMED)
    try:
        token = _decoder.decode(body)
    except msgspec.MsgspecError:
        raise invalid(MALFORMED) from None
    if token.kind != kind:
        raise invalid(ANOTHER_SYNC)
    if token.log != log:
        raise invalid(ANOTHER_LOG)
    return token


def before(now: datetime) -> int:
    """Up to when a sync at `now` has seen everything: more may still happen in this very millisecond, all the
    more where the clock stands."""
    return milliseconds(now) - 1


def invalid(reason: tuple[str, str]) -> ApiError:
    """400 with the number and the reason; which number means what no source says (contract 11.5)."""
    code, why = reason
    return ApiError(400, code, f"Parameter [syncToken] is invalid [{why}]", parameterName="syncToken")


def _tag(body: bytes, seed: int) -> bytes:
    return hmac.new(f"sync tokens of world {seed}".encode(), body, hashlib.sha256).digest()[:_TAG_BYTES]
