"""Range requests (RFC 9110 section 14): which bytes of a resource a request asks for."""

from __future__ import annotations

import re

_ONE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.ASCII | re.IGNORECASE)


class NotSatisfiable(ValueError):
    """The range begins behind the end (416)."""


def wanted_range(text: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last, or None for all: no range, several, or one that is malformed.

    Raises NotSatisfiable where none of the bytes asked for is there.
    """
    match = None if text is None else _ONE.fullmatch(text.strip())
    if match is None:
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise NotSatisfiable
        return size - length, size
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NotSatisfiable
    return int(first), min(int(last) + 1, size) if last else size
