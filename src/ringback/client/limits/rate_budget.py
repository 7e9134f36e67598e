"""The rate budget of one group, pure: who holds its slots, and when the next call may be sent.

RingCentral counts an app's calls for a user in a sliding window (contract 8), and it counted a call some
time before its answer came. So a slot is free again one window after the ANSWER of the call that used it:
never too early, and later than needed by that call's own latency only. A call in flight holds its slot; one
whose process died holds it until its deadline and a window.

Calls are kept in the order in which they asked. A call may be sent once fewer than `limit` of those before it
hold a slot. That is first come, first served, nobody has to write anything when their turn comes, and however
many processes look at it, each may-go is final: holds only ever end earlier than they said.

All times are seconds since the epoch by one clock. A budget is a value: the methods give a changed one.
"""

from __future__ import annotations

import heapq
import json
import math
import sys
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from typing import Any

from .rate_answer import RateAnswer

GUARD_SECONDS = 0.1
"""How much later than a window after an answer a slot counts as free: hosts' clocks differ a little."""
WINDOW_SECONDS = 60.0
LEAST_LIMIT = 5
"""The smallest limit of contract 8."""
_KEPT_SECONDS = 60.0  # holds are kept so much longer, to be known again in what a late answer counts
_SET_BACK_SECONDS = 10.0  # times further ahead than this are from before a clock was set back
_NEVER = -math.inf


@dataclass(frozen=True, slots=True)
class Hold:
    """One call: in flight or waiting until `answered` has its time. It is over by `until`, come what may."""

    call: str
    entered: float
    until: float
    answered: float | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """`now`: the call may be sent. Else not before `at`; None when that depends on another call's answer."""

    now: bool
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """One group's budget. Until `blocked_until` a penalty runs.

    `limit` is None until an answer told it. Until then `learners` calls may be in flight to find out.
    """

    limit: int | None = None
    window: float = WINDOW_SECONDS
    blocked_until: float = 0.0
    blocked_at: float = 0.0
    holds: tuple[Hold, ...] = field(default=())
    learners: int = 1

    def until(self, call: str, now: float) -> float | None:
        """By when `call`, which waits or is in flight, is over; None for any other, and once that is past."""
        found = (hold.until for hold in self.holds if hold.call == call and hold.answered is None)
        return next((until for until in found if until > now), None)

    def spent(self, now: float) -> int:
        """How many slots are held or waited for."""
        return sum(self._release(hold) > now for hold in self.holds)

    def turn(self, call: str | None, now: float) -> Turn:
        """When `call` may be sent; None stands for one that has yet to ask.

        Waiting until `at` is never too long: it is the earliest possible time. Ask again then.
        """
        if self.limit is None:
            learning = sum(self._is_learning(hold, now) for hold in self._before(call))
            if learning >= self.learners:
                return Turn(False)
        sure, likely = self._starts(call, now)
        return Turn(True) if sure <= now else Turn(False, max(likely, self.blocked_until))

    def with_call(self, call: str, now: float, until: float) -> Budget:
        """`call` asks at `now`, after all others; one that waits already says anew by when it is over.

        One that has let that time pass asks anew as well: others have stopped counting on it.
        """
        mine = next((hold for hold in self.holds if hold.call == call and hold.answered is None), None)
        if mine is not None and mine.until > now:
            longer = replace(mine, until=max(until, mine.until))
            return replace(self, holds=tuple(longer if hold is mine else hold for hold in self.holds))
        return replace(self, holds=(*self.without(call).holds, Hold(call, now, until)))

    def without(self, call: str) -> Budget:
        """`call` was not sent and will not be, or does not count."""
        return replace(self, holds=tuple(hold for hold in self.holds if hold.call != call))

    def renamed(self, call: str, new: str) -> Budget:
        """The place of `call` goes to `new`."""
        return replace(
            self, holds=tuple(replace(hold, call=new) if hold.call == call else hold for hold in self.holds)
        )

    def answered(self, call: str, sent: float, now: float, told: RateAnswer | None) -> Budget:
        """`call`, sent at `sent`, is over at `now`: answered with `told`, or (None) it never will be."""
        starts = zip(self.holds, self._sure_starts(now), strict=True)
        under_way = {hold.call for hold, start in starts if start <= now}
        known = replace(self, holds=tuple(self._with_answer(call, sent, now)))
        if told is None:
            return known
        if told.limit is not None:
            known = replace(known, limit=told.limit, window=told.window or known.window)
        if told.penalty is not None:
            until = max(known.blocked_until, now + told.penalty + GUARD_SECONDS)
            return replace(known, blocked_until=until, blocked_at=now)
        if told.limit is not None and told.remaining is not None:
            return known._with_others(told.limit - told.remaining, under_way, sent, now)
        return known

    def aged(self, now: float) -> Budget:
        """Without what matters no more. Where the clock was set back, times are set back as well."""
        newest = max((hold.answered or hold.entered for hold in self.holds), default=0.0)
        ahead = max(newest, self.blocked_at) - now
        known = self._shifted(ahead) if ahead > _SET_BACK_SECONDS else self
        kept = tuple(hold for hold in known.holds if known._release(hold) + _KEPT_SECONDS > now)
        return known if len(kept) == len(known.holds) else replace(known, holds=kept)

    def to_bytes(self) -> bytes:
        """For the vault. There is no secret in it."""
        holds = [[hold.call, hold.entered, hold.until, hold.answered] for hold in self.holds]
        plain = [self.limit, self.window, self.blocked_until, self.blocked_at, holds]
        return json.dumps(plain, separators=(",", ":")).encode()

    def _with_answer(self, call: str, sent: float, now: float) -> Iterator[Hold]:
        found = False
        for hold in self.holds:
            if hold.call == call and hold.answered is None:
                found = True
                yield replace(hold, answered=now)
            else:
                yield hold
        if not found:
            yield Hold(call, sent, now, now)

    def _with_others(self, used: int, under_way: Set[str], sent: float, now: float) -> Budget:
        """Count calls of programs that do not keep this budget: the server counted more than are known here.

        Known calls are all that it may have counted: sent, and not answered a window before this one went.
        """
        known = 0
        for hold in self.holds:
            if hold.answered is not None:
                known += hold.answered + self.window > sent - GUARD_SECONDS
            else:
                known += hold.call in under_way
        others = max(0, min(used - known, self.limit or 0))
        return replace(self, holds=(*(Hold("-", now, now, now) for _ in range(others)), *self.holds))

    def _is_learning(self, hold: Hold, now: float) -> bool:
        return hold.answered is None and hold.until > now

    def _before(self, call: str | None) -> Iterator[Hold]:
        for hold in self.holds:
            if hold.call == call and hold.answered is None:
                return
            yield hold

    def _release(self, hold: Hold) -> float:
        """When the slot of a call is free again, at the latest."""
        return (hold.until if hold.answered is None else hold.answered) + self.window + GUARD_SECONDS

    def _starts(self, call: str | None, now: float) -> tuple[float, float]:
        """From when on `call` may surely be sent, and the earliest time that this can turn out to be."""
        sure, likely = self._largest(), self._largest()
        for hold in self._before(call):
            release = self._release(hold)
            soonest = release
            if hold.answered is None:
                begins = max(likely.least, self.blocked_until, now)
                soonest = min(release, begins + self.window + GUARD_SECONDS)
            sure.add(release)
            likely.add(soonest)
        return max(sure.least, self.blocked_until), likely.least

    def _sure_starts(self, now: float) -> Iterator[float]:
        """From when on each call may be sent, for all that is known now."""
        sure, learning = self._largest(), 0
        for hold in self.holds:
            waits = self.limit is None and learning >= self.learners
            yield math.inf if waits else max(sure.least, self.blocked_until)
            learning += self._is_learning(hold, now)
            sure.add(self._release(hold))

    def _largest(self) -> _Largest:
        return _Largest(sys.maxsize if self.limit is None else self.limit)

    def _shifted(self, seconds: float) -> Budget:
        def back(hold: Hold) -> Hold:
            answered = None if hold.answered is None else hold.answered - seconds
            return Hold(hold.call, hold.entered - seconds, hold.until - seconds, answered)

        return replace(
            self,
            blocked_until=self.blocked_until - seconds,
            blocked_at=self.blocked_at - seconds,
            holds=tuple(back(hold) for hold in self.holds),
        )


def budget_from_bytes(value: bytes | None, *, learners: int = 1) -> Budget:
    """A budget again; a new one for None, and for what is none."""
    try:
        limit, window, blocked_until, blocked_at, holds = json.loads(value or b"")
        return Budget(
            limit=None if limit is None else int(limit),
            window=_finite(window),
            blocked_until=_finite(blocked_until),
            blocked_at=_finite(blocked_at),
            holds=tuple(_hold(*columns) for columns in holds),
            learners=learners,
        )
    except (ValueError, TypeError, OverflowError, RecursionError):
        return Budget(learners=learners)


class _Largest:
    """The `count` largest of the numbers added; `least` of them, or no time at all while there are fewer."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._heap: list[float] = []

    @property
    def least(self) -> float:
        return self._heap[0] if len(self._heap) >= self._count else _NEVER

    def add(self, number: float) -> None:
        if len(self._heap) < self._count:
            heapq.heappush(self._heap, number)
        else:
            heapq.heappushpop(self._heap, number)


def _hold(call: Any, entered: Any, until: Any, answered: Any) -> Hold:
    return Hold(str(call), _finite(entered), _finite(until), None if answered is None else _finite(answered))


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a time is a number")
    return number
