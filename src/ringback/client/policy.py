"""How a call meets the rate limit and failures: words and figures that callers choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OnLimit = Literal["wait", "raise"]
PACE = 5.0
"""Refreshes a minute of keep-alive."""
TRIES = 3
"""How often what may be repeated is sent (contract 2)."""


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
