"""Values of the session store: what a session stands for, what is issued, what became of old tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ringback.platform.authorization import sessions
from ringback.platform.authorization.sessions import Access, Refresh, Tokens


@dataclass(frozen=True, slots=True)
class Grant:
    """What a session stands for: who logged in to which app, with which permissions, from which endpoint.

    `openid` are the scopes of OpenID Connect granted with it, `signed_in_at` when the password was given.
    """

    client_id: str
    account_id: int
    extension_id: int
    scope: frozenset[str]
    endpoint_id: str
    openid: frozenset[str] = frozenset()
    signed_in_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One login session and its tokens."""

    id: str
    grant: Grant
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Issued:
    """Tokens as they go out, in plain text, with their remaining seconds."""

    session: Session
    scope: frozenset[str]
    expires_in: int
    refresh_token_expires_in: int
    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Ttl:
    """Lifetimes in seconds, already clamped; refresh 0 means no refresh token."""

    access: int = sessions.ACCESS_TTL_MOST
    refresh: int = sessions.REFRESH_TTL_DEFAULT


@dataclass(frozen=True, slots=True)
class Gone:
    """A token that was ours: what it was, which refusal it earns, and why it is gone."""

    is_access: bool
    access: Access
    refresh: Refresh
    why: str
    client_id: str
    corrupted_until: datetime | None = None

    def access_at(self, now: datetime) -> Access:
        """What the gone access token is: for ten seconds after a refresh replaced it, CORRUPTED."""
        if self.corrupted_until is not None and now < self.corrupted_until:
            return Access.CORRUPTED
        return self.access


@dataclass(frozen=True, slots=True)
class Use:
    """The outcome of presenting an access token; `session` when it is live, `ours` when it once was."""

    verdict: Access
    session: Session | None
    ours: bool
    why: str


def issued(session: Session, access_token: str, refresh_token: str | None, now: datetime) -> Issued:
    """The answer for the current pair; a repeated one counts down from the first (contract 6.2, inferred)."""
    pair = session.tokens.current
    return Issued(
        session=session,
        scope=pair.scope,
        expires_in=_seconds(pair.access_until - now),
        refresh_token_expires_in=0 if pair.refresh_until is None else _seconds(pair.refresh_until - now),
        access_token=access_token,
        refresh_token=refresh_token,
    )


def _seconds(left: timedelta) -> int:
    return max(0, round(left.total_seconds()))
