"""What a client tells its hooks: typed values, none of which ever holds a token, code, secret or query."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

_AN_ID = re.compile(r"[0-9][0-9,]*|[A-Za-z0-9_.=-]{24,}")
_MOST_SEGMENTS = 16


@dataclass(frozen=True, slots=True)
class Event:
    """The root. Times are in seconds."""


@dataclass(frozen=True, slots=True)
class RequestDone(Event):
    """One request was answered, or not: `status` is None then, and `trouble` says why.

    `route` is the path with ids as `{id}` and without a query; `attempt` counts from 1 within one call.
    `trouble`: refused, broken, timeout or unusable. `group` and `remaining` are RingCentral's rate limit.
    """

    method: str
    route: str
    status: int | None
    seconds: float
    attempt: int
    trouble: str | None = None
    request_id: str | None = None
    group: str | None = None
    remaining: int | None = None


@dataclass(frozen=True, slots=True)
class Retried(Event):
    """A request is sent again, for the `attempt`-th time; `after` is the status or trouble before it."""

    method: str
    route: str
    attempt: int
    after: str


@dataclass(frozen=True, slots=True)
class RefreshDone(Event):
    """A refresh under the lease came to an end.

    `outcome`: refreshed (stored); overtaken (somebody else's login is kept); ended (RingCentral refused the
    refresh token, and the login is gone); failed (no new tokens now, the login is as it was).
    """

    user_id: str
    outcome: Literal["refreshed", "overtaken", "ended", "failed"]
    seconds: float


@dataclass(frozen=True, slots=True)
class LimitWaitBegins(Event):
    """A call is about to wait for the rate limit: `seconds` by the client's clock, as far as is known.

    During a long wait the client looks again now and then, and each time what is left is told anew.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class LimitWait(Event):
    """A call waited for the rate limit, for `seconds` of the process's time."""

    seconds: float


@dataclass(frozen=True, slots=True)
class LoggedIn(Event):
    """A user's new login was stored, held by `holder`."""

    user_id: str
    holder: str


@dataclass(frozen=True, slots=True)
class LoggedOut(Event):
    """A holder let go of a user's login; the login itself has `ended` when nobody holds it any more."""

    user_id: str
    ended: bool


Hook = Callable[[Event], None]
"""Is called with each event, in the thread or task of the call. What it raises is logged, no more."""


def route_of(target: str) -> str:
    """A request's path with ids as `{id}`, without its query, so that few routes stand for many paths."""
    segments = target.partition("?")[0].split("/")
    if len(segments) > _MOST_SEGMENTS:
        segments = [*segments[:_MOST_SEGMENTS], "…"]
    return "/".join("{id}" if _AN_ID.fullmatch(one) else one for one in segments)[:300]
