"""A call as the platform knows it: one pure value, from which every record about it is made.

A `Call` has one `Entry` for each extension that took part. An entry is that extension's side of the story:
its own direction, result, start and duration (`part`), and the legs it can see, the master leg first.
`entries[0]` belongs to whoever the call is counted for (the caller of an internal call, the queue of a queue
call). The company log shows that entry and no other; an extension's log shows the extension's own. So the two
logs agree: every record of the company log is, under the same id, in the log of the extension it names, and
all entries of one call share its session id and telephony session id.

Times are milliseconds since 1970 (UTC), durations milliseconds.
"""

from __future__ import annotations

import msgspec


class Party(msgspec.Struct, frozen=True, gc=False):
    """One end of a call: one of our extensions, or somebody outside known by number, sometimes by name."""

    number: str | None = None
    extension_id: int | None = None
    extension_number: str | None = None
    name: str | None = None
    location: str | None = None
    device_id: int | None = None


class Part(msgspec.Struct, frozen=True, gc=False):
    """What a record and a leg have in common (contract 11.2, 11.3).

    `recording` is the kind of recording (Automatic, OnDemand), `message` the kind of message (VoiceMail,
    Fax); their ids follow from the call's session id. `queue` is set where a queue handed the call on.
    """

    start: int
    duration: int
    direction: str
    action: str
    result: str
    caller: Party
    callee: Party
    extension_id: int
    leg_type: str
    transport: str
    internal_type: str
    reason: str | None = None
    cost: float = 0.0
    message: str | None = None
    recording: str | None = None
    queue: Party | None = None

    @property
    def end(self) -> int:
        """When it was over."""
        return self.start + self.duration


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One extension's view of a call; `legs[0]` is the master leg, `index` counts the call's entries."""

    id: str
    index: int
    part: Part
    legs: tuple[Part, ...]


class Call(msgspec.Struct, frozen=True, gc=False):
    """A finished call. `visible` is when it shows in the logs: a little after its end (contract 11.9).

    `settled` is when its records get what they may lack at first (amend.py): recording, message, cost; it is
    `visible` where nothing is late.
    """

    session_id: str
    telephony_id: str
    type: str
    visible: int
    settled: int
    entries: tuple[Entry, ...]

    @property
    def start(self) -> int:
        """When the call began."""
        return self.entries[0].part.start

    @property
    def end(self) -> int:
        """When its last party hung up."""
        return max(entry.part.end for entry in self.entries)


class Side(msgspec.Struct, frozen=True, gc=False):
    """An entry before ids are given out."""

    part: Part
    legs: tuple[Part, ...]


class Draft(msgspec.Struct, frozen=True, gc=False):
    """A call before ids are given out."""

    type: str
    sides: tuple[Side, ...]

    @property
    def start(self) -> int:
        """When the call began."""
        return self.sides[0].part.start

    @property
    def end(self) -> int:
        """When its last party hung up."""
        return max(side.part.end for side in self.sides)


def alone(part: Part) -> Side:
    """A side that consists of one leg only."""
    return Side(part=part, legs=(part,))
