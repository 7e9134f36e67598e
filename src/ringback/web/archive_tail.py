"""The calls since an archive's last sync, read from the log itself, put in place of the archive's end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ringback.client.calls.joined import JoinedCall, join_calls

if TYPE_CHECKING:
    from ringback.archive.questions import Tail

    from .archives import Part
    from .readings import Reading


@dataclass(frozen=True, slots=True)
class Fresh:
    """The tail as an archive is told it, and its calls, in the same order."""

    tail: Tail
    calls: Sequence[JoinedCall]


def fresh_calls(part: Part, reading: Reading[Any]) -> Fresh:
    """The tail of `part`, of a reading that has ended well; made once for each reading.

    Records of a call may lie on both sides of the cut: such a call is told as a whole by the tail. Raises the
    reading's error, and ArchiveError.
    """
    from ringback.archive.questions import Tail
    from ringback.archive.rows import call_row, ids_of, record_of

    assert part.cut is not None, "a part without a cut has no tail"
    calls: Sequence[JoinedCall] = reading.calls()
    if isinstance(reading.tail, Fresh):
        return reading.tail
    sessions = {one.session_id for call in calls for one in call.records}
    telephony = {one.telephony_session_id or "" for call in calls for one in call.records} - {""}
    shared = part.reader.sharing(part.cut, sessions, telephony) if calls else {}
    if shared:
        records = {one.id: one for call in calls for one in call.records}
        for texts in shared.values():
            for text in texts:
                record = record_of(text, original=True)
                records.setdefault(record.id, record)
        newest_first = sorted(records.values(), key=lambda one: (one.start_time, one.id), reverse=True)
        calls = tuple(join_calls(newest_first, extensions=reading.people))
    ids = ids_of(reading.people)
    made = Fresh(Tail(part.cut, [call_row(call, ids) for call in calls], frozenset(shared)), calls)
    reading.tail = made
    return made


def without_a_tail(part: Part) -> Tail | None:
    """The archive's calls alone, while the rest is not there; None where it has all."""
    from ringback.archive.questions import Tail

    return None if part.cut is None else Tail(part.cut, ())
