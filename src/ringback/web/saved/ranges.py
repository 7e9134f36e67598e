"""Which bytes of a file a request asks for (RFC 9110, 13.1.5 and 14): a pure decision.

Sizes and places are in bytes. Whatever is malformed, unknown, or asks for several parts is answered with the
whole file, as the RFC allows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(
    r"bytes\s*=\s*(?:(\d{1,19})\s*-\s*(\d{1,19})?|-\s*(\d{1,19}))", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Part:
    """From `start` up to and without `stop`; `partial`: answer 206 with a Content-Range."""

    start: int
    stop: int
    partial: bool


def asked_part(ranges: str, if_range: str, *, etag: str, size: int) -> Part | None:
    """The part that the headers Range and If-Range ('' without them) ask for; None: 416.

    A range counts only for the very bytes that `etag` stands for: with another If-Range the whole file goes
    out. A date there is not precise enough for us, and counts as another.
    """
    whole = Part(0, size, partial=False)
    found = _ONE_RANGE.fullmatch(ranges.strip())
    if found is None or (if_range.strip() and if_range.strip() != etag):
        return whole
    first, last, suffix = found.groups()
    if suffix is not None:
        length = min(int(suffix), size)
        return Part(size - length, size, partial=True) if length else None
    start = int(first)
    if last is not None and int(last) < start:
        return whole
    if start >= size:
        return None
    return Part(start, size if last is None else min(int(last) + 1, size), partial=True)
