"""What changes in a record after it has appeared (recording, message and cost may come later)."""

from __future__ import annotations

import msgspec

from .call import Call, Entry, Part


def as_of(call: Call, entry: Entry, now_ms: int) -> Entry:
    """The entry as it shows at `now_ms`: whole, or still without what comes late."""
    if now_ms >= call.settled or not comes_late(entry):
        return entry
    return Entry(
        id=entry.id, index=entry.index, part=_bare(entry.part), legs=tuple(_bare(leg) for leg in entry.legs)
    )


def comes_late(entry: Entry) -> bool:
    """Whether the entry has anything that can come late."""
    return _has_more(entry.part) or any(_has_more(leg) for leg in entry.legs)


def _has_more(part: Part) -> bool:
    return bool(part.recording or part.message or part.cost)


def _bare(part: Part) -> Part:
    return msgspec.structs.replace(part, recording=None, message=None, cost=0.0)
