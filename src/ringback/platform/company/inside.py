"""Calls that involve several of the company's people: internal calls, and calls handed on to a colleague."""

from __future__ import annotations

from collections.abc import Sequence

from .call import Part, Party, Side, alone
from .desk import Desk
from .hours import seconds, talk
from .model import Extension

# The caller's result, the callee's result, how often.
OUTCOMES = {
    "answered": ("Call connected", "Accepted", "Connected", "Accepted"),
    "missed": ("No Answer", "Missed", "Not Answered", "No Answer"),
    "voicemail": ("Call connected", "Voicemail", "Connected", None),
    "rejected": ("Declined", "Rejected", "Calls Not Accepted", "Calls Not Accepted"),
    "hang up": ("Hang Up", "Missed", "Hang Up", "No Answer"),
}
_LEAST_BEFORE = 8_000  # milliseconds before a call is handed on
_CHANCES = (("answered", 76), ("missed", 9), ("voicemail", 9), ("rejected", 3), ("hang up", 3))


def internal(desk: Desk, user: Extension, colleague: Extension, start: int, longest: int = 40 * 60) -> None:
    """One user rings another, who does not answer where either has too little time."""
    rng = desk.rng
    outcome = desk.pick(_CHANCES)
    room = desk.room(user.id, start)
    duration = seconds(rng, 3, 15) + talk(rng, longest) // 2
    if outcome == "answered":
        duration = desk.fitted(duration, min(room, desk.room(colleague.id, start)))
        if not duration:
            outcome = "missed"
    if outcome == "voicemail":
        # To the caller this is a connected call.
        duration = desk.fitted(seconds(rng, 20, 60), room)
        if not duration:
            outcome = "missed"
    if outcome not in ("answered", "voicemail"):
        duration = min(room, seconds(rng, 5, 30))
    recording = "OnDemand" if outcome == "answered" and desk.recorded(duration, 0.03) else None
    between(desk, user, colleague, start, duration, outcome, recording)


def between(
    desk: Desk,
    user: Extension,
    colleague: Extension,
    start: int,
    duration: int,
    outcome: str,
    recording: str | None,
) -> None:
    """A call from one user to another, with this outcome (OUTCOMES)."""
    said_to_caller, said_to_callee, why_caller, why_callee = OUTCOMES[outcome]
    caller, callee = desk.cast.inside(user), desk.cast.inside(colleague)
    calling = Part(
        start=start,
        duration=duration,
        direction="Outbound",
        action="VoIP Call",
        result=said_to_caller,
        reason=why_caller,
        caller=caller,
        callee=callee,
        extension_id=user.id,
        leg_type="ExtensionToExtension",
        transport="VoIP",
        internal_type="Sip",
        recording=recording,
    )
    called = Part(
        start=start,
        duration=duration,
        direction="Inbound",
        action="Phone Call",
        result=said_to_callee,
        reason=why_callee,
        caller=caller,
        callee=callee,
        extension_id=colleague.id,
        leg_type="ExtensionToExtension",
        transport="VoIP",
        internal_type="Sip",
        message="VoiceMail" if outcome == "voicemail" else None,
        recording=recording,
    )
    desk.add("Voice", Side(part=calling, legs=(calling, called)), alone(called))


def transferred(desk: Desk, user: Extension, colleague: Extension, start: int) -> None:
    """Somebody rings a user, who hands the call on to a colleague; without time for that they talk."""
    rng = desk.rng
    room, later = desk.room(user.id, start), desk.room(colleague.id, start)
    first = min(seconds(rng, 18, 90), room, later // 3)
    second = desk.fitted(seconds(rng, 4, 12) + talk(rng, 45 * 60), later - first)
    if first < _LEAST_BEFORE or not second:
        internal(desk, user, colleague, start)
        return
    handed_on(desk, desk.cast.contact(rng, user), (user, colleague), start, (first, second))


def handed_on(
    desk: Desk, caller: Party, people: Sequence[Extension], start: int, lasting: Sequence[int]
) -> None:
    """Somebody rings the first of `people`, who hands the call on to the second, and so on.

    `lasting` is how long each of them talks, in milliseconds.
    """
    reach = desk.cast.reach(caller)

    def answered(extension: Extension, begin: int, duration: int, action: str, leg_type: str) -> Part:
        return Part(
            start=begin,
            duration=duration,
            direction="Inbound",
            action=action,
            result="Accepted",
            reason="Accepted",
            caller=caller,
            callee=desk.cast.outside(extension),
            extension_id=extension.id,
            leg_type=leg_type,
            transport="PSTN",
            internal_type=reach,
        )

    whole = answered(people[0], start, sum(lasting), "Phone Call", "Accept")
    taken = answered(people[0], start, lasting[0], "Phone Call", "Accept")
    later: list[Part] = []
    for extension, duration in zip(people[1:], lasting[1:], strict=True):
        begin = (later or [taken])[-1].end
        later.append(answered(extension, begin, duration, "Transfer", "TransferCall"))
    desk.add("Voice", Side(part=whole, legs=(taken, *later)), *(alone(part) for part in later))
