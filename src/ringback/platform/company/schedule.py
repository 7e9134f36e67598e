"""The calls of a company on all days: each one made on its own, from where it stands in its day.

Pure functions of seed and size; nothing here knows the time. A call can be reached by day and index (the
company's order), or by day, extension and index (that extension's order), and both are counted, not listed.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime
from functools import cached_property
from itertools import count

from .call import Call, Entry
from .cast import Cast
from .desk import Desk
from .dice import dice, digest, mixed
from .hours import local_date
from .ids import SCHEDULED, Ids, number
from .kept import Kept
from .ledger import new_chapters
from .maker import make
from .model import Account
from .numbering import numbered
from .roster import Roster
from .size import CompanySize
from .teams import Teams
from .workday import Frame, Workday

LONGEST = 81 * 60_000  # milliseconds: no call lasts longer
_AFTERWARDS = 5 * 60_000  # a call that nobody answers is over and shows after that
_DAYS_KEPT, _CALLS_KEPT = 1024, 4000

# Of all companies together: what one makes anew, another may have thrown out.
_calls: Kept[tuple[int, int, int], Call] = Kept(_CALLS_KEPT)
_serials = count()


class Schedule:
    """All calls of a company. Safe to use from several threads. Days are ordinals of account-local dates."""

    def __init__(
        self, seed: int, account: Account, roster: Roster, size: CompanySize, start: datetime
    ) -> None:
        self.seed = seed
        self.account = account
        self.roster = roster
        self.size = size
        self.start = start
        self.ids = Ids(seed, account.id)
        self.key = int.from_bytes(digest(seed, "schedule", account.id)[:8])
        self._serial = next(_serials)
        self._days: Kept[int, Workday] = Kept(_DAYS_KEPT)
        self.chapters = new_chapters()

    @cached_property
    def teams(self) -> Teams:
        """Who sits with whom."""
        return Teams(self.roster)

    @cached_property
    def cast(self) -> Cast:
        """Everybody a call can be with."""
        return Cast(self.seed, self.account, self.roster.extensions)

    @cached_property
    def _frame(self) -> Frame:
        teams = self.teams
        return Frame.of(self.key, teams.count, teams.changing, self.size.calls_per_day, teams.longest_round)

    def day(self, day: int) -> Workday:
        """The frame of a day."""
        return self._days.get(day, lambda: Workday(self._frame, date.fromordinal(day)))

    def calls_on(self, day: date) -> tuple[Call, ...]:
        """All calls that begin on this account-local date, oldest first."""
        ordinal = day.toordinal()
        return tuple(self.call(ordinal, index) for index in range(self.day(ordinal).total))

    def call(self, day: int, index: int) -> Call:
        """The call with this index in the company's day."""
        return _calls.get((self._serial, day, index), lambda: self._made(day, index))

    def count(self, extension_id: int, day: int) -> int:
        """How many records that extension has on that day."""
        frame = self.day(day)
        seat = self.teams.seat(extension_id, frame)
        if seat is None:
            return 0
        return seat.pattern.count(seat.place, frame.offset(seat.team, seat.pattern.length), frame.spans)

    def place(self, extension_id: int, day: int, index: int) -> int:
        """Where in the company's day that extension's record with this index stands."""
        frame = self.day(day)
        seat = self.teams.seat(extension_id, frame)
        if seat is None:
            raise IndexError("this extension has no calls")
        offset = frame.offset(seat.team, seat.pattern.length)
        return frame.index(seat.pattern.block(seat.place, offset, frame.spans, index), seat.team)

    def record(self, extension_id: int, day: int, index: int) -> tuple[Call, Entry]:
        """That extension's record with this index on that day."""
        call = self.call(day, self.place(extension_id, day, index))
        return call, next(e for e in call.entries if e.part.extension_id == extension_id)

    def begun(self, day: int, ms: int) -> int:
        """How many calls of that day begin before `ms`."""
        frame = self.day(day)
        return bisect_left(range(frame.total), ms, key=frame.start)

    def begun_of(self, extension_id: int, day: int, ms: int) -> int:
        """How many records of an extension on that day begin before `ms`.

        A record may begin later than its call (a call that is handed on), but always before the next one.
        """
        frame = self.day(day)
        found = bisect_left(
            range(self.count(extension_id, day)),
            ms,
            key=lambda index: frame.start(self.place(extension_id, day, index)),
        )
        if found and self.record(extension_id, day, found - 1)[1].part.start >= ms:
            return found - 1
        return found

    def numbered(self, start: int, low: int) -> Call | None:
        """The call that began at `start` and whose index ends in these four bits (ids.py)."""
        try:
            day = local_date(start).toordinal()
        except OverflowError:
            return None
        frame = self.day(day)
        index = self.begun(day, start)
        while index < frame.total and frame.start(index) == start:
            if index & 15 == low:
                return self.call(day, index)
            index += 1
        return None

    def first_open(self, ms: int) -> int:
        """A time before which no call began that was going on, or did not show yet, at `ms`.

        Answered calls end before the next call of whom they keep busy: a few blocks later at most.
        """
        latest = ms - LONGEST
        day = local_date(ms).toordinal()
        frame = self.day(day)
        block = self.begun(day, ms) // self._frame.teams - self.teams.longest_round - 2
        if block <= 0:
            return latest
        return max(latest, min(frame.start(block * self._frame.teams), ms - _AFTERWARDS))

    def free_until(self, extension_id: int, ms: int) -> int:
        """Until when that extension may talk from `ms` on: `ms` where it is talking then."""
        day = local_date(ms).toordinal()
        index = self.begun_of(extension_id, day, ms)
        if index:
            leg = self.record(extension_id, day, index - 1)[1].legs[0]
            if leg.end > ms and leg.result in ("Accepted", "Call connected"):
                return ms
        if index < self.count(extension_id, day):
            return self.record(extension_id, day, index)[0].start
        return ms + LONGEST

    def _made(self, day: int, index: int) -> Call:
        frame = self.day(day)
        block, team = frame.team(index)
        pattern = self.teams.pattern(team)
        offset = frame.offset(team, pattern.length)
        role = pattern.roles[frame.staffed(block)][(offset + block) % pattern.length]
        people = [self.teams.member(team, place, frame) for place in role.seats]
        latest: dict[int, int] = {}
        for place, person in zip(role.seats, people, strict=True):
            if person.can_log_in:
                upcoming = self._upcoming(frame, team, place, block)
                if upcoming is not None:
                    latest[person.id] = upcoming
        start = frame.start(index)
        desk = Desk(self.cast, dice(mixed(self.key, day, index)), latest)
        make(desk, role.kind, people, start)
        return numbered(desk.draft, number(start, SCHEDULED, index), self.ids, self.key)

    def _upcoming(self, frame: Workday, team: int, place: int, block: int) -> int | None:
        """When that seat's next call on that day begins."""
        pattern = self.teams.pattern(team)
        offset = frame.offset(team, pattern.length)
        for later in range(block + 1, min(frame.spans[2], block + pattern.length)):
            role = pattern.roles[frame.staffed(later)][(offset + later) % pattern.length]
            if place in role.seats:
                return frame.start(frame.index(later, team))
        return None
