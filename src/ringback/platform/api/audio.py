"""The sound of a recording: two voices that hum in turns, made from its id, any part on its own.

There is nothing to hear that anybody said. A recording is a WAV file (8 kHz, 16 bit, mono), put together
from a few syllables of an eighth of a second that are made once; which one comes when follows from the id.
So any range of bytes costs what it holds, however long the call was.
"""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Iterator
from functools import cache
from sys import byteorder
from zlib import crc32

RATE = 8000  # samples a second
_SYLLABLE = RATE // 8  # samples
_BYTES = 2 * _SYLLABLE
HEADER_BYTES = 44
_LOUDNESS = 2600  # of 32767
_VOICES = (118.0, 196.0)  # hertz
_STEPS = (0.89, 0.94, 1.0, 1.06, 1.12, 1.26)
_TURN = 24  # syllables that one voice has at a time
_CHUNK = 64 * 1024


class Sound:
    """The WAV file of one recording of so many milliseconds."""

    def __init__(self, recording_id: str, duration_ms: int) -> None:
        self._seed = crc32(recording_id.encode())
        self._data = max(duration_ms, 0) * RATE // 1000 * 2
        self.size = HEADER_BYTES + self._data

    def read(self, first: int, end: int) -> bytes:
        """The bytes from `first` up to, not including, `end`."""
        first, end = max(first, 0), min(end, self.size)
        parts = [self._header()[first:end]] if first < HEADER_BYTES else []
        at, end = max(first - HEADER_BYTES, 0), end - HEADER_BYTES
        while at < end:
            number, offset = divmod(at, _BYTES)
            part = self._syllable(number)[offset : offset + end - at]
            parts.append(part)
            at += len(part)
        return b"".join(parts)

    def chunks(self, first: int, end: int) -> Iterator[bytes]:
        """The same in pieces of at most 64 kB."""
        for at in range(first, end, _CHUNK):
            yield self.read(at, min(at + _CHUNK, end))

    def _header(self) -> bytes:
        return b"".join(
            (
                b"RIFF",
                struct.pack("<I", self.size - 8),
                b"WAVEfmt ",
                struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE * 2, 2, 16),
                b"data",
                struct.pack("<I", self._data),
            )
        )

    def _syllable(self, number: int) -> bytes:
        turn = crc32(b"%d turn" % (number // _TURN), self._seed)
        dice = crc32(b"%d" % number, self._seed)
        if dice % 5 == 0 or number % _TURN > 20 - turn % 6:
            return bytes(_BYTES)
        return _syllables()[(number // _TURN + self._seed) % 2][dice // 5 % len(_STEPS)]


@cache
def _syllables() -> tuple[tuple[bytes, ...], ...]:
    """Each voice's syllables; each begins and ends in silence, so that any may follow any."""
    return tuple(tuple(_hum(voice * step) for step in _STEPS) for voice in _VOICES)


def _hum(pitch: float) -> bytes:
    samples = array("h")
    for index in range(_SYLLABLE):
        swell = math.sin(math.pi * index / _SYLLABLE) ** 0.7
        at = 2 * math.pi * pitch * index / RATE
        tone = math.sin(at) + 0.5 * math.sin(2 * at) + 0.25 * math.sin(3 * at) + 0.12 * math.sin(5 * at)
        samples.append(round(_LOUDNESS * swell * tone / 1.87))
    if byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
