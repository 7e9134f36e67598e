"""Local days and hours of many calls: quarters of an hour, moved by the zone's offsets (pure).

Every zone's offset has been whole quarters of an hour since 1972, so that a database may count calls by
quarters of UTC, and know nothing of zones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise

SLOT_SECONDS = 900
HOUR_SLOTS = 4
DAY_SLOTS = 24 * HOUR_SLOTS
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY = 3  # a Thursday


@dataclass(frozen=True, slots=True)
class Span:
    """From the slot `begin` on (slots since 1970, UTC) local time is `offset` slots ahead of UTC."""

    begin: int
    offset: int


def slot_of(moment: datetime) -> int:
    """The slot in which an aware moment lies."""
    return int(moment.timestamp() // SLOT_SECONDS)


def spans(zone: tzinfo, begin: datetime, end: datetime) -> list[Span]:
    """The zone's offsets between two aware moments, in order; the first counts from before `begin` too."""
    first, last = slot_of(begin), slot_of(end)
    found = [Span(first, _offset(zone, first))]
    at = first
    while at < last:
        ahead = min(at + DAY_SLOTS, last)
        if _offset(zone, ahead) != found[-1].offset:
            low, high = at, ahead
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(zone, middle) == found[-1].offset else (low, middle)
            found.append(Span(high, _offset(zone, high)))
            ahead = high
        at = ahead
    return found


def local_slot(zone: Sequence[Span]) -> str:
    """A slot's local one as SQL of any back end, of its column `slot`; all of it whole numbers of ours."""
    last = zone[-1].offset
    if len(zone) == 1:
        return f"slot + {last}"
    earlier = " ".join(f"WHEN slot < {after.begin} THEN {one.offset}" for one, after in pairwise(zone))
    return f"slot + CASE {earlier} ELSE {last} END"


def day_of(local_day: int) -> date:
    """The date of a day counted from 1970."""
    return date.fromordinal(_EPOCH_DAY + local_day)


def weekday_of(local_day: int) -> int:
    """0 for Monday, as `date.weekday` has it."""
    return (local_day + _EPOCH_WEEKDAY) % 7


def _offset(zone: tzinfo, slot: int) -> int:
    moment = datetime.fromtimestamp(slot * SLOT_SECONDS, UTC).astimezone(zone)
    return (moment.utcoffset() or timedelta(0)) // timedelta(seconds=SLOT_SECONDS)
