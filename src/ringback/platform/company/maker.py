"""Makes one call of a kind: the switch between the table of who takes part and what happens."""

from __future__ import annotations

from collections.abc import Sequence

from . import fax, inside, lines, outside
from .desk import Desk
from .model import Extension

_LEAST_TO_DIAL = 2_000  # milliseconds


def make(desk: Desk, kind: str, people: Sequence[Extension], start: int, longest: int = 75 * 60) -> None:
    """Make a call of this kind (patterns.py) between these, in that order; talk is `longest` seconds at most.

    Every one of `people` gets an entry of its own, in the same order.
    """
    first = people[0]
    if kind == "solo":
        _alone(desk, first, start, longest)
    elif kind == "pair":
        if desk.rng.random() < 0.75:
            inside.internal(desk, first, people[1], start, min(longest, 40 * 60))
        else:
            inside.transferred(desk, first, people[1], start)
    elif kind == "queue":
        lines.to_queue(desk, first, people[1:], start)
    elif kind == "message":
        lines.to_queue_at_night(desk, first, start)
    elif kind == "menu":
        lines.to_menu(desk, first, people[1] if len(people) > 1 else None, start)
    elif kind == "announcement":
        lines.to_announcement(desk, first, start)
    else:
        fax.receive(desk, first, start)


def _alone(desk: Desk, user: Extension, start: int, longest: int) -> None:
    """A call between a user and the outside, or a fax."""
    chance = desk.rng.random()
    if chance < 0.53 and desk.room(user.id, start) >= _LEAST_TO_DIAL:
        outside.outgoing(desk, user, start, longest)
    elif chance < 0.94:
        outside.incoming(desk, user, start, longest)
    elif chance < 0.98:
        fax.send(desk, user, start, min(longest, 240))
    else:
        fax.receive(desk, user, start, min(longest, 210))
