"""A call that comes in from outside, as one part of it; and the reason that goes with a result."""

from __future__ import annotations

from .call import Part, Party
from .desk import Desk
from .model import Extension

REASONS = {
    "Accepted": "Accepted",
    "Call connected": "Connected",
    "Missed": "No Answer",
    "Rejected": "Calls Not Accepted",
    "Blocked": "Number Blocked",
    "Hang Up": "Hang Up",
    "Abandoned": "Hang Up",
    "No Answer": "Not Answered",
    "Busy": "Line Busy",
    "Wrong Number": "Wrong Number",
    "Call Failed": "Failed Try Again",
    "Declined": "Calls Not Accepted",
    "International Restricted": "International Restricted",
}


def inbound(
    desk: Desk,
    caller: Party,
    callee: Party,
    owner: Extension,
    start: int,
    duration: int,
    result: str,
    *,
    leg_type: str = "Accept",
    message: str | None = None,
    recording: str | None = None,
) -> Part:
    """A call from outside to a line or a person, or to the person it was handed on to."""
    return Part(
        start=start,
        duration=duration,
        direction="Inbound",
        action="Phone Call",
        result=result,
        reason=REASONS.get(result),
        caller=caller,
        callee=callee,
        extension_id=owner.id,
        leg_type=leg_type,
        transport="PSTN",
        internal_type=desk.cast.reach(caller),
        message=message,
        recording=recording,
    )
