"""What a call may take: its time with everything it waits for, and how often it may be sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .effects import Elapsed, Now, Steps, WaitUntil

OnLimit = Literal["wait", "raise"]
TRIES = 3
"""How often what may be repeated is sent (contract 2)."""
_LONGEST_STEP = 20.0  # looks again at the latest so often: somebody ahead may have given up


def on_limit_checked(value: OnLimit) -> OnLimit:
    """`value`, or ValueError when it is no such word."""
    if value not in ("wait", "raise"):
        raise ValueError(f"on_limit must be 'wait' or 'raise', not {value!r}")
    return value


@dataclass(frozen=True, slots=True)
class Policy:
    """How a call meets the rate limit and failures.

    `on_limit`: "wait" for the limit, or "raise" RateLimited at once. `patient`: waits for the limit do not
    count in the call's time, so it waits as long as it takes. `idempotent`: may be repeated though its method
    says no such thing. `tries`: how often what may be repeated is sent.
    """

    on_limit: OnLimit = "wait"
    patient: bool = False
    idempotent: bool = False
    tries: int = TRIES


USUAL = Policy()


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
        yield WaitUntil(min(moment, began_at + _LONGEST_STEP), until)
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
