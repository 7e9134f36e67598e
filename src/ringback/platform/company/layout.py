"""Who of a company's people sits where: the agents of its queues, its reception desks, and everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

_SMALL = 10
_BRANCH, _HOUSE = 16, 64


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions in the list of those who can log in; everybody is in exactly one of them.

    `queues` are the agents of each queue, `desks` the people of each reception desk, which has a menu, an
    announcement and a fax line; `others` are in no fixed team.
    """

    queues: tuple[tuple[int, ...], ...]
    desks: tuple[tuple[int, ...], ...]
    others: tuple[int, ...]


@lru_cache(maxsize=32)
def layout(employees: int) -> Layout:
    """One queue for about 16 people, one reception desk for about 64."""
    if employees < _SMALL:
        agents = max(1, employees // 3)
        queues = [range(employees - agents, employees)]
        desks: list[tuple[int, ...]] = [(0,)]
    else:
        queues = [range(n + 5, n + 9) for n in range(0, employees - 8, _BRANCH)]
        starts = [n for n in range(0, employees, _HOUSE) if n == 0 or n + 10 < employees]
        desks = [tuple(n for n in (start, start + 9, start + 10) if n < employees) for start in starts]
    fixed = {n for team in (*queues, *desks) for n in team}
    return Layout(
        tuple(tuple(team) for team in queues),
        tuple(desks),
        tuple(n for n in range(employees) if n not in fixed),
    )
