"""An independent model of RingCentral's rate limit, and clients that meet it in virtual time.

The server keeps the exact times of the calls it let through, and nothing of the budget's own rules.
"""

import heapq
import itertools
from dataclasses import dataclass, field

from ringback.client.limits.rate_answer import RateAnswer
from ringback.client.limits.rate_budget import Budget


@dataclass
class LimitServer:
    """At most `limit` calls in any `window` seconds; past it nothing for `penalty`, which restarts."""

    limit: int
    window: float = 60.0
    penalty: float = 60.0
    passed: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    closed_until: float = 0.0

    def call(self, now):
        counted = [time for time in self.passed if now - time < self.window]
        if now < self.closed_until or len(counted) >= self.limit:
            self.refused.append(now)
            self.closed_until = now + self.penalty
            return RateAnswer(429, "heavy", self.limit, 0, self.window, self.penalty)
        self.passed.append(now)
        return RateAnswer(200, "heavy", self.limit, self.limit - len(counted) - 1, self.window)


@dataclass(frozen=True)
class Call:
    """One call of the plan: when its caller asks, how long the ways take, and whether the caller dies."""

    asks: float
    there: float = 0.0
    back: float = 0.0
    dies: str = ""  # "", "waiting" or "answered" (before it reports)


class Simulation:
    """Callers, each an own process, that share one budget. Every step happens at one time."""

    def __init__(self, server, plan, hold_seconds=30.0, foreign=(), known=False):
        self.server = server
        self.hold = hold_seconds
        self.budget = Budget(limit=server.limit if known else None)
        self.sent = {}
        self._events = []
        self._order = itertools.count()
        for number, call in enumerate(plan):
            self._at(call.asks, self._ask, number, call)
        for time in foreign:
            self._at(time, self.server.call)

    def run(self):
        while self._events:
            now, _, step, details = heapq.heappop(self._events)
            step(now, *details)
        return self

    def _at(self, time, step, *details):
        heapq.heappush(self._events, (time, next(self._order), step, details))

    def _change(self, now, change):
        self.budget = change(self.budget.aged(now))

    def _ask(self, now, number, call):
        turn = self.budget.aged(now).turn(None, now)
        until = max(now, turn.at or now) + self.hold
        self._change(now, lambda budget: budget.with_call(str(number), now, until))
        self._look(now, number, call)

    def _look(self, now, number, call):
        budget = self.budget.aged(now)
        turn = budget.turn(str(number), now)
        if not turn.now:
            if call.dies == "waiting":
                return
            later = now + 0.05 if turn.at is None else turn.at
            assert later > now
            self._change(now, lambda budget: budget.with_call(str(number), now, later + self.hold))
            self._at(later, self._look, number, call)
            return
        self.sent[number] = now
        self._at(now + call.there, self._arrive, number, call, now)

    def _arrive(self, now, number, call, sent):
        told = self.server.call(now)
        if not call.dies:
            self._at(now + call.back, self._answer, number, sent, told)

    def _answer(self, now, number, sent, told):
        self._change(now, lambda budget: budget.answered(str(number), sent, now, told))
