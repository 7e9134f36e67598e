"""Text from outside, made safe to put into a message: one line, printable, bounded, without secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .secret import Secret

_LIMIT = 300
_CODE = re.compile(r"[A-Z]{2,4}-[0-9]{1,5}|[A-Za-z]{1,40}")
_ERROR = re.compile(r"[a-z_]{1,40}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


def printable(text: object, limit: int = _LIMIT, *, sent: Iterable[Secret] = ()) -> str:
    """`text` without control characters, at most `limit` characters long; '' for anything but a str.

    What was `sent` is cut out first, should a server echo it.
    """
    if not isinstance(text, str):
        return ""
    for secret in sent:
        text = text.replace(secret.reveal(), str(secret))
    kept = "".join(c if c.isprintable() else " " for c in text[: limit + 1]).strip()
    return kept if len(kept) <= limit else kept[:limit] + "…"


def code_in(value: object) -> str | None:
    """One of RingCentral's codes or words (OAU-213, TokenInvalid, ReadCallLog), or None for anything else."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


def error_in(value: object) -> str:
    """An `error` as RFC 6749 5.2 has it, or 'unknown_error' for anything else."""
    return value if isinstance(value, str) and _ERROR.fullmatch(value) else "unknown_error"


def request_id_in(value: object, *, sent: Iterable[Secret] = ()) -> str | None:
    """An RCRequestId that may be shown, or None for anything else, and for an echo of what was `sent`."""
    if not isinstance(value, str) or not _REQUEST_ID.fullmatch(value):
        return None
    return None if any(secret.reveal() in value for secret in sent) else value
