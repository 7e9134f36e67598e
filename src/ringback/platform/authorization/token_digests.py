"""Tokens by their SHA-256 digests: what the session store looks them up by."""

from __future__ import annotations

import hashlib

from ringback.platform.authorization.sessions import Pair, Tokens


def digest_of(token: str) -> bytes:
    """The digest of a token as presented, whatever its characters."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def digests(pair: Pair) -> tuple[bytes, ...]:
    """Of a pair: its access token's, and its refresh token's if it has one."""
    return (pair.access,) if pair.refresh is None else (pair.access, pair.refresh)


def access_digests(tokens: Tokens) -> tuple[bytes, ...]:
    """The access tokens that a session still knows: the current one and the one before it."""
    if tokens.before is None:
        return (tokens.current.access,)
    return (tokens.current.access, tokens.before.pair.access)
