"""Records and joined calls as rows: the columns that one filters by, beside the JSON (pure)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ringback.client.calls.in_call import extensions_in, numbers_in, side_key, talks_of
from ringback.client.calls.phones import normal_phone

from .marks import digits_marks, names_marks

if TYPE_CHECKING:
    from ringback.client.calls.joined import JoinedCall
    from ringback.client.records import CallRecord, Extension, Party


SEPARATOR = "\n"


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record as a row. Numbers are E.164 where they are numbers; `duration` is in seconds."""

    id: str
    session_id: str
    telephony_session_id: str | None
    start_time: datetime
    last_modified: datetime | None
    direction: str
    type: str
    result: str | None
    duration: int | None
    from_number: str | None
    from_name: str | None
    from_extension: str | None
    to_number: str | None
    to_name: str | None
    to_extension: str | None
    extension_id: str | None
    recording_id: str | None
    json: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """A joined call as a row (docs/calls.md says what each value means).

    From `newest_time` on it holds what the call pages filter, sort and sum by. `newest_time`, `newest_id`:
    its newest record, by which calls are listed. `numbers` (digits alone), `extensions` (ids and numbers): of
    everybody in the call, each between two of SEPARATOR. `queue_key`: the queue's name in one case.
    `from_key`, `to_key`: what its sides sort by. `talker`, `talker_2`: who of the company talked, by their
    extension's id where it is known, and how long (seconds); `more_talkers`: those beyond two, a JSON list of
    `[key, name, seconds]`. `number_marks`, `extension_marks`: see `marks`.
    """

    session_id: str
    telephony_session_id: str | None
    start_time: datetime
    direction: str
    type: str
    outcome: str
    from_number: str | None
    from_name: str | None
    to_number: str | None
    to_name: str | None
    queue: str | None
    answered_by: str | None
    ring_seconds: int
    talk_seconds: int
    duration: int
    recording_ids: str | None
    record_ids: str
    newest_time: datetime
    newest_id: str
    numbers: str | None
    extensions: str | None
    queue_id: str | None
    queue_key: str | None
    from_key: str
    to_key: str
    talker: str | None
    talker_name: str | None
    talker_seconds: int | None
    talker_2: str | None
    talker_2_name: str | None
    talker_2_seconds: int | None
    more_talkers: str | None
    number_marks: int
    extension_marks: int


def record_row(record: CallRecord) -> RecordRow:
    """The row of a record that keeps its own JSON."""
    if record.original is None:
        raise ValueError("the archive needs each record's own JSON: read with original=True")
    recording = record.recording or next((leg.recording for leg in record.legs if leg.recording), None)
    from_, to = _party(record.from_), _party(record.to)
    owner = record.extension
    return RecordRow(
        id=record.id,
        session_id=record.session_id,
        telephony_session_id=record.telephony_session_id,
        start_time=record.start_time,
        last_modified=record.last_modified_time,
        direction=record.direction,
        type=record.type,
        result=record.result,
        duration=record.duration,
        from_number=from_[0],
        from_name=from_[1],
        from_extension=from_[2],
        to_number=to[0],
        to_name=to[1],
        to_extension=to[2],
        extension_id=None if owner is None or owner.id is None else str(owner.id),
        recording_id=None if recording is None else str(recording.id),
        json=record.original.decode("utf-8"),
    )


def record_of(text: bytes, *, original: bool = False) -> CallRecord:
    """A record from its JSON, which it keeps with `original`. Raises UnusableAnswer when it is none."""
    from msgspec.structs import replace

    from ringback.client.records.decoding import call_record_from

    record = call_record_from(text)
    return replace(record, original=text) if original else record


def call_rows(texts: Iterable[bytes], extensions: Iterable[Extension] = ()) -> list[CallRow]:
    """One row per call, of records given as JSON in any order."""
    from ringback.client.calls.joined import join_calls

    records = sorted(
        (record_of(text) for text in texts), key=lambda one: (one.start_time, one.id), reverse=True
    )
    people = tuple(extensions)
    ids = ids_of(people)
    return [call_row(call, ids) for call in join_calls(records, extensions=people)]


def ids_of(extensions: Iterable[Extension]) -> dict[str, str]:
    """The ids of the account's extensions by their numbers."""
    return {one.extension_number: str(one.id) for one in extensions if one.extension_number}


def between(values: Iterable[str]) -> str | None:
    """Texts in one, each between two of SEPARATOR; None without any."""
    told = SEPARATOR.join(sorted({one.replace(SEPARATOR, " ") for one in values if one}))
    return f"{SEPARATOR}{told}{SEPARATOR}" if told else None


def call_row(call: JoinedCall, ids: Mapping[str, str]) -> CallRow:
    """The row of a call; `ids`: see `ids_of`."""
    from_, to = _party(call.from_), _party(call.to)
    newest = max(call.records, key=lambda one: (one.start_time, one.id))
    numbers, extensions = set(numbers_in(call)), extensions_in(call)
    talks = talks_of(call, ids)
    first = talks[0] if talks else None
    second = talks[1] if len(talks) > 1 else None
    more = [[one.key, one.name, one.seconds] for one in talks[2:]]
    names = [one.name or one.number or one.extension_number for one in call.answered_by]
    return CallRow(
        session_id=call.session_id,
        telephony_session_id=call.telephony_session_id,
        start_time=call.start_time,
        direction=call.direction,
        type=call.type,
        outcome=call.outcome,
        from_number=from_[0],
        from_name=from_[1],
        to_number=to[0],
        to_name=to[1],
        queue=None if call.queue is None else call.queue.name or call.queue.id,
        answered_by="; ".join(name for name in names if name) or None,
        ring_seconds=call.ring_seconds,
        talk_seconds=call.talk_seconds,
        duration=call.duration,
        recording_ids="; ".join(str(one.id) for one in call.recordings) or None,
        record_ids="; ".join(one.id for one in call.records),
        newest_time=newest.start_time,
        newest_id=newest.id,
        numbers=between(numbers),
        extensions=between(extensions),
        queue_id=None if call.queue is None else call.queue.id,
        queue_key=None if call.queue is None else (call.queue.name or "").casefold(),
        from_key=side_key(call.from_),
        to_key=side_key(call.to),
        talker=first.key if first else None,
        talker_name=first.name if first else None,
        talker_seconds=first.seconds if first else None,
        talker_2=second.key if second else None,
        talker_2_name=second.name if second else None,
        talker_2_seconds=second.seconds if second else None,
        more_talkers=json.dumps(more) if more else None,
        number_marks=digits_marks(numbers),
        extension_marks=names_marks(extensions),
    )


def _party(party: Party | None) -> tuple[str | None, str | None, str | None]:
    if party is None:
        return None, None, None
    number = normal_phone(party.phone_number) if party.phone_number else None
    return number, party.name, party.extension_number
