"""Token sessions as values: which tokens are alive, and what a refresh does (contract 6.2). No clock.

    presented refresh token | its own time | answer may be repeated | verdict
    ------------------------|--------------|------------------------|---------------------
    the current one         | left         | -                      | ROTATE
    the current one         | over         | -                      | EXPIRED    (OAU-210)
    the one before it       | left         | yes                    | REPEAT
    the one before it       | over         | yes                    | EXPIRED    (OAU-210)
    the one before it       | either       | no                     | NOT_FOUND  (OAU-213)
    any other               | -            | -                      | NOT_FOUND  (OAU-213)

With the quirk refresh-grace=strict no answer may be repeated; with refresh-after-expiry=no the current
refresh token's own time is over with its access token's (contract 16).

The answer may be repeated for 60 minutes while the new access token is unused, and for 10 seconds after its
first use, and as long as anything in it is good. Access tokens: the current one is LIVE, then EXPIRED
(OAU-128); the one before it is CORRUPTED (OAU-129) for 10 seconds and NOT_FOUND (OAU-213) after that.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

USED_GRACE = timedelta(seconds=10)
UNUSED_GRACE = timedelta(minutes=60)
CORRUPTED_FOR = timedelta(seconds=10)

ACCESS_TTL_LEAST, ACCESS_TTL_MOST = 600, 3600
REFRESH_TTL_DEFAULT, REFRESH_TTL_MOST = 604_800, 2_592_000


class Access(enum.Enum):
    """What an access token is."""

    LIVE = "live"
    EXPIRED = "expired"
    CORRUPTED = "corrupted"
    NOT_FOUND = "not found"


class Refresh(enum.Enum):
    """What presenting a refresh token does."""

    ROTATE = "rotate"
    REPEAT = "repeat"
    EXPIRED = "expired"
    NOT_FOUND = "not found"


class Which(enum.Enum):
    """Which of a session's tokens was presented."""

    CURRENT = "current"
    BEFORE = "before"
    OTHER = "other"


# (which token, its own time is left, the answer may be repeated) -> verdict; the table above.
REFRESH_TABLE: dict[tuple[Which, bool, bool], Refresh] = {
    (Which.CURRENT, True, True): Refresh.ROTATE,
    (Which.CURRENT, True, False): Refresh.ROTATE,
    (Which.CURRENT, False, True): Refresh.EXPIRED,
    (Which.CURRENT, False, False): Refresh.EXPIRED,
    (Which.BEFORE, True, True): Refresh.REPEAT,
    (Which.BEFORE, False, True): Refresh.EXPIRED,
    (Which.BEFORE, True, False): Refresh.NOT_FOUND,
    (Which.BEFORE, False, False): Refresh.NOT_FOUND,
    (Which.OTHER, True, True): Refresh.NOT_FOUND,
    (Which.OTHER, True, False): Refresh.NOT_FOUND,
    (Which.OTHER, False, True): Refresh.NOT_FOUND,
    (Which.OTHER, False, False): Refresh.NOT_FOUND,
}


@dataclass(frozen=True, slots=True)
class RefreshRules:
    """What the quirks of a world decide: is there a grace, may one refresh after the access token ran out."""

    grace: bool = True
    after_expiry: bool = True


BY_THE_BOOK = RefreshRules()


@dataclass(frozen=True, slots=True)
class Pair:
    """One access token and its refresh token (None: none is given), as SHA-256 digests, with their ends."""

    access: bytes = field(repr=False)
    access_until: datetime
    refresh: bytes | None = field(repr=False)
    refresh_until: datetime | None
    scope: frozenset[str]
    first_used: datetime | None = None


@dataclass(frozen=True, slots=True)
class Replaced:
    """The pair before the current one, and what replaced it in plain text, to repeat the answer."""

    pair: Pair
    at: datetime
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one session: the current pair and the one it replaced."""

    current: Pair
    before: Replaced | None = None


def judge_access(tokens: Tokens, digest: bytes, now: datetime) -> Access:
    """What this access token is at this moment."""
    if digest == tokens.current.access:
        return Access.LIVE if now < tokens.current.access_until else Access.EXPIRED
    before = tokens.before
    if before is not None and digest == before.pair.access and now < before.at + CORRUPTED_FOR:
        return Access.CORRUPTED
    return Access.NOT_FOUND


def judge_refresh(tokens: Tokens, digest: bytes, now: datetime, rules: RefreshRules = BY_THE_BOOK) -> Refresh:
    """What presenting this refresh token does at this moment."""
    which, until = Which.OTHER, None
    if digest == tokens.current.refresh:
        which, until = Which.CURRENT, tokens.current.refresh_until
        if until is not None and not rules.after_expiry:
            until = min(until, tokens.current.access_until)
    elif tokens.before is not None and digest == tokens.before.pair.refresh:
        which, until = Which.BEFORE, tokens.before.pair.refresh_until
    in_time = until is not None and now < until
    return REFRESH_TABLE[which, in_time, rules.grace and may_repeat(tokens, now)]


def may_repeat(tokens: Tokens, now: datetime) -> bool:
    """Would the refresh token before the current one still get the same answer? Not one that has run out."""
    if tokens.before is None or over(tokens, now):
        return False
    used = tokens.current.first_used
    return now < tokens.before.at + UNUSED_GRACE and (used is None or now < used + USED_GRACE)


def rotated(tokens: Tokens, new: Pair, access_token: str, refresh_token: str | None, now: datetime) -> Tokens:
    """After a refresh: the new pair is current, the old one is before it, anything older is gone."""
    return Tokens(new, Replaced(tokens.current, now, access_token, refresh_token))


def used(tokens: Tokens, now: datetime) -> Tokens:
    """After a call with the current access token: its first use is noted, later ones change nothing."""
    if tokens.current.first_used is not None:
        return tokens
    return replace(tokens, current=replace(tokens.current, first_used=now))


def over(tokens: Tokens, now: datetime) -> bool:
    """Nothing of the session can be used any more: both current tokens have run out."""
    refresh_until = tokens.current.refresh_until
    return now >= tokens.current.access_until and (refresh_until is None or now >= refresh_until)


def access_ttl(asked: int | None, default: int = ACCESS_TTL_MOST) -> int:
    """Seconds an access token lives: clamped, never refused; `default` when not asked (contract 5.2)."""
    return default if asked is None else max(ACCESS_TTL_LEAST, min(asked, ACCESS_TTL_MOST))


def refresh_ttl(asked: int | None, most: int = REFRESH_TTL_MOST) -> int:
    """Seconds a refresh token lives; 0 means that none is given (contract 5.2 and 16)."""
    return REFRESH_TTL_DEFAULT if asked is None else max(0, min(asked, most))
