"""What became of a call, decided from its records and legs: pure functions (contract 11.2, 11.3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ringback.client.records import CallRecord, Leg, Party

Outcome = Literal[
    "answered",
    "missed",
    "voicemail",
    "abandoned",
    "rejected",
    "blocked",
    "busy",
    "no_answer",
    "cancelled",
    "failed",
    "fax_received",
    "fax_sent",
    "fax_failed",
    "in_progress",
    "other",
]
CallDirection = Literal["Inbound", "Outbound", "Internal"]

_ANSWERED = frozenset({"Accepted", "Call connected", "Answered Elsewhere"})
_TO_VOICEMAIL = frozenset({"Voicemail", "Sent to Voicemail"})
_GOING_ON = "In Progress"
_ARRIVING: dict[str, Outcome] = {
    "Missed": "missed",
    "No Answer": "missed",
    "IP Phone Offline": "missed",
    "Answered Not Accepted": "missed",
    "Abandoned": "abandoned",
    "Hang Up": "abandoned",
    "Rejected": "rejected",
    "Declined": "rejected",
    "Blocked": "blocked",
    "Busy": "busy",
}
_LEAVING: dict[str, Outcome] = {
    "No Answer": "no_answer",
    "Missed": "no_answer",
    "Hang Up": "cancelled",
    "Abandoned": "cancelled",
    "Stopped": "cancelled",
    "Busy": "busy",
    "Declined": "rejected",
    "Rejected": "rejected",
    "Blocked": "blocked",
    "Voicemail": "voicemail",
}
_FAILED = frozenset(
    {
        "Call Failed",
        "Call Failure",
        "Carrier is not active",
        "EDGE trunk misconfigured",
        "Internal Error",
        "International Disabled",
        "International Restricted",
        "IP Phone Offline",
        "No Calling Credit",
        "Not Allowed",
        "Restricted Number",
        "Suspended account",
        "Wrong Number",
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody who answered: an extension of the company, or the other side of a call that went out.

    `talk_seconds` is how long that leg lasted; RingCentral counts its own ringing in.
    """

    extension_id: str | None
    extension_number: str | None
    name: str | None
    number: str | None
    start_time: datetime
    talk_seconds: int


def direction_of(main: CallRecord) -> CallDirection:
    """Internal where both ends are extensions, else what the record says."""
    if _is_extension(main.from_) and _is_extension(main.to):
        return "Internal"
    return "Outbound" if main.direction == "Outbound" else "Inbound"


def lines_among(legs: Sequence[Leg], known: Collection[str]) -> frozenset[str]:
    """The ids of extensions nobody sits at: those `known` to be, queues, and menus that handed a call on."""
    found = set(known)
    for place, leg in enumerate(legs):
        if leg.delegate is not None and leg.delegate.id is not None and leg.delegation_type != "Coworker":
            found.add(str(leg.delegate.id))
        if not leg.master or leg.direction != "Inbound":
            continue
        others = (next_ for next_ in legs[place + 1 :] if extension_of(next_) != extension_of(leg))
        if (later := next(others, None)) is not None and _is_routed(later):
            found.add(extension_of(leg) or "")
    return frozenset(found)


def answers(
    main: CallRecord, direction: CallDirection, legs: Sequence[Leg], lines: Collection[str]
) -> tuple[Answer, ...]:
    """All who answered, in order."""
    if direction != "Outbound":
        arriving = [leg for leg in legs if leg.direction == "Inbound"]
        if arriving or main.direction == "Inbound":
            return tuple(
                _answer(leg, leg.to)
                for leg in arriving
                if leg.result in _ANSWERED - {"Answered Elsewhere"} and extension_of(leg) not in lines
            )
    if main.result not in _ANSWERED:
        return ()
    last = legs[-1] if legs else main
    return (_answer(last, main.to, extension=None if main.to is None else main.to.extension_id),)


def outcome_of(
    main: CallRecord,
    direction: CallDirection,
    stretches: Sequence[CallRecord | Leg],
    answered_by: Sequence[Answer],
) -> Outcome:
    """What became of the call. `stretches`: all its records and legs."""
    result = main.result or ""
    if any(one.result == _GOING_ON for one in stretches):
        return "in_progress"
    if main.type == "Fax":
        done: Outcome = "fax_received" if direction == "Inbound" else "fax_sent"
        return done if result in ("Received", "Sent") else "fax_failed"
    if answered_by:
        return "answered"
    if any(_went_to_voicemail(one) for one in stretches):
        return "voicemail"
    if direction == "Internal":
        arriving = [one.result for one in stretches if one.direction == "Inbound"]
        if "Rejected" in arriving:
            return "rejected"
        if result in ("Hang Up", "Abandoned"):
            return "abandoned"
        return _ARRIVING.get(result) or _other(result)
    if result in _ANSWERED:
        return "answered"
    found = (_ARRIVING if direction == "Inbound" else _LEAVING).get(result)
    return found or _other(result)


def ended(stretch: CallRecord | Leg, start: datetime) -> datetime:
    """When a record or leg was over; one that is going on counts to its begin."""
    begin = stretch.start_time or start
    if stretch.duration_ms is not None:
        return begin + timedelta(milliseconds=stretch.duration_ms)
    return begin + timedelta(seconds=stretch.duration or 0)


def extension_of(stretch: CallRecord | Leg) -> str | None:
    """The id of the extension that a record or leg belongs to."""
    found = stretch.extension
    return None if found is None or found.id is None else str(found.id)


def _answer(stretch: CallRecord | Leg, party: Party | None, extension: str | int | None = None) -> Answer:
    own = extension_of(stretch) if extension is None and stretch.direction == "Inbound" else extension
    begin = stretch.start_time
    assert begin is not None, "legs without a begin were given theirs"
    return Answer(
        extension_id=None if own is None else str(own),
        extension_number=party.extension_number if party else None,
        name=party.name if party else None,
        number=party.phone_number if party else None,
        start_time=begin,
        talk_seconds=int((ended(stretch, begin) - begin).total_seconds()),
    )


def _went_to_voicemail(stretch: CallRecord | Leg) -> bool:
    message = stretch.message
    return stretch.result in _TO_VOICEMAIL or (message is not None and message.type == "VoiceMail")


def _other(result: str) -> Outcome:
    return "failed" if result in _FAILED else "other"


def _is_routed(leg: Leg) -> bool:
    """Did the call come here by the system's rules, and not because somebody handed it on?"""
    return leg.direction == "Inbound" and leg.action != "Transfer" and leg.leg_type != "TransferCall"


def _is_extension(party: Party | None) -> bool:
    return party is not None and (party.extension_id is not None or party.extension_number is not None)
