"""The frame of one day's calls: how many there are, when they begin, and which team has which of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .dice import Shuffle, mixed, share
from .hours import midnight_ms, quiet, staffed_part, time_of_day

# How busy each day of the working week is, Monday first.
_WEEK = (1.06, 1.02, 1.0, 0.98, 0.94)
_QUIET_SHARE = 0.12
_ROUNDS = 3  # everybody has a call in each third of a day


@dataclass(frozen=True, slots=True)
class Frame:
    """What a company's days have in common. Each block of a day has one call of each team."""

    key: int
    teams: int
    people: int  # those who are in another team each day
    blocks: int  # of a usual working day
    least: int  # blocks of any day

    @classmethod
    def of(cls, key: int, teams: int, people: int, calls_per_day: int, longest_round: int) -> Frame:
        """`longest_round` is how many blocks it takes at most until everybody has had a call."""
        least = _ROUNDS * longest_round
        return cls(key, teams, people, max(least, round(calls_per_day / teams)), least)


class Workday:
    """One account-local day. Calls are counted from 0 in the order in which they begin.

    Times are milliseconds since 1970. The call with index i begins when the part (i + chance) / `total` of
    the day's activity is over; so the order of calls is the order in time. It belongs to block i // teams.
    Inside a block teams come in an order of the day, of which only near places change from block to block: so
    from one call of a team to its next it is half a block at least.
    """

    __slots__ = ("_frame", "_key", "_near", "_order", "idle", "midnight", "people", "spans", "total")

    def __init__(self, frame: Frame, day: date) -> None:
        self._frame = frame
        self._key = mixed(frame.key, day.toordinal())
        self.idle = quiet(day)
        self.midnight = midnight_ms(day)
        busy = _QUIET_SHARE if self.idle else _WEEK[day.weekday()]
        blocks = max(frame.least, round(frame.blocks * busy * (0.96 + 0.08 * share(self._key, 1))))
        opens, closes = staffed_part(self.idle)
        first = int(opens * blocks) + 1
        self.spans = (first, max(first, int(closes * blocks)), blocks)
        self.total = blocks * frame.teams
        self._order = Shuffle(frame.teams, mixed(self._key, 2))
        self._near = max(2, frame.teams // 4) if frame.teams > 3 else 1
        self.people = Shuffle(max(1, frame.people), mixed(self._key, 3))

    def start(self, index: int) -> int:
        """When the call with this index begins."""
        part = (index + share(self._key, index)) / self.total
        return self.midnight + time_of_day(self.idle, part)

    def offset(self, team: int, length: int) -> int:
        """Where in its table of this length a team begins the day."""
        return mixed(self._key, 4, team) % length

    def staffed(self, block: int) -> bool:
        """Whether shared lines are staffed in this block."""
        return self.spans[0] <= block < self.spans[1]

    def index(self, block: int, team: int) -> int:
        """The index of this team's call in this block."""
        teams, near = self._frame.teams, self._near
        group, place = divmod(self._order.place(team), near)
        size = min(near, teams - group * near)
        return block * teams + group * near + (place + mixed(self._key, 5, block, group)) % size

    def team(self, index: int) -> tuple[int, int]:
        """The block and the team of the call with this index."""
        teams, near = self._frame.teams, self._near
        block, place = divmod(index, teams)
        group, place = divmod(place, near)
        size = min(near, teams - group * near)
        return block, self._order.at(group * near + (place - mixed(self._key, 5, block, group)) % size)
