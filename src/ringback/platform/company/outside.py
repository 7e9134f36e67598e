"""Calls between a user and somebody outside: in and out, answered or not, to a mobile, by RingOut."""

from __future__ import annotations

from .call import Part, Party, alone
from .desk import Desk
from .hours import seconds, talk
from .inbound import REASONS, inbound
from .model import Extension

ANONYMOUS = Party(name="Anonymous")

_INCOMING = (
    ("Accepted", 66),
    ("FindMe", 7),
    ("Missed", 9),
    ("Voicemail", 12),
    ("Rejected", 2),
    ("Blocked", 2),
    ("Hang Up", 2),
)
_AWAY = (("Missed", 5), ("Voicemail", 7))
_ANSWERED = "Call connected"
_GIVEN_UP = (("No Answer", 4), ("Busy", 3), ("Hang Up", 3))
_OUTGOING = (
    ("Call connected", 71),
    ("No Answer", 10),
    ("Busy", 6),
    ("Hang Up", 6),
    ("Wrong Number", 2),
    ("Call Failed", 1),
    ("Declined", 1),
)
_WAYS = (
    ("VoIP Call", 66),
    ("RingOut Web", 11),
    ("RingOut Mobile", 6),
    ("RingOut PC", 2),
    ("Call Return", 5),
    ("Phone Call", 10),
)
# Seconds from the start until such a call is over.
_LASTS = {
    "Missed": (12, 32),
    "Rejected": (3, 9),
    "Blocked": (0, 1),
    "Hang Up": (3, 16),
    "No Answer": (22, 45),
    "Busy": (2, 6),
    "Wrong Number": (3, 8),
    "Call Failed": (1, 4),
    "Declined": (4, 15),
    "International Restricted": (0, 2),
}


def incoming(desk: Desk, user: Extension, start: int, longest: int = 75 * 60, nuisance: bool = True) -> None:
    """Somebody outside rings a user. A user who has too little time for it does not take the call."""
    rng = desk.rng
    result = desk.pick(_INCOMING)
    ring = seconds(rng, 3, 19)
    duration = ring + talk(rng, longest)
    if result in ("Accepted", "FindMe"):
        duration = desk.fitted(duration, desk.room(user.id, start))
        if not duration:
            result = desk.pick(_AWAY)
    if result == "Blocked" and not nuisance:
        result = "Missed"
    blocked = result == "Blocked"
    caller = rng.choice(desk.cast.nuisance) if blocked else desk.cast.contact(rng, user)
    if not blocked and rng.random() < 0.03:
        caller = ANONYMOUS
    forwarded = result == "FindMe" and user.mobile_number is not None
    if result == "FindMe":
        result = "Accepted"
    answered = result == "Accepted"
    if result == "Voicemail":
        duration = seconds(rng, 22, min(95, longest))
    elif not answered:
        duration = seconds(rng, *_LASTS[result])
    callee = desk.cast.outside(user)
    part = inbound(
        desk,
        caller,
        callee,
        user,
        start,
        duration,
        result,
        message="VoiceMail" if result == "Voicemail" else None,
        recording="OnDemand" if answered and desk.recorded(duration, 0.12) else None,
    )
    side = alone(part)
    if forwarded:
        onward = _onward(part, user, callee, min(ring, duration - 1000))
        side = type(side)(part=part, legs=(part, onward))
    desk.add("Voice", side)


def _onward(part: Part, user: Extension, callee: Party, ring: int) -> Part:
    """The leg by which a call that came in reaches the user's mobile."""
    return Part(
        start=part.start + ring,
        duration=part.duration - ring,
        direction="Outbound",
        action="FindMe",
        result="Accepted",
        reason="Accepted",
        caller=callee,
        callee=Party(number=user.mobile_number, name=user.name),
        extension_id=user.id,
        leg_type="FindMe",
        transport="PSTN",
        internal_type="Local",
        cost=cost(part.duration - ring, "Local"),
    )


def outgoing(desk: Desk, user: Extension, start: int, longest: int = 75 * 60) -> None:
    """A user rings somebody outside; with too little time for more, nobody answers."""
    rng = desk.rng
    result, way = desk.pick(_OUTGOING), desk.pick(_WAYS)
    callee = desk.cast.contact(rng, user)
    reach = desk.cast.reach(callee)
    if reach == "International" and rng.random() < 0.2:
        result = "International Restricted"
    room = desk.room(user.id, start)
    duration = desk.fitted(seconds(rng, 5, 24) + talk(rng, longest), room) if result == _ANSWERED else 0
    if result == _ANSWERED and not duration:
        result = desk.pick(_GIVEN_UP)
    answered = result == _ANSWERED
    if not answered:
        duration = min(room, seconds(rng, *_LASTS[result]))
    recording = "OnDemand" if answered and desk.recorded(duration, 0.12) else None
    dialled(desk, user, callee, way, result, start, duration, recording)


def dialled(
    desk: Desk,
    user: Extension,
    callee: Party,
    way: str,
    result: str,
    start: int,
    duration: int,
    recording: str | None,
) -> None:
    """A user's call to somebody outside; `way` is its action. By RingOut the user is rung first."""
    by_ringout, reach = way.startswith("RingOut"), desk.cast.reach(callee)
    part = Part(
        start=start,
        duration=duration,
        direction="Outbound",
        action=way,
        result=result,
        reason=REASONS[result],
        caller=desk.cast.outside(user),
        callee=callee,
        extension_id=user.id,
        leg_type="RingOutWebToSubscriber" if by_ringout else "SipToPstnMetered",
        transport="PSTN" if by_ringout else "VoIP",
        internal_type="RingOut" if by_ringout else reach,
        cost=cost(duration, reach) if result == _ANSWERED else 0.0,
        recording=recording,
    )
    side = alone(part)
    if by_ringout and duration > 4000:
        picked_up = min(seconds(desk.rng, 2, 7), duration // 2)
        onward = Part(
            start=start + picked_up,
            duration=duration - picked_up,
            direction="Outbound",
            action=way,
            result=result,
            reason=part.reason,
            caller=part.caller,
            callee=callee,
            extension_id=user.id,
            leg_type="RingOutWebToCaller",
            transport="PSTN",
            internal_type="RingOut",
        )
        side = type(side)(part=part, legs=(part, onward))
    desk.add("Voice", side)


def cost(duration: int, reach: str) -> float:
    """What a connected call costs (begun minutes; dollars)."""
    rate = {"International": 0.09, "LongDistance": 0.02}.get(reach, 0.01)
    return round(rate * (duration // 60_000 + 1), 3)
