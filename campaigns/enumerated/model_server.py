"""The server of contract 6.2 as a value: one session, its current pair of tokens, and the one before it."""

from __future__ import annotations

from typing import NamedTuple

GRACE_SECONDS = 10
UNUSED_SECONDS = 3600
LIFE_SECONDS = 3600

Answer = tuple[str | int, ...]
"""("tokens", number, expires_in), ("ok",), ("api", status, code) or ("oauth", error, code)."""

NOT_FOUND: Answer = ("oauth", "invalid_grant", "OAU-213")


class Server(NamedTuple):
    """Pair `number` (A<n>, R<n>) is current. `strict`: a refresh token works once, without grace."""

    strict: bool = False
    number: int = 0
    issued_at: int = 0
    used_at: int | None = 0
    alive: bool = True
    first: int = 0


def refresh(server: Server, presented: int, now: int) -> tuple[Server, Answer]:
    """POST /token with R<presented>."""
    if not server.alive or not server.first <= presented <= server.number:
        return server, NOT_FOUND
    if presented == server.number:
        rotated = server._replace(number=server.number + 1, issued_at=now, used_at=None)
        return rotated, ("tokens", rotated.number, LIFE_SECONDS)
    if presented == server.number - 1 and not server.strict and _again(server, now):
        return server, ("tokens", server.number, max(1, server.issued_at + LIFE_SECONDS - now))
    return server, NOT_FOUND


def _again(server: Server, now: int) -> bool:
    if server.used_at is None:
        return now - server.issued_at <= UNUSED_SECONDS
    return now - server.used_at <= GRACE_SECONDS


def call(server: Server, presented: int, now: int) -> tuple[Server, Answer]:
    """An API call with A<presented>. The first one starts the grace of the refresh token before."""
    if not server.alive or presented != server.number:
        return server, ("api", 401, "OAU-213")
    if now >= server.issued_at + LIFE_SECONDS:
        return server, ("api", 401, "OAU-128")
    return server._replace(used_at=now if server.used_at is None else server.used_at), ("ok",)


def revoke(server: Server, presented: int) -> tuple[Server, Answer]:
    """POST /revoke: ends the whole session that the token belongs to."""
    ends = server.alive and server.first <= presented <= server.number
    return (server._replace(alive=False) if ends else server), ("ok",)


def log_in(server: Server, now: int) -> Server:
    """A new session of the same user; the old one is revoked."""
    number = server.number + 1
    return server._replace(number=number, first=number, issued_at=now, used_at=None, alive=True)
