"""Who of a team takes part in its calls, block after block of a day: a table that repeats.

A team has one call in each block. Seats 0 to k - 1 are its people, the seats after them its lines. In every
round everybody is the first person of one call; so whoever looks at as many blocks as a round is long meets
everybody. Which seats a call has depends on the table alone, not on chance: so records can be counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .cycle import Cycle

_TURNS = 4


@dataclass(frozen=True, slots=True)
class Role:
    """One call of the table: its kind (maker.py) and its seats, the one it is counted for first."""

    kind: str
    seats: tuple[int, ...]


class Pattern:
    """The table of a kind of team with this many people, while its lines are staffed and when not."""

    def __init__(self, staffed: tuple[Role, ...], unstaffed: tuple[Role, ...], round_length: int) -> None:
        self.round_length = round_length
        self.length = len(staffed)
        self.one = staffed == unstaffed
        self.roles = (unstaffed, staffed)
        seats = sorted({seat for role in staffed + unstaffed for seat in role.seats})
        self._cycles = tuple(
            {
                seat: Cycle(self.length, (i for i, role in enumerate(table) if seat in role.seats))
                for seat in seats
            }
            for table in self.roles
        )

    def count(self, seat: int, offset: int, spans: tuple[int, int, int]) -> int:
        """How many blocks of a day this seat takes part in.

        `offset` is where in the table the day begins; `spans` the block at which the staffed hours begin, the
        one at which they end, and how many blocks there are.
        """
        opens, closes, blocks = spans
        off, on = self._cycles[0][seat], self._cycles[1][seat]
        if self.one:
            return off.below(offset + blocks) - off.below(offset)
        return (
            off.below(offset + opens)
            - off.below(offset)
            + on.below(offset + closes)
            - on.below(offset + opens)
            + off.below(offset + blocks)
            - off.below(offset + closes)
        )

    def block(self, seat: int, offset: int, spans: tuple[int, int, int], index: int) -> int:
        """The block of this seat's call with this index in the day."""
        opens, closes, blocks = spans
        parts = ((0, 0, blocks),) if self.one else ((0, 0, opens), (1, opens, closes), (0, closes, blocks))
        for table, first, end in parts:
            cycle = self._cycles[table][seat]
            before = cycle.below(offset + first)
            here = cycle.below(offset + end) - before
            if index < here:
                return cycle.nth(before + index) - offset
            index -= here
        raise IndexError("this seat has fewer calls on that day")


@lru_cache(maxsize=64)
def people(size: int) -> Pattern:
    """A team without lines: calls of one of them, and between two of them."""
    table = []
    for slot in range(_TURNS * size):
        turn, first = divmod(slot, size)
        pair = size > 1 and (turn + first) % _TURNS == 0
        table.append(Role("pair", (first, (first + size // 2) % size)) if pair else Role("solo", (first,)))
    return Pattern(tuple(table), tuple(table), size)


@lru_cache(maxsize=64)
def queue(size: int) -> Pattern:
    """The agents of a call queue, and the queue, whose seat is the last."""
    line, length = size, size + 1
    staffed, unstaffed = [], []
    for slot in range(_TURNS * length):
        turn, first = divmod(slot, length)
        if first == line:
            rung = [(turn + n) % size for n in range(min(size, 2 + turn % 2))]
            staffed.append(Role("queue", (line, *rung)))
            unstaffed.append(Role("message", (line,)))
            continue
        second = (first + size // 2) % size
        unstaffed.append(Role("solo", (first,)))
        turn = (turn + first) % _TURNS
        if turn == 0 or (size == 1 and turn > 1):
            staffed.append(Role("solo", (first,)))
        elif turn == 1:
            staffed.append(Role("queue", (line, first)))
        elif turn == 2:
            staffed.append(Role("queue", (line, first, second)))
        else:
            staffed.append(Role("pair", (first, second)))
    return Pattern(tuple(staffed), tuple(unstaffed), length)


@lru_cache(maxsize=64)
def lines(size: int) -> Pattern:
    """Reception with the menu, the announcement and the fax line: the seats after its people."""
    menu, announcement, fax = size, size + 1, size + 2
    alone = (Role("announcement", (announcement,)), Role("fax", (fax,)), Role("menu", (menu,)))
    table = []
    for slot in range(_TURNS * (size + 1)):
        turn, first = divmod(slot, size + 1)
        if first == size:
            table.append((*alone, alone[1])[turn])
            continue
        turn = (turn + first) % _TURNS
        if turn == 1:
            table.append(Role("menu", (menu, first)))
        elif turn == 3 and size > 1:
            table.append(Role("pair", (first, (first + size // 2) % size)))
        else:
            table.append(Role("solo", (first,)))
    return Pattern(tuple(table), tuple(table), size + 1)
