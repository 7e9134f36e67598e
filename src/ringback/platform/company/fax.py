"""Faxes: the front desk's line receives most, a few people send."""

from __future__ import annotations

from .call import Part, Party, alone
from .desk import Desk
from .hours import seconds
from .model import Extension
from .outside import cost

_RECEIVED = (("Received", 90), ("Receive Error", 4), ("Partial Receive", 3), ("Fax Receipt Error", 3))
RECEIVED = tuple(result for result, _ in _RECEIVED)
_SENT = (
    ("Sent", 84),
    ("Send Error", 4),
    ("Fax Not Sent", 4),
    ("Fax Poor Line", 2),
    ("Busy", 3),
    ("No Answer", 3),
)
_REASONS = {
    "Receive Error": "Receive Error",
    "Partial Receive": "Fax Not Received",
    "Fax Receipt Error": "Fax Not Received",
    "Send Error": "Fax Send Error",
    "Fax Not Sent": "Fax Not Sent",
    "Fax Poor Line": "Fax Poor Line",
    "Busy": "Line Busy",
    "No Answer": "Not Answered",
}


def receive(desk: Desk, owner: Extension, start: int, longest: int = 210) -> None:
    """A fax comes in for a user or for the fax line, in `longest` seconds at most."""
    rng = desk.rng
    result = desk.pick(_RECEIVED)
    duration = seconds(rng, 24, longest) if result == "Received" else seconds(rng, 8, 60)
    received(desk, owner, desk.cast.contact(rng), start, duration, result)


def received(desk: Desk, owner: Extension, caller: Party, start: int, duration: int, result: str) -> None:
    """A fax came in, with this result (RECEIVED)."""
    part = Part(
        start=start,
        duration=duration,
        direction="Inbound",
        action="Incoming Fax",
        result=result,
        reason=_REASONS.get(result),
        caller=caller,
        callee=desk.cast.outside(owner),
        extension_id=owner.id,
        leg_type="Accept",
        transport="PSTN",
        internal_type=desk.cast.reach(caller),
        message="Fax" if result in ("Received", "Partial Receive") else None,
    )
    desk.add("Fax", alone(part))


def send(desk: Desk, owner: Extension, start: int, longest: int = 240) -> None:
    """A user sends a fax, in `longest` seconds at most."""
    rng = desk.rng
    result = desk.pick(_SENT)
    callee = desk.cast.contact(rng, owner)
    reach = desk.cast.reach(callee)
    duration = seconds(rng, 26, longest) if result == "Sent" else seconds(rng, 5, 55)
    part = Part(
        start=start,
        duration=duration,
        direction="Outbound",
        action="Outgoing Fax",
        result=result,
        reason=_REASONS.get(result),
        caller=desk.cast.outside(owner),
        callee=callee,
        extension_id=owner.id,
        leg_type="FaxSent",
        transport="PSTN",
        internal_type=reach,
        cost=cost(duration, reach) if result == "Sent" else 0.0,
        message="Fax",
    )
    desk.add("Fax", alone(part))
