"""Turns a draft into a call: ids, when it shows, and when it is settled."""

from __future__ import annotations

from .call import Call, Draft, Entry, Part
from .dice import mixed
from .ids import Ids, session_id


def numbered(draft: Draft, number: int, ids: Ids, key: int) -> Call:
    """The call with this number (ids.py); `key` stands for the company.

    It shows 15 to 30 s after its end (contract 11.9). A recording always comes 40 to 120 s later still, a
    message often, the cost of a call at times.
    """
    chance = mixed(key, number)
    visible = draft.end + 15_000 + chance % 15_001
    late = _late(draft, chance >> 20)
    return Call(
        session_id=session_id(number),
        telephony_id=ids.telephony(number),
        type=draft.type,
        visible=visible,
        settled=visible + (40_000 + (chance >> 32) % 80_001 if late else 0),
        entries=tuple(
            Entry(id=ids.record(number, side), index=side, part=made.part, legs=made.legs)
            for side, made in enumerate(draft.sides)
        ),
    )


def _late(draft: Draft, chance: int) -> bool:
    parts: list[Part] = [part for side in draft.sides for part in (side.part, *side.legs)]
    return (
        any(part.recording for part in parts)
        or (chance % 2 == 0 and any(part.message for part in parts))
        or (chance % 10 == 1 and any(part.cost for part in parts))
    )
