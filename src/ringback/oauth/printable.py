"""Text that came from outside, made safe to put into a message: one line, printable, bounded."""

from __future__ import annotations

_LIMIT = 300


def printable(text: object, limit: int = _LIMIT) -> str:
    """`text` without control characters, at most `limit` characters long; '' for anything but a str."""
    if not isinstance(text, str):
        return ""
    kept = "".join(c if c.isprintable() else " " for c in text[: limit + 1]).strip()
    return kept if len(kept) <= limit else kept[:limit] + "…"
