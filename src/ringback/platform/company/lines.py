"""Calls to the company's shared lines: the support queue, the main menu, the announcement."""

from __future__ import annotations

import msgspec

from .call import Part, Party, Side, alone
from .desk import Desk
from .hours import seconds, talk
from .inbound import inbound
from .model import Extension

_RING_AT_MOST = 3


def to_queue(desk: Desk, start: int, staffed: bool) -> None:
    """Somebody rings Support: agents' telephones ring one after another until one answers, or nobody does."""
    rng, queue = desk.rng, desk.cast.queue
    caller, line = desk.cast.contact(rng), desk.cast.outside[queue.id]
    if not staffed or rng.random() < 0.05:
        duration = seconds(rng, 28, 100)
        desk.add(
            "Voice",
            alone(inbound(desk, caller, line, queue, start, duration, "Voicemail", message="VoiceMail")),
        )
        return
    at = start + seconds(rng, 4, 20)
    rung: list[Part] = []
    agents = rng.sample(desk.cast.agents, len(desk.cast.agents))
    for agent in agents[:_RING_AT_MOST]:
        talking = talk(rng, 55 * 60)
        ring = seconds(rng, 3, 18)
        if not desk.free(agent.id, at, at + ring + talking):
            continue
        if rng.random() < 0.75:
            rung.append(_ring(desk, caller, agent, at, ring + talking, "Accepted"))
            desk.occupy(agent.id, at, at + ring + talking)
            break
        missed = seconds(rng, 15, 20)
        rung.append(_ring(desk, caller, agent, at, missed, "Missed"))
        at += missed
    answered = bool(rung) and rung[-1].result == "Accepted"
    if answered:
        result, end = "Accepted", rung[-1].end
    else:
        result, end = rng.choice(("Missed", "Missed", "Abandoned")), at + seconds(rng, 2, 25)
    recording = "Automatic" if answered and desk.recorded(rung[-1].duration, 0.8) else None
    whole = inbound(desk, caller, line, queue, start, end - start, result, recording=recording)
    parts = [_recorded(part, recording) for part in rung]
    legs = (msgspec.structs.replace(part, action="FindMe", leg_type="FindMe") for part in parts)
    desk.add("Voice", Side(part=whole, legs=(whole, *legs)), *(alone(part) for part in parts))


def _ring(desk: Desk, caller: Party, agent: Extension, start: int, duration: int, result: str) -> Part:
    """An agent's telephone rings for the queue: the agent's own side of it."""
    queue = desk.cast.queue
    part = inbound(desk, caller, desk.cast.inside[agent.id], agent, start, duration, result)
    return msgspec.structs.replace(part, queue=Party(extension_id=queue.id, name=queue.name))


def _recorded(part: Part, recording: str | None) -> Part:
    return msgspec.structs.replace(part, recording=recording) if part.result == "Accepted" else part


def to_menu(desk: Desk, users: list[Extension], start: int) -> None:
    """Somebody rings the main number and hears the menu; then hangs up, or chooses a user's extension."""
    rng, menu = desk.rng, desk.cast.menu
    caller, line = desk.cast.contact(rng), desk.cast.outside[menu.id]
    listening = seconds(rng, 6, 26)
    user = rng.choice(users)
    talking = seconds(rng, 4, 16) + talk(rng, 40 * 60)
    at = start + listening
    if rng.random() < 0.3:
        desk.add("Voice", alone(inbound(desk, caller, line, menu, start, listening, "Hang Up")))
        return
    if desk.free(user.id, at, at + talking) and rng.random() < 0.85:
        desk.occupy(user.id, at, at + talking)
        onward = inbound(
            desk, caller, desk.cast.inside[user.id], user, at, talking, "Accepted", leg_type="RingDirectly"
        )
    else:
        onward = inbound(
            desk,
            caller,
            desk.cast.inside[user.id],
            user,
            at,
            seconds(rng, 25, 80),
            "Voicemail",
            leg_type="RingDirectly",
            message="VoiceMail",
        )
    whole = inbound(desk, caller, line, menu, start, onward.end - start, "Accepted")
    heard = inbound(desk, caller, line, menu, start, listening, "Accepted")
    desk.add("Voice", Side(part=whole, legs=(heard, onward)), alone(onward))


def to_announcement(desk: Desk, start: int) -> None:
    """Somebody listens to the opening hours."""
    line = desk.cast.announcement
    caller = desk.cast.contact(desk.rng)
    duration = seconds(desk.rng, 9, 31)
    part = inbound(desk, caller, desk.cast.outside[line.id], line, start, duration, "Accepted")
    desk.add("Voice", alone(part))
