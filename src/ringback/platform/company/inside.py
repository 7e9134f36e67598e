"""Calls that involve several of the company's people: internal calls, and calls handed on to a colleague."""

from __future__ import annotations

from .call import Part, Side, alone
from .desk import Desk
from .hours import seconds, talk
from .model import Extension

# The caller's result, the callee's result, how often.
_OUTCOMES = {
    "answered": ("Call connected", "Accepted", "Connected", "Accepted"),
    "missed": ("No Answer", "Missed", "Not Answered", "No Answer"),
    "voicemail": ("Call connected", "Voicemail", "Connected", None),
    "rejected": ("Declined", "Rejected", "Calls Not Accepted", "Calls Not Accepted"),
    "hang up": ("Hang Up", "Missed", "Hang Up", "No Answer"),
}
_CHANCES = (("answered", 76), ("missed", 9), ("voicemail", 9), ("rejected", 3), ("hang up", 3))


def internal(desk: Desk, user: Extension, colleague: Extension, start: int, longest: int = 40 * 60) -> bool:
    """One user rings another; False (and nothing happened) if the first one is talking already."""
    rng = desk.rng
    outcome = desk.pick(_CHANCES)
    duration = seconds(rng, 3, 15) + talk(rng, longest) // 2
    if outcome == "answered" and not desk.free(colleague.id, start, start + duration):
        outcome = "voicemail"
    if outcome == "voicemail":
        duration = seconds(rng, 20, 60)
    elif outcome != "answered":
        duration = seconds(rng, 5, 30)
    if not desk.free(user.id, start, start + duration):
        return False
    desk.occupy(user.id, start, start + duration)
    if outcome == "answered":
        desk.occupy(colleague.id, start, start + duration)
    said_to_caller, said_to_callee, why_caller, why_callee = _OUTCOMES[outcome]
    caller, callee = desk.cast.inside[user.id], desk.cast.inside[colleague.id]
    recording = "OnDemand" if outcome == "answered" and desk.recorded(duration, 0.03) else None
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
    return True


def transferred(desk: Desk, user: Extension, colleague: Extension, start: int) -> bool:
    """Somebody rings a user, who hands the call on to a colleague; False if either is talking already."""
    rng = desk.rng
    first = seconds(rng, 18, 90)
    second = seconds(rng, 4, 12) + talk(rng, 45 * 60)
    moved = start + first
    end = moved + second
    if not (desk.free(user.id, start, moved) and desk.free(colleague.id, moved, end)):
        return False
    desk.occupy(user.id, start, moved)
    desk.occupy(colleague.id, moved, end)
    caller = desk.cast.contact(rng, user)
    reach = desk.cast.reach(caller)

    def answered(extension: Extension, begin: int, lasting: int, action: str, leg_type: str) -> Part:
        return Part(
            start=begin,
            duration=lasting,
            direction="Inbound",
            action=action,
            result="Accepted",
            reason="Accepted",
            caller=caller,
            callee=desk.cast.outside[extension.id],
            extension_id=extension.id,
            leg_type=leg_type,
            transport="PSTN",
            internal_type=reach,
        )

    whole = answered(user, start, first + second, "Phone Call", "Accept")
    taken = answered(user, start, first, "Phone Call", "Accept")
    handed_on = answered(colleague, moved, second, "Transfer", "TransferCall")
    desk.add("Voice", Side(part=whole, legs=(taken, handed_on)), alone(handed_on))
    return True
