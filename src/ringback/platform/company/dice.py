"""Seeded chance: every random choice of the company comes from here, so that one seed gives one company."""

from __future__ import annotations

import hashlib
from math import gcd
from random import Random

_WORD = (1 << 64) - 1
_LISTED = 64


def dice(seed: int, *labels: object) -> Random:
    """A random generator that depends on nothing but `seed` and `labels`, in any process and on any host."""
    return Random(int.from_bytes(digest(seed, *labels)[:16]))  # noqa: S311 (made-up calls, not secrets)


def digest(seed: int, *labels: object) -> bytes:
    """32 bytes that stand for `seed` and `labels`; what ids and tokens-to-look-at are cut from."""
    text = "\x1f".join(str(part) for part in (seed, *labels))
    return hashlib.blake2b(text.encode(), digest_size=32).digest()


def mixed(key: int, *numbers: int) -> int:
    """64 bits that stand for a key and some numbers; many times cheaper than `digest`."""
    x = key
    for number in numbers:
        x = ((x ^ number) + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9 & _WORD
        x ^= x >> 31
    x = x * 0x94D049BB133111EB & _WORD
    return x ^ (x >> 29)


def share(key: int, *numbers: int) -> float:
    """A number from 0 to below 1 that stands for a key and some numbers."""
    return (mixed(key, *numbers) >> 11) / (1 << 53)


class Shuffle:
    """The numbers 0 to `size` - 1 in another order, forwards and backwards; many of them without a table."""

    __slots__ = ("_back", "_factor", "_numbers", "_places", "_shift", "size")

    def __init__(self, size: int, key: int) -> None:
        self.size = size
        self._numbers: list[int] = []
        self._places: list[int] = []
        if size <= _LISTED:
            self._numbers = sorted(range(size), key=lambda number: mixed(key, number))
            self._places = sorted(range(size), key=self._numbers.__getitem__)
        self._factor = 1 + key % size
        while gcd(self._factor, size) != 1:
            self._factor += 1
        self._shift = (key >> 32) % size
        self._back = pow(self._factor, -1, size)

    def place(self, number: int) -> int:
        """Where this number comes."""
        if self._places:
            return self._places[number]
        return (self._factor * number + self._shift) % self.size

    def at(self, place: int) -> int:
        """The number that comes there."""
        if self._numbers:
            return self._numbers[place]
        return (place - self._shift) * self._back % self.size
