"""Makes the calls that a scenario tells: who is meant, and what happens."""

from __future__ import annotations

from collections.abc import Sequence

from . import fax, inside, lines, outside
from .call import Draft, Party
from .company import Company
from .desk import Desk
from .inbound import inbound
from .model import Extension
from .roster import Roster
from .scenario_file import CallStep, ScenarioError

_INCOMING = ("Accepted", "Missed", "Voicemail", "Rejected", "Blocked", "Hang Up")
_INTERNAL = {
    "Accepted": "answered",
    "Missed": "missed",
    "Voicemail": "voicemail",
    "Rejected": "rejected",
    "Hang Up": "hang up",
}
_QUEUE = ("Accepted", "Missed", "Abandoned")
_OUTGOING = ("Call connected", "No Answer", "Busy", "Hang Up", "Wrong Number", "Call Failed", "Declined")
# What a record may be amended to.
RESULTS = tuple(dict.fromkeys((*_INCOMING, *_OUTGOING, *_QUEUE)))


def draft(desk: Desk, company: Company, roster: Roster, step: CallStep, start: int) -> Draft:
    """The call of a step that begins at `start` (milliseconds since 1970). ScenarioError: it cannot be."""
    people = [_who(company, roster, word) for word in step.people]
    if len({person.id for person in people}) < len(people):
        raise ScenarioError("people: nobody can be in a call twice")
    lasts = [round(seconds * 1000) for seconds in step.lasts]
    caller = Party(number=step.outside) if step.outside else desk.cast.contact(desk.rng)
    recording = "OnDemand" if step.recorded else None
    if step.recorded and max(lasts) < 30_000:
        raise ScenarioError("recorded: nothing under 30 seconds is recorded")
    if step.kind in ("incoming", "outgoing", "fax"):
        _expect(step, people, 1, lasts, 1)
    if step.kind == "incoming":
        result = _result(step, _INCOMING, recording)
        message = "VoiceMail" if result == "Voicemail" else None
        callee = desk.cast.outside(people[0])
        desk.add_alone(
            inbound(
                desk, caller, callee, people[0], start, lasts[0], result, message=message, recording=recording
            )
        )
    elif step.kind == "outgoing":
        result = _result(step, _OUTGOING, recording)
        outside.dialled(desk, people[0], caller, "VoIP Call", result, start, lasts[0], recording)
    elif step.kind == "internal":
        _expect(step, people, 2, lasts, 1)
        outcome = _INTERNAL[_result(step, tuple(_INTERNAL), recording)]
        inside.between(desk, people[0], people[1], start, lasts[0], outcome, recording)
    elif step.kind == "transfer":
        if len(people) < 2 or len(lasts) != len(people) or step.result or step.recorded:
            raise ScenarioError("a transfer has two people or more, a figure in lasts for each, nothing else")
        inside.handed_on(desk, caller, people, start, lasts)
    elif step.kind == "queue":
        _queue(desk, caller, people, lasts, start, step)
    else:
        fax.received(desk, people[0], caller, start, lasts[0], _result(step, fax.RECEIVED, recording))
    return desk.draft


def _queue(
    desk: Desk, caller: Party, people: Sequence[Extension], lasts: Sequence[int], start: int, step: CallStep
) -> None:
    queue, agents = people[0], people[1:]
    if queue.type != "Department" or not agents or len(lasts) != len(people):
        raise ScenarioError("a queue call has a queue, then agents, and a figure in lasts for each")
    recording = "Automatic" if step.recorded else None
    result = _result(step, _QUEUE, recording)
    at = start + lasts[0]
    rung = []
    for agent, duration in zip(agents, lasts[1:], strict=True):
        took = result == "Accepted" and agent is agents[-1]
        rung.append(lines.ring(desk, caller, queue, agent, at, duration, "Accepted" if took else "Missed"))
        at += duration
    if recording and rung[-1].duration < 30_000:
        raise ScenarioError("recorded: nothing under 30 seconds is recorded")
    lines.queued(desk, caller, queue, start, rung, at, result, recording)


def _who(company: Company, roster: Roster, word: str) -> Extension:
    """The extension that a word means."""
    kind, _, number = word.partition("-")
    desk = roster.desks[0]
    lined = {"queue": roster.queues[0], "menu": desk[0], "fax": desk[2]}
    if word in lined:
        return lined[word]
    if kind in ("user", "agent") and number.isascii() and number.isdigit() and len(number) < 6:
        agents = [person for person in roster.users if person.id in roster.queues[0].members]
        people = agents if kind == "agent" else list(roster.users)
        if 1 <= int(number) <= len(people):
            return people[int(number) - 1]
        raise ScenarioError(f"people: there is no {word}, only {len(people)} of them")
    found = [extension for extension in company.extensions if extension.number == word]
    if not found:
        raise ScenarioError(f"people: there is no extension {word!r}")
    return found[0]


def _expect(
    step: CallStep, people: Sequence[Extension], persons: int, lasts: Sequence[int], many: int
) -> None:
    if len(people) != persons:
        raise ScenarioError(f"people: a call of the kind {step.kind} names {persons}, here are {len(people)}")
    if len(lasts) != many:
        raise ScenarioError(f"lasts: a call of the kind {step.kind} has {many} figure, here are {len(lasts)}")


def _result(step: CallStep, known: Sequence[str], recording: str | None) -> str:
    result = step.result or known[0]
    if result not in known:
        raise ScenarioError(f"result: a call of the kind {step.kind} ends as one of {', '.join(known)}")
    if recording and result != known[0]:
        raise ScenarioError(f"recorded: only what was answered is recorded, this ends as {result}")
    return result
