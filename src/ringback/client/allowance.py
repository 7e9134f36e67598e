"""What a call may take: its time with everything it waits for, and how often it may be sent."""

from __future__ import annotations

from dataclasses import dataclass

from .effects import Elapsed, Now, Steps, WaitUntil
from .policy import TRIES, USUAL, OnLimit, Policy, on_limit_checked

__all__ = ["TRIES", "USUAL", "Allowance", "OnLimit", "Policy", "on_limit_checked"]

_LONGEST_STEP = 20.0  # looks again at the latest so often: somebody ahead may have given up


@dataclass(slots=True)
class Allowance:
    """One call's time: until `deadline` on the Elapsed clock, `seconds` of it from the start."""

    deadline: float
    seconds: float
    policy: Policy = USUAL

    def left(self) -> Steps[float]:
        """Seconds that are left."""
        now: float = yield Elapsed()
        return self.deadline - now

    def allows(self, wait: float) -> Steps[bool]:
        """Whether a wait for the limit of so many seconds ends in time."""
        left = yield from self.left()
        return self.policy.patient or wait < left

    def wait_until(self, moment: float) -> Steps[None]:
        """Wait for the limit, until the clock says `moment` or a part of the way; then look again.

        On a clock that runs ahead of the process's the wait counts in the call's time as that clock has it.
        """
        began_at: float = yield Now()
        began: float = yield Elapsed()
        until = began + _LONGEST_STEP if self.policy.patient else self.deadline
        yield WaitUntil(min(moment, began_at + _LONGEST_STEP), until, goal=moment)
        now_at: float = yield Now()
        now: float = yield Elapsed()
        if self.policy.patient:
            self.deadline = now + self.seconds
        else:
            self.deadline -= max(0.0, (now_at - began_at) - (now - began))


def allowance(seconds: float, policy: Policy = USUAL) -> Steps[Allowance]:
    """`seconds` from now on."""
    now: float = yield Elapsed()
    return Allowance(now + seconds, seconds, policy)
