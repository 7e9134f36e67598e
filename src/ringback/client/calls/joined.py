"""One row per call: records that belong to the same call, put together and read as a whole.

A company log mostly has one record per call, an extension's log one for its own part in it. Records of one
call share a session id or a telephony session id, and begin while the call lasts; so a call is whole once the
log, read newest first, has gone far enough past its newest record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from .outcome import (
    Answer,
    CallDirection,
    Outcome,
    answers,
    direction_of,
    ended,
    extension_of,
    lines_among,
    outcome_of,
)

if TYPE_CHECKING:
    from ringback.client.records import CallRecord, Extension, Leg, MessageRef, Party, RecordingRef

T = TypeVar("T")
LONGEST_CALL = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Queue:
    """The call queue that a call went through."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class JoinedCall:
    """One call as a whole. Times are aware, in UTC.

    `ring_seconds`: from the begin until the leg that was answered first began; unanswered: until the end.
    `talk_seconds`: how long the answered legs lasted; RingCentral counts a leg's own ringing in.
    `answered_by`: all who answered, in order; of a call that went out, its other side.
    """

    session_id: str
    telephony_session_id: str | None
    start_time: datetime
    duration: int
    type: str
    direction: CallDirection
    from_: Party | None
    to: Party | None
    outcome: Outcome
    answered_by: tuple[Answer, ...]
    queue: Queue | None
    ring_seconds: int
    talk_seconds: int
    recordings: tuple[RecordingRef, ...]
    messages: tuple[MessageRef, ...]
    legs: tuple[Leg, ...]
    records: tuple[CallRecord, ...]


def by_id(extensions: Iterable[Extension]) -> dict[str, Extension]:
    """Extensions by their ids, as `joined_call` wants them of whoever joins many calls."""
    return {str(extension.id): extension for extension in extensions}


def joined_call(
    records: Sequence[CallRecord], extensions: Iterable[Extension] | Mapping[str, Extension] = ()
) -> JoinedCall:
    """The call that these records, one at least and in any order, are about.

    `extensions` (or what `by_id` makes of them) tell which of them are queues, menus and other lines that
    nobody sits at. Without them queues are known where they handed a call on, and so are menus; an
    announcement is taken for somebody.
    """
    ordered = sorted(records, key=lambda one: (one.start_time, -len(one.legs), one.id))
    main, known = ordered[0], extensions if isinstance(extensions, Mapping) else by_id(extensions)
    legs = _legs(ordered)
    here = {key for leg in legs if (key := extension_of(leg)) in known}
    lines = lines_among(legs, [key for key in here if key and not known[key].is_person])
    direction = direction_of(main)
    answered_by = answers(main, direction, legs, lines)
    stretches: tuple[CallRecord | Leg, ...] = (*ordered, *legs)
    end = max(ended(one, main.start_time) for one in stretches)
    rung_until = answered_by[0].start_time if answered_by else end
    return JoinedCall(
        session_id=main.session_id,
        telephony_session_id=main.telephony_session_id,
        start_time=main.start_time,
        duration=_seconds(end - main.start_time),
        type=main.type,
        direction=direction,
        from_=main.from_,
        to=main.to,
        outcome=outcome_of(main, direction, stretches, answered_by),
        answered_by=answered_by,
        queue=_queue(stretches, known),
        ring_seconds=max(_seconds(rung_until - main.start_time), 0),
        talk_seconds=sum(answer.talk_seconds for answer in answered_by),
        recordings=_distinct(one.recording for one in stretches),
        messages=_distinct(one.message for one in stretches),
        legs=legs,
        records=tuple(ordered),
    )


class Joiner:
    """Takes the records of a log, newest first, and gives each call once it is whole."""

    def __init__(self, extensions: Iterable[Extension] = (), longest: timedelta = LONGEST_CALL) -> None:
        self._extensions = by_id(extensions)
        self._longest = longest
        self._groups: dict[int, list[CallRecord]] = {}
        self._of: dict[tuple[str, str], int] = {}
        self._count = 0

    def add(self, record: CallRecord) -> Iterator[JoinedCall]:
        """The calls that are whole now that the log has come to this record."""
        keys = [("session", record.session_id)]
        if record.telephony_session_id:
            keys.append(("telephony", record.telephony_session_id))
        found = sorted({self._of[key] for key in keys if key in self._of})
        if not found:
            self._count += 1
            self._groups[self._count] = []
            found = [self._count]
        group = self._groups[found[0]]
        for other in found[1:]:
            group += self._groups.pop(other)
        group.append(record)
        for one in group:
            self._of[("session", one.session_id)] = found[0]
            if one.telephony_session_id:
                self._of[("telephony", one.telephony_session_id)] = found[0]
        while self._groups:
            first = next(iter(self._groups))
            if self._groups[first][0].start_time - self._longest <= record.start_time:
                return
            yield self._taken(first)

    def finish(self) -> Iterator[JoinedCall]:
        """The calls that are left: the log has no more records."""
        while self._groups:
            yield self._taken(next(iter(self._groups)))

    def _taken(self, number: int) -> JoinedCall:
        records = self._groups.pop(number)
        for one in records:
            self._of.pop(("session", one.session_id), None)
            self._of.pop(("telephony", one.telephony_session_id or ""), None)
        return joined_call(records, self._extensions)


def join_calls(
    records: Iterable[CallRecord],
    *,
    extensions: Iterable[Extension] = (),
    longest: timedelta = LONGEST_CALL,
) -> Iterator[JoinedCall]:
    """One row per call, by the newest record of each, from records that come newest first."""
    joiner = Joiner(extensions, longest)
    for record in records:
        yield from joiner.add(record)
    yield from joiner.finish()


def _legs(records: Sequence[CallRecord]) -> tuple[Leg, ...]:
    """All legs, oldest first and each once: an agent's own record repeats the queue's leg."""
    found: dict[object, Leg] = {}
    for record in records:
        for leg in record.legs or (_as_leg(record),):
            begin = leg.start_time or record.start_time
            key = (begin, leg.extension and leg.extension.id, leg.direction, leg.result, leg.duration)
            if key not in found:
                found[key] = leg if leg.start_time else _begun(leg, begin)
    if len(found) == 1:
        return tuple(found.values())
    return tuple(sorted(found.values(), key=lambda leg: (leg.start_time, not leg.master)))


def _as_leg(record: CallRecord) -> Leg:
    """The leg of a record that has none: a Simple one."""
    from ringback.client.records import Leg

    shared = {name: getattr(record, name) for name in Leg.__struct_fields__ if hasattr(record, name)}
    return Leg(**shared, master=True)


def _begun(leg: Leg, begin: datetime) -> Leg:
    from msgspec.structs import replace

    return replace(leg, start_time=begin)


def _queue(stretches: Sequence[CallRecord | Leg], known: Mapping[str, Extension]) -> Queue | None:
    for one in stretches:
        delegate = one.delegate
        if delegate is not None and delegate.id is not None and one.delegation_type != "Coworker":
            return Queue(str(delegate.id), delegate.name)
    for one in stretches:
        extension = known.get(str(one.extension.id)) if one.extension else None
        if extension is not None and extension.type == "Department":
            return Queue(str(extension.id), extension.name)
    return None


def _distinct(values: Iterable[T | None]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
