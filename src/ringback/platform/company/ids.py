"""Ids of calls and of records: made from when a call began, and read back without any index.

A call has a number: the milliseconds since 2000 of its start, two bits for where it comes from, four bits
that tell calls of one millisecond apart. Session ids say it openly, so they rise with time; record ids and
telephony session ids hide it behind a reversible mix, keyed by the company.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from .dice import digest

SCHEDULED, LIVE, ADDED = 0, 1, 2
_SINCE = 946_684_800_000  # the year 2000
_SIDES = 16


def number(start: int, source: int, low: int) -> int:
    """The number of a call that began at `start` (milliseconds since 1970)."""
    return (start - _SINCE) << 6 | source << 4 | low & 15


def taken_apart(call: int) -> tuple[int, int, int]:
    """Start, source and low bits of a call's number."""
    return (call >> 6) + _SINCE, call >> 4 & 3, call & 15


def session_id(call: int) -> str:
    """The session id of a call's number."""
    return f"4{call}"


class Ids:
    """The ids of one company."""

    def __init__(self, seed: int, account_id: int) -> None:
        self._owner = urlsafe_b64encode(digest(seed, "suffix", account_id)[:3]).decode()[:3]
        self._record = _Mix(72, digest(seed, "record", account_id))
        self._telephony = _Mix(128, digest(seed, "telephony", account_id))

    def record(self, call: int, side: int) -> str:
        """The id of one entry of a call."""
        mixed = self._record.mix(call * _SIDES + side).to_bytes(9)
        return f"I{urlsafe_b64encode(mixed).decode()}{self._owner}"

    def telephony(self, call: int) -> str:
        """The telephony session id of a call."""
        return f"s-{self._telephony.mix(call):032x}"

    def of_record(self, text: str) -> tuple[int, int] | None:
        """The call's number and the entry's index; None where no record can have this id."""
        if len(text) != 16 or text[0] != "I" or text[13:] != self._owner:
            return None
        try:
            mixed = urlsafe_b64decode(text[1:13].encode("ascii"))
        except (Error, UnicodeEncodeError):
            return None
        if len(mixed) != 9 or urlsafe_b64encode(mixed).decode() != text[1:13]:
            return None
        call, side = divmod(self._record.unmix(int.from_bytes(mixed)), _SIDES)
        return (call, side) if call < 1 << 56 else None

    def of_session(self, text: str) -> int | None:
        """The number of a call by its session id or telephony session id; None where it can be neither."""
        if len(text) > 40 or not text.isascii():
            return None
        if not text.startswith("s-"):
            found = int(text[1:]) if text[:1] == "4" and text[1:].isdigit() else None
        else:
            hexadecimal = len(text) == 34 and not set(text[2:]) - set("0123456789abcdef")
            found = self._telephony.unmix(int(text[2:], 16)) if hexadecimal else None
        return found if found is not None and found < 1 << 56 else None


class _Mix:
    """A reversible mix of numbers of so many bits. It hides nothing from who wants to know."""

    def __init__(self, bits: int, key: bytes) -> None:
        self._mask = (1 << bits) - 1
        self._half = bits // 2
        self._add = int.from_bytes(key[:16]) & self._mask
        self._factors = [int.from_bytes(key[n : n + 16]) & self._mask | 1 for n in (8, 16)]
        self._back = [pow(factor, -1, 1 << bits) for factor in self._factors]

    def mix(self, x: int) -> int:
        x = (x + self._add) & self._mask
        for factor in self._factors:
            x = x * factor & self._mask
            x ^= x >> self._half
        return x

    def unmix(self, x: int) -> int:
        for factor in reversed(self._back):
            x ^= x >> self._half
            x = x * factor & self._mask
        return (x - self._add) & self._mask
