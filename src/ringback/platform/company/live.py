"""The live stream: from the clock's start on, around the clock, a short call every 5 to 20 seconds.

Pure functions of the seed and a slot. Everybody is the first person of one call in a round of slots; a table
says which calls have a second person, a queue or a menu in them. Who is talking in a scheduled call at that
time does not answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

from .call import Call, Entry
from .cycle import Cycle
from .desk import Desk
from .dice import Shuffle, dice, mixed
from .ids import LIVE, number
from .kept import Kept
from .layout import layout
from .maker import make
from .model import Extension
from .numbering import numbered
from .schedule import Schedule
from .track import Row, Track

_EVERY, _EARLIER = 12_500, 7_500  # milliseconds: a slot, and by how much a call may begin later in it
_LONGEST = 88_000
_OPEN = 5 * 60_000
_TURNS = 4
_KEPT = 1000


class LiveStream:
    """The live calls of a company. Safe to use from several threads."""

    def __init__(self, schedule: Schedule, start_ms: int) -> None:
        self._schedule = schedule
        self._start = start_ms
        self._key = mixed(schedule.key, 77)
        self._users = schedule.roster.users
        self._order = Shuffle(len(self._users), mixed(self._key, 1))
        self._calls: Kept[int, Call] = Kept(_KEPT)
        self.length = _TURNS * len(self._users)

    def start(self, slot: int) -> int:
        """When the call of a slot begins."""
        return self._start + slot * _EVERY + mixed(self._key, slot) % (_EARLIER + 1)

    def begun(self, ms: int) -> int:
        """How many calls begin before `ms`."""
        slot = (ms - self._start) // _EVERY
        if slot < 0:
            return 0
        return slot if self.start(slot) >= ms else slot + 1

    def call(self, slot: int) -> Call:
        """The call of a slot."""
        return self._calls.get(slot, partial(self._made, slot))

    def at(self, start: int) -> Call | None:
        """The call that began at this millisecond."""
        slot = (start - self._start) // _EVERY
        return self.call(slot) if slot >= 0 and self.start(slot) == start else None

    def cycle(self, extension_id: int) -> Cycle | None:
        """The slots that an extension takes part in; None where there are none."""
        return self._cycles.get(extension_id)

    @cached_property
    def _cycles(self) -> dict[int, Cycle]:
        slots: dict[int, list[int]] = {}
        for slot in range(self.length):
            for extension in self._role(slot)[1]:
                slots.setdefault(extension.id, []).append(slot)
        return {extension_id: Cycle(self.length, found) for extension_id, found in slots.items()}

    @cached_property
    def _lines(self) -> dict[int, tuple[str, Extension]]:
        """What is asked for beside some users: their queue, or the menu of their reception desk."""
        roster = self._schedule.roster
        plan = layout(len(self._users))
        found: dict[int, tuple[str, Extension]] = {}
        for agents, queue in zip(plan.queues, roster.queues, strict=True):
            found |= {self._users[n].id: ("queue", queue) for n in agents}
        for people, desk in zip(plan.desks, roster.desks, strict=True):
            found |= {self._users[n].id: ("menu", desk[0]) for n in people}
        return found

    def _role(self, slot: int) -> tuple[str, tuple[Extension, ...]]:
        """The kind of a slot's call and who is in it; the same again after `length` slots."""
        people = len(self._users)
        turn, place = divmod(slot % self.length, people)
        first = self._users[self._order.at(place)]
        turn = (turn + place) % _TURNS
        if turn == 0:
            return "pair", (first, self._users[self._order.at((place + people // 2) % people)])
        if turn == 1 and first.id in self._lines:
            kind, line = self._lines[first.id]
            return kind, (line, first)
        return "solo", (first,)

    def _made(self, slot: int) -> Call:
        kind, people = self._role(slot)
        start = self.start(slot)
        latest: dict[int, int] = {}
        for person in people:
            if person.can_log_in:
                upcoming = min(start + _LONGEST, self._upcoming(person.id, slot))
                latest[person.id] = min(upcoming, self._schedule.free_until(person.id, start))
        desk = Desk(self._schedule.cast, dice(mixed(self._key, slot, 2)), latest)
        make(desk, kind, people, start, longest=_LONGEST // 1000 - 20)
        return numbered(desk.draft, number(start, LIVE, 0), self._schedule.ids, self._key)

    def _upcoming(self, extension_id: int, slot: int) -> int:
        """When that person's next live call begins, as far as it matters."""
        for later in range(slot + 1, slot + 2 + _LONGEST // _EVERY):
            if any(e.id == extension_id for e in self._role(later)[1]):
                return self.start(later)
        return self.start(slot) + _LONGEST


class LiveTrack(Track):
    """The live calls of the company, or of one extension (`cycle`)."""

    def __init__(
        self, stream: LiveStream, extension_id: int | None = None, cycle: Cycle | None = None
    ) -> None:
        self._stream = stream
        self._extension_id = extension_id
        self._below: Callable[[int], int] = int if cycle is None else cycle.below
        self._slot: Callable[[int], int] = int if cycle is None else cycle.nth

    def before(self, ms: int) -> int:
        found = self._below(self._stream.begun(ms))
        # A record may begin later than its call, but always before its extension's next one.
        while self._extension_id is not None and found and self.start(found - 1) >= ms:
            found -= 1
        return found

    def row(self, position: int) -> Row:
        call = self._stream.call(self._slot(position))
        return call, self._entry(call)

    def start(self, position: int) -> int:
        if self._extension_id is None:
            return self._stream.start(position)
        return self.row(position)[1].part.start

    def first_open(self, ms: int) -> int:
        return ms - _OPEN

    def _entry(self, call: Call) -> Entry:
        if self._extension_id is None:
            return call.entries[0]
        return next(e for e in call.entries if e.part.extension_id == self._extension_id)
