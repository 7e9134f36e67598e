"""Waiting for the rate limit where the client does not, for what has all the time it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ringback.client.errors import RateLimited, TransportError

if TYPE_CHECKING:
    from ringback.client.clock import Clock

T = TypeVar("T")
_TRIES = 5


class PauseLine(str):
    """The line about a pause that begins now; `seconds`: how long it takes."""

    __slots__ = ("seconds",)
    seconds: float


def pause_line(seconds: float) -> PauseLine:
    """What is told of a pause."""
    line = PauseLine(f"waiting {seconds:.0f} s for the rate limit")
    line.seconds = seconds
    return line


def waiting(clock: Clock, tell: Callable[[str], None], act: Callable[[], T], *, patient: bool = True) -> T:
    """What `act` gives; it is begun anew after each pause that RingCentral asks for, and when time ran out.

    Not `patient`: RateLimited is raised instead.

    Time runs out, for one, while another process that was killed still counts as asking what the limit is.

    `act` must go on from what it has stored. Each pause is told before it, as a PauseLine.
    """
    left = _TRIES
    while True:
        try:
            return act()
        except TransportError as error:
            left -= 1
            if not error.timed_out or not left:
                raise
            tell("no answer in time; trying again")
            clock.wait_until(clock.now() + 1, 1)
        except RateLimited as limited:
            if not patient:
                raise
            seconds = max(limited.retry_after, 1.0)
            tell(pause_line(seconds))
            clock.wait_until(clock.now() + seconds, seconds)
