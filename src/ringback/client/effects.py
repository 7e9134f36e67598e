"""The effects the session core asks for: values that a driver performs and answers, and nothing else.

Every decision lives in the generators that yield these (`session.py`, `refresh.py`, `logins.py`). A driver
only performs them, so the core is tested without a socket and every interleaving can be played.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from ringback.oauth.authorization import Transaction
from ringback.oauth.token_set import TokenSet
from ringback.vault import Lease, Login

from .messages import HttpRequest


@dataclass(frozen=True, slots=True)
class Now:
    """-> float: the clock that tokens live by, seconds since the epoch, UTC."""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """-> float: this process's own steady clock in seconds, for deadlines."""


@dataclass(frozen=True, slots=True)
class Wait:
    """-> None, after `seconds` of the process's time, spread by up to as much again."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Send:
    """-> HttpAnswer | NoAnswer. Must be over when `Elapsed` passes `deadline`."""

    request: HttpRequest
    deadline: float


@dataclass(frozen=True, slots=True)
class LoadLogin:
    """-> Login | None."""

    owner_id: str


@dataclass(frozen=True, slots=True)
class AcquireLease:
    """-> Lease | None."""

    login: Login


@dataclass(frozen=True, slots=True)
class ReleaseLease:
    """-> None. Unless `finished`, the login stays marked as interrupted."""

    lease: Lease
    finished: bool


@dataclass(frozen=True, slots=True)
class StoreRefreshed:
    """-> Login | None: the stored login, or None when the record is another by now (compare-and-set)."""

    login: Login
    tokens: TokenSet


@dataclass(frozen=True, slots=True)
class DeleteLogin:
    """-> bool: True when the record was still this one, and is gone."""

    login: Login


@dataclass(frozen=True, slots=True)
class DiscardTokens:
    """-> None. Tokens nobody will use go into the revocation outbox."""

    tokens: TokenSet


@dataclass(frozen=True, slots=True)
class SpendState:
    """-> bool: True for the first who spends the state of this transaction."""

    transaction: Transaction
    expires_at: float


@dataclass(frozen=True, slots=True)
class PutLogin:
    """-> Login: the new login, stored durably, with `holder` attached."""

    tokens: TokenSet
    holder: str


Effect = (
    Now
    | Elapsed
    | Wait
    | Send
    | LoadLogin
    | AcquireLease
    | ReleaseLease
    | StoreRefreshed
    | DeleteLogin
    | DiscardTokens
    | SpendState
    | PutLogin
)

T = TypeVar("T")
Steps = Generator[Effect, Any, T]
"""A run of the core: yields effects, is sent their results, and returns a T."""
