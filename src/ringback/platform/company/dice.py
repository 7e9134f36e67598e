"""Seeded chance: every random choice of the company comes from here, so that one seed gives one company."""

from __future__ import annotations

import hashlib
from random import Random


def dice(seed: int, *labels: object) -> Random:
    """A random generator that depends on nothing but `seed` and `labels`, in any process and on any host."""
    return Random(int.from_bytes(digest(seed, *labels)[:16]))  # noqa: S311 (made-up calls, not secrets)


def digest(seed: int, *labels: object) -> bytes:
    """32 bytes that stand for `seed` and `labels`; what ids and tokens-to-look-at are cut from."""
    text = "\x1f".join(str(part) for part in (seed, *labels))
    return hashlib.blake2b(text.encode(), digest_size=32).digest()
