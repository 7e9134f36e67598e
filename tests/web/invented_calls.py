"""A company's call log, invented from a seed: queues, transfers, voicemail, calls of two records, ties."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from ringback import Extension

PEOPLE = tuple(
    Extension(id=500 + place, extension_number=str(101 + place), name=f"Person {place:02}", type="User")
    for place in range(12)
)
QUEUES = tuple(
    Extension(id=900 + place, extension_number=str(801 + place), name=name, type="Department")
    for place, name in enumerate(("Sales", "Support", "straße"))
)
EVERYBODY = (*PEOPLE, *QUEUES)
_ARRIVED = ("Accepted", "Accepted", "Missed", "Voicemail", "Hang Up", "Rejected", "Busy")
_LEFT = ("Call connected", "Call connected", "No Answer", "Busy", "Hang Up", "Wrong Number")


def records(seed: int, count: int, begin: datetime, days: float) -> list[dict[str, Any]]:
    """Records as the platform gives them, in no order; the calls begin within `days` from `begin`."""
    dice = Random(seed)
    made: list[dict[str, Any]] = []
    for number in range(count):
        # Whole minutes: some calls begin in the same moment.
        start = begin + timedelta(minutes=dice.randrange(int(days * 1440)))
        made += _call(dice, f"{seed}{number:05}", start)
    return made


def _call(dice: Random, number: str, start: datetime) -> Iterator[dict[str, Any]]:
    kind = dice.choice(("in", "in", "out", "out", "internal", "fax"))
    person, other = dice.sample(PEOPLE, 2)
    outside = {"phoneNumber": f"+1{dice.randrange(2005550000, 2005550400)}"}
    if dice.random() < 0.5:
        outside["name"] = dice.choice(("Zoë", "andrew", "Bob", "Élan", "bob"))
    legs: list[dict[str, Any]] = []
    length = dice.randrange(5, 900)
    if kind == "out":
        result, ends = dice.choice(_LEFT), (_party(dice, person), outside)
        legs.append(_leg(start, length, "Outbound", result, person, *ends))
    elif kind == "internal":
        result, ends = (
            dice.choice(("Accepted", "Missed", "Call connected")),
            (_party(dice, person), _party(dice, other)),
        )
        legs.append(_leg(start, length, "Inbound", result, other, *ends))
    elif kind == "fax":
        result, ends = dice.choice(("Received", "Receive Error")), (outside, _party(dice, person))
    else:
        result, ends = dice.choice(_ARRIVED), (outside, _party(dice, person))
        queue = dice.choice(QUEUES) if dice.random() < 0.4 else None
        legs.append(_leg(start, length, "Inbound", result, queue or person, *ends))
        if queue is not None:
            legs[0]["delegate"] = {"id": str(queue.id), "name": queue.name}
        for place in range(dice.choice((0, 0, 1, 3))):
            someone = dice.choice(PEOPLE)
            later = start + timedelta(seconds=20 + 30 * place)
            legs.append(
                _leg(later, length, "Inbound", dice.choice(_ARRIVED), someone, outside, _party(dice, someone))
            )
    told: dict[str, Any] = {
        "id": f"r{number}",
        "sessionId": f"s{number}",
        "startTime": _time(start),
        "duration": length,
        "type": "Fax" if kind == "fax" else "Voice",
        "direction": "Outbound"
        if kind == "out" or (kind == "internal" and dice.random() < 0.5)
        else "Inbound",
        "result": result,
        "from": ends[0],
        "to": ends[1],
        "extension": {"id": person.id},
        "lastModifiedTime": _time(start + timedelta(seconds=length + 30)),
        "legs": legs,
    }
    yield told
    if kind == "in" and dice.random() < 0.2:  # an agent's own record of the same call, which began later
        later = start + timedelta(minutes=dice.randrange(1, 90))
        yield {
            **told,
            "id": f"r{number}b",
            "sessionId": dice.choice((told["sessionId"], f"t{number}")),
            "startTime": _time(later),
            "legs": [_leg(later, 60, "Inbound", "Accepted", other, outside, _party(dice, other))],
            "telephonySessionId": f"ts{number}",
        }
        told["telephonySessionId"] = f"ts{number}"


def _party(dice: Random, person: Extension) -> dict[str, Any]:
    """An extension as records have it: sometimes its number is all there is."""
    told: dict[str, Any] = {"extensionNumber": person.extension_number}
    if dice.random() < 0.7:
        told |= {"extensionId": str(person.id), "name": person.name}
    return told


def _leg(
    start: datetime, length: int, direction: str, result: str, owner: Extension, from_: Any, to: Any
) -> dict[str, Any]:
    return {
        "startTime": _time(start),
        "duration": length,
        "type": "Voice",
        "direction": direction,
        "action": "Phone Call",
        "result": result,
        "from": from_,
        "to": to,
        "extension": {"id": owner.id},
        "legType": "Accept",
    }


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_json(told: dict[str, Any]) -> bytes:
    """A record as the platform writes it."""
    return json.dumps(told, ensure_ascii=False).encode()
