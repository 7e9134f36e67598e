"""The teams of a company: who sits where on which day. Extensions are known by their ids here."""

from __future__ import annotations

from dataclasses import dataclass

from . import patterns
from .layout import layout
from .model import Extension
from .patterns import Pattern
from .roster import Roster
from .workday import Workday

_TEAM = 4  # people in a team, more or less


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a team on some day."""

    team: int
    place: int
    pattern: Pattern


class Teams:
    """All teams: first those of the queues, then those of the reception desks, then those of everybody else,
    who sit with other people each day."""

    def __init__(self, roster: Roster) -> None:
        plan = layout(len(roster.users))
        users = roster.users
        self._fixed: list[tuple[Pattern, tuple[Extension, ...]]] = [
            (patterns.queue(len(team)), (*(users[n] for n in team), queue))
            for team, queue in zip(plan.queues, roster.queues, strict=True)
        ]
        self._fixed += [
            (patterns.lines(len(team)), (*(users[n] for n in team), *desk))
            for team, desk in zip(plan.desks, roster.desks, strict=True)
        ]
        self._places = {
            member.id: Seat(team, place, pattern)
            for team, (pattern, members) in enumerate(self._fixed)
            for place, member in enumerate(members)
        }
        self._others = tuple(users[n] for n in plan.others)
        self._numbers = {user.id: n for n, user in enumerate(self._others)}
        self._rest = max(1, round(len(self._others) / _TEAM)) if self._others else 0
        if self._rest:
            # So many teams have one person more than the others.
            self._size, self._larger = divmod(len(self._others), self._rest)

    @property
    def count(self) -> int:
        """How many teams there are."""
        return len(self._fixed) + self._rest

    @property
    def changing(self) -> int:
        """How many people sit in another team each day."""
        return len(self._others)

    @property
    def longest_round(self) -> int:
        """After how many blocks everybody has had a call."""
        rounds = [pattern.round_length for pattern, _ in self._fixed]
        return max([*rounds, self._size + 1 if self._rest else 1])

    def seat(self, extension_id: int, day: Workday) -> Seat | None:
        """Where this extension sits; None where it has no calls."""
        fixed = self._places.get(extension_id)
        if fixed is not None:
            return fixed
        number = self._numbers.get(extension_id)
        if number is None:
            return None
        place, size = day.people.place(number), self._size
        in_larger = self._larger * (size + 1)
        if place < in_larger:
            team, place = divmod(place, size + 1)
            return Seat(len(self._fixed) + team, place, patterns.people(size + 1))
        team, place = divmod(place - in_larger, size)
        return Seat(len(self._fixed) + self._larger + team, place, patterns.people(size))

    def pattern(self, team: int) -> Pattern:
        """The table of a team."""
        if team < len(self._fixed):
            return self._fixed[team][0]
        return patterns.people(self._size + (team - len(self._fixed) < self._larger))

    def member(self, team: int, place: int, day: Workday) -> Extension:
        """Who sits there."""
        if team < len(self._fixed):
            return self._fixed[team][1][place]
        team -= len(self._fixed)
        first = team * self._size + min(team, self._larger)
        return self._others[day.people.at(first + place)]
