"""The server of contract 6.2 as a value: a user's sessions, each with its current pair of tokens.

Access token A<n> and refresh token R<n> are pair n; the pairs of session k are numbered from 100 k.
"""

from __future__ import annotations

from typing import NamedTuple

GRACE_SECONDS = 10
UNUSED_SECONDS = 3600
LIFE_SECONDS = 3600
_PAIRS = 100

Answer = tuple[str | int, ...]
"""("tokens", number, expires_in), ("ok",), ("api", status, code) or ("oauth", error, code)."""

NOT_FOUND: Answer = ("oauth", "invalid_grant", "OAU-213")


class Session(NamedTuple):
    """Pair `number` is current, and `first` was the first."""

    first: int = 0
    number: int = 0
    issued_at: int = 0
    used_at: int | None = 0
    alive: bool = True


class Server(NamedTuple):
    """`strict`: a refresh token works once, without any grace."""

    strict: bool = False
    sessions: tuple[Session, ...] = (Session(),)

    def session(self, number: int) -> Session | None:
        """The live session that pair `number` belongs to, if the pair was ever given out."""
        at = number // _PAIRS
        known = 0 <= at < len(self.sessions) and self.sessions[at].alive
        return self.sessions[at] if known and number <= self.sessions[at].number else None

    def after(self, session: Session) -> Server:
        """The server with this session in place of what it was."""
        at = session.first // _PAIRS
        return self._replace(sessions=(*self.sessions[:at], session, *self.sessions[at + 1 :]))


def session_of(number: int) -> str:
    """The id of the session that pair `number` belongs to."""
    return f"s{number // _PAIRS}"


def refresh(server: Server, presented: int, now: int) -> tuple[Server, Answer]:
    """POST /token with R<presented>."""
    session = server.session(presented)
    if session is None:
        return server, NOT_FOUND
    if presented == session.number:
        rotated = session._replace(number=session.number + 1, issued_at=now, used_at=None)
        return server.after(rotated), ("tokens", rotated.number, LIFE_SECONDS)
    if presented == session.number - 1 and not server.strict and _again(session, now):
        return server, ("tokens", session.number, max(1, session.issued_at + LIFE_SECONDS - now))
    return server, NOT_FOUND


def _again(session: Session, now: int) -> bool:
    if session.used_at is None:
        return now - session.issued_at <= UNUSED_SECONDS
    return now - session.used_at <= GRACE_SECONDS


def call(server: Server, presented: int, now: int) -> tuple[Server, Answer]:
    """An API call with A<presented>. The first one starts the grace of the refresh token before."""
    session = server.session(presented)
    if session is None or presented != session.number:
        return server, ("api", 401, "OAU-213")
    if now >= session.issued_at + LIFE_SECONDS:
        return server, ("api", 401, "OAU-128")
    used = session._replace(used_at=now if session.used_at is None else session.used_at)
    return server.after(used), ("ok",)


def revoke(server: Server, presented: int) -> tuple[Server, Answer]:
    """POST /revoke: ends the whole session that the token belongs to."""
    session = server.session(presented)
    return (server if session is None else server.after(session._replace(alive=False))), ("ok",)


def exchange(server: Server, now: int) -> tuple[Server, Answer]:
    """POST /token with a code: a new session of the same user, beside the old one."""
    first = len(server.sessions) * _PAIRS
    server = server._replace(sessions=(*server.sessions, Session(first, first, now, None)))
    return server, ("tokens", first, LIFE_SECONDS)
