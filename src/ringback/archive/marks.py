"""Marks: 63 bits that say what a text cannot hold, so that a search reads few of the texts (signature files).

A value sets some bits of a call's marks. Where a call has not all bits of what is asked for, it is not in it;
where it has them, the text itself says. Bits stay what they are: they are stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

_BITS = 63
_LEAST = 3


def digits_marks(numbers: Iterable[str]) -> int:
    """A bit for each three digits that follow each other in one of these numbers."""
    marks = 0
    for number in numbers:
        for at in range(len(number) - _LEAST + 1):
            marks |= 1 << int(number[at : at + _LEAST]) % _BITS
    return marks


def names_marks(names: Iterable[str]) -> int:
    """Two bits for each name."""
    marks = 0
    for name in names:
        drawn = crc32(name.encode("utf-8", "surrogatepass"))
        marks |= 1 << drawn % _BITS | 1 << drawn // _BITS % _BITS
    return marks
