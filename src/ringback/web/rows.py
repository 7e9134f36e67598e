"""A call as the table shows it, and its legs as a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from ringback.client.calls.in_call import phone_for_people, side_key
from ringback.client.calls.kinds import kind_of
from ringback.client.calls.phones import normal_phone

from .call_words import in_words
from .formats import second
from .texts import gettext
from .words import duration_in_words, encodable

if TYPE_CHECKING:
    from ringback import Leg, Party
    from ringback.client.calls.joined import JoinedCall
    from ringback.client.calls.outcome import Answer

_TONES = {"Answered": "good", "Not answered": "bad", "Voicemail": "warn"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One side of a call: a name, a number for people (or an extension), and the number for machines."""

    name: str
    number: str = ""
    normal: str = ""


@dataclass(frozen=True, slots=True)
class LegRow:
    """A leg: how far into the call it began, from whom to whom, its result; `x` and `width` in hundredths."""

    after: str
    from_: Shown
    to: Shown
    direction: str
    result: str
    action: str
    duration: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """One call. `when` is in the user's zone."""

    when: datetime
    when_utc: str
    direction: str
    from_: Shown
    to: Shown
    type: str
    outcome: str
    tone: str
    answered_by: tuple[Shown, ...]
    queue: str
    ring: str
    talk: str
    duration: str
    recordings: tuple[str, ...]
    legs: tuple[LegRow, ...]
    session_id: str


def as_row(call: JoinedCall, zone: tzinfo, names: Mapping[str, str] | None = None) -> Row:
    """`call` in the table's words. `names`: of extensions by id, for legs that tell an id alone."""
    going_on = call.outcome == "in_progress"
    return Row(
        when=call.start_time.astimezone(zone),
        when_utc=f"{second(call.start_time.astimezone(UTC))} UTC",
        direction=call.direction,
        from_=shown(call.from_),
        to=shown(call.to),
        type=call.type,
        outcome=in_words(call.outcome),
        tone=_TONES.get(kind_of(call.outcome), "calm"),
        answered_by=tuple(_answer(one) for one in call.answered_by),
        queue=encodable(call.queue.name or call.queue.id) if call.queue else "",
        ring=duration_in_words(call.ring_seconds),
        talk=duration_in_words(call.talk_seconds) if call.talk_seconds else "",
        duration=duration_in_words(None if going_on else call.duration),
        recordings=tuple(str(one.id) for one in call.recordings),
        legs=tuple(_leg(leg, call, names or {}) for leg in call.legs),
        session_id=encodable(call.session_id),
    )


def shown(party: Party | None) -> Shown:
    """Name and number, whichever of them there are."""
    if party is None:
        return Shown(gettext("Unknown"))
    normal = normal_phone(party.phone_number) if party.phone_number else ""
    number = phone_for_people(normal)
    if not number and party.extension_number:
        number = gettext("ext. %(number)s", number=party.extension_number)
    name = party.name or ("" if number else gettext("Unknown"))
    return Shown(encodable(name), encodable(number), encodable(normal))


def in_order(calls: Sequence[JoinedCall], sort: str) -> list[JoinedCall]:
    """`calls` by a column of the table, '' is newest first; equal ones come newest first.

    They are read by each one's newest record, and that of a long call may lie behind a shorter one's.
    """
    newest_first = sorted(calls, key=_KEYS["when"], reverse=True)
    if not sort:
        return newest_first
    name = sort.removeprefix("-")
    return sorted(newest_first, key=_KEYS[name], reverse=sort.startswith("-"))


_KEYS: dict[str, Callable[[JoinedCall], Any]] = {
    "when": lambda call: call.start_time,
    "direction": lambda call: call.direction,
    "from": lambda call: side_key(call.from_),
    "to": lambda call: side_key(call.to),
    "outcome": lambda call: call.outcome,
    "ring": lambda call: call.ring_seconds,
    "talk": lambda call: call.talk_seconds,
    "duration": lambda call: call.duration,
}


def _named(one: Shown, name: str) -> Shown:
    return one if one.name not in ("", gettext("Unknown")) else Shown(encodable(name), one.number, one.normal)


def _answer(answer: Answer) -> Shown:
    normal = normal_phone(answer.number) if answer.number else ""
    number = phone_for_people(normal) or (
        gettext("ext. %(number)s", number=answer.extension_number) if answer.extension_number else ""
    )
    return Shown(
        encodable(answer.name or ("" if number else gettext("Unknown"))), encodable(number), encodable(normal)
    )


def _leg(leg: Leg, call: JoinedCall, names: Mapping[str, str]) -> LegRow:
    begin = leg.start_time or call.start_time
    after = max(0.0, (begin - call.start_time) / timedelta(seconds=1))
    whole = max(call.duration, 1)
    x = min(100.0, 100 * after / whole)
    from_, to = shown(leg.from_), shown(leg.to)
    own = names.get(str(leg.extension.id)) if leg.extension and leg.extension.id is not None else None
    if own and leg.direction == "Outbound":
        from_ = _named(from_, own)
    elif own:
        to = _named(to, own)
    return LegRow(
        after=f"+{duration_in_words(after)}",
        from_=from_,
        to=to,
        direction=leg.direction or "",
        result=encodable(leg.result or gettext("In progress")),
        action=encodable(leg.action or leg.leg_type or ""),
        duration=duration_in_words(leg.duration),
        x=round(x, 1),
        width=round(min(100 - x, max(1.0, 100 * (leg.duration or 0) / whole)), 1),
    )
