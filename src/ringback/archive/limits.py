"""Waiting for the rate limit where the client does not, for what has all the time it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ringback.client.errors import RateLimited

if TYPE_CHECKING:
    from ringback.client.clock import Clock

T = TypeVar("T")


def waiting(clock: Clock, tell: Callable[[str], None], act: Callable[[], T]) -> T:
    """What `act` gives; it is begun anew after each pause that RingCentral asks for.

    `act` must go on from what it has stored. The seconds of each pause are told before it.
    """
    while True:
        try:
            return act()
        except RateLimited as limited:
            seconds = max(limited.retry_after, 1.0)
            tell(f"waiting {seconds:.0f} s for the rate limit")
            clock.wait_until(clock.now() + seconds, seconds)
