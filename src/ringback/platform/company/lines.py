"""Calls to the company's shared lines: its queues, its menus, its announcements."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from .call import Part, Party, Side, alone
from .desk import Desk
from .hours import seconds, talk
from .inbound import inbound
from .model import Extension

_RINGING = 75_000  # milliseconds that ringing several agents may take, where there is time
_LEAST_RING = 1_000


def to_queue(desk: Desk, queue: Extension, agents: Sequence[Extension], start: int) -> None:
    """Somebody rings a queue: agents' telephones ring one after another until the last answers, or nobody."""
    rng = desk.rng
    caller = desk.cast.contact(rng)
    # Where little time is left until an agent's next call, everything goes faster.
    room = min(desk.room(agent.id, start) for agent in agents)
    pace = min(1.0, room / _RINGING)
    at = start + int(pace * seconds(rng, 4, 16))
    rung: list[Part] = []
    answered = rng.random() < 0.88
    for agent in agents[:-1]:
        missed = int(pace * seconds(rng, 12, 18))
        rung.append(ring(desk, caller, queue, agent, at, missed, "Missed"))
        at += missed
    last, ringing = agents[-1], int(pace * seconds(rng, 3, 16))
    talking = desk.fitted(ringing + talk(rng, 55 * 60), desk.room(last.id, at)) if answered else 0
    if talking > ringing + _LEAST_RING:
        rung.append(ring(desk, caller, queue, last, at, talking, "Accepted"))
        recording = "Automatic" if desk.recorded(talking, 0.8) else None
        queued(desk, caller, queue, start, rung, at + talking, "Accepted", recording)
        return
    missed = int(pace * seconds(rng, 12, 18))
    rung.append(ring(desk, caller, queue, last, at, missed, "Missed"))
    result = rng.choice(("Missed", "Missed", "Abandoned"))
    queued(desk, caller, queue, start, rung, at + missed + seconds(rng, 2, 25), result, None)


def queued(
    desk: Desk,
    caller: Party,
    queue: Extension,
    start: int,
    rung: Sequence[Part],
    end: int,
    result: str,
    recording: str | None,
) -> None:
    """A call to a queue with its agents' parts (`ring`), the one who answered with the recording."""
    line = desk.cast.outside(queue)
    whole = inbound(desk, caller, line, queue, start, end - start, result, recording=recording)
    parts = [_recorded(part, recording) for part in rung]
    legs = (msgspec.structs.replace(part, action="FindMe", leg_type="FindMe") for part in parts)
    desk.add("Voice", Side(part=whole, legs=(whole, *legs)), *(alone(part) for part in parts))


def to_queue_at_night(desk: Desk, queue: Extension, start: int) -> None:
    """Somebody rings a queue while nobody is there, and leaves a message."""
    caller, line = desk.cast.contact(desk.rng), desk.cast.outside(queue)
    lasting = seconds(desk.rng, 28, 100)
    left = inbound(desk, caller, line, queue, start, lasting, "Voicemail", message="VoiceMail")
    desk.add("Voice", alone(left))


def ring(
    desk: Desk, caller: Party, queue: Extension, agent: Extension, start: int, duration: int, result: str
) -> Part:
    """An agent's telephone rings for the queue: the agent's own side of it."""
    part = inbound(desk, caller, desk.cast.inside(agent), agent, start, duration, result)
    return msgspec.structs.replace(part, queue=Party(extension_id=queue.id, name=queue.name))


def _recorded(part: Part, recording: str | None) -> Part:
    return msgspec.structs.replace(part, recording=recording) if part.result == "Accepted" else part


def to_menu(desk: Desk, menu: Extension, user: Extension | None, start: int) -> None:
    """Somebody rings a menu's number and listens; then hangs up (`user` None), or chooses that extension."""
    rng = desk.rng
    caller, line = desk.cast.contact(rng), desk.cast.outside(menu)
    listening = seconds(rng, 6, 26)
    if user is None:
        desk.add("Voice", alone(inbound(desk, caller, line, menu, start, listening, "Hang Up")))
        return
    listening = min(listening, desk.room(user.id, start) // 3)
    talking = desk.fitted(seconds(rng, 4, 16) + talk(rng, 40 * 60), desk.room(user.id, start) - listening)
    answered = bool(talking) and rng.random() < 0.85
    onward = inbound(
        desk,
        caller,
        desk.cast.inside(user),
        user,
        start + listening,
        talking if answered else seconds(rng, 25, 60),
        "Accepted" if answered else "Voicemail",
        leg_type="RingDirectly",
        message=None if answered else "VoiceMail",
    )
    whole = inbound(desk, caller, line, menu, start, onward.end - start, "Accepted")
    heard = inbound(desk, caller, line, menu, start, listening, "Accepted")
    desk.add("Voice", Side(part=whole, legs=(heard, onward)), alone(onward))


def to_announcement(desk: Desk, line: Extension, start: int) -> None:
    """Somebody listens to the opening hours."""
    caller = desk.cast.contact(desk.rng)
    duration = seconds(desk.rng, 9, 31)
    part = inbound(desk, caller, desk.cast.outside(line), line, start, duration, "Accepted")
    desk.add("Voice", alone(part))
