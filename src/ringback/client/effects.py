"""The effects the session core asks for: values that a driver performs and answers, and nothing else.

Every decision lives in the generators that yield these (`session.py`, `refresh.py`, `logins.py`,
`housekeeping.py`, `user_steps.py`). The drivers (`driver.py`, `async_driver.py`) only perform them, so the
core is tested without a socket and every interleaving can be played.

A new effect is one class here, its name in a union below, and one case: for the vault's, in
`vault_effects.py`, which both drivers use; for any other, in each driver.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from ringback.oauth.authorization import Transaction
from ringback.oauth.token_set import TokenSet
from ringback.vault import Lease, Login, Vault

from .events import Event
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
class WaitUntil:
    """-> None, when the clock of `Now` says `moment`, or when `Elapsed` passes `deadline`.

    `for_limit`: it is the rate limit that is waited for. `goal`: until when in all, of which `moment` may be
    a part of the way only.
    """

    moment: float
    deadline: float
    for_limit: bool = True
    goal: float | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """-> None, after a random part of `longest` seconds of the process's time (full jitter)."""

    longest: float


@dataclass(frozen=True, slots=True)
class Limits:
    """-> LimitMemory: what this client has learnt of the server's rate limits."""


@dataclass(frozen=True, slots=True)
class Send:
    """-> HttpAnswer | NoAnswer. Must be over when `Elapsed` passes `deadline`.

    A body that goes into the request's sink may take longer; SinkFault is raised into the steps.
    """

    request: HttpRequest
    deadline: float


@dataclass(frozen=True, slots=True)
class Emit:
    """-> None. The client's hooks are told."""

    event: Event


@dataclass(frozen=True, slots=True)
class OnFiles:
    """-> what `call` returns: one step on this machine's files."""

    call: Callable[[], Any]


# The vault's. Each is one atomic step there.


@dataclass(frozen=True, slots=True)
class LoadLogin:
    """-> Login | None."""

    owner_id: str


@dataclass(frozen=True, slots=True)
class CountHolders:
    """-> int: how many browsers and programs hold the user's login."""

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


@dataclass(frozen=True, slots=True)
class DetachHolder:
    """-> int: how many still hold the login. At 0 it has ended and its revocation is pending."""

    owner_id: str
    holder: str


@dataclass(frozen=True, slots=True)
class EndLogin:
    """-> bool: False when there was no login. It ends for all its holders; its revocation is pending."""

    owner_id: str


@dataclass(frozen=True, slots=True)
class FindInterrupted:
    """-> list[str]: the owner ids of logins whose refresh was interrupted."""


@dataclass(frozen=True, slots=True)
class ClaimRevocation:
    """-> PendingRevocation | None: one that is due, left alone by others for `hold` seconds."""

    hold: float


@dataclass(frozen=True, slots=True)
class FinishRevocation:
    """-> None. The server knows."""

    revocation_id: str


@dataclass(frozen=True, slots=True)
class PutOffRevocation:
    """-> None. To be tried again at `until`, seconds since the epoch, UTC."""

    revocation_id: str
    until: float


@dataclass(frozen=True, slots=True)
class ExpireSessions:
    """-> None. Browser sessions, attempts and states that have expired are forgotten."""


@dataclass(frozen=True, slots=True)
class OnVault:
    """-> what `call` returns: one method of the vault, for steps that live outside this room."""

    call: Callable[[Vault], Any]


@dataclass(frozen=True, slots=True)
class LoadBudget:
    """-> tuple[int, bytes] | None: version and value. `owner_id` is "" for what is counted per app."""

    owner_id: str
    group: str


@dataclass(frozen=True, slots=True)
class SwapBudget:
    """-> bool: written, as the version was still `expected` (0: there was none)."""

    owner_id: str
    group: str
    expected: int
    value: bytes


VaultEffect = (
    LoadLogin
    | CountHolders
    | AcquireLease
    | ReleaseLease
    | StoreRefreshed
    | DeleteLogin
    | DiscardTokens
    | SpendState
    | PutLogin
    | OnVault
    | DetachHolder
    | EndLogin
    | FindInterrupted
    | ClaimRevocation
    | FinishRevocation
    | PutOffRevocation
    | ExpireSessions
    | LoadBudget
    | SwapBudget
)
Effect = Now | Elapsed | Wait | WaitUntil | Pause | Limits | Send | Emit | OnFiles | VaultEffect

T = TypeVar("T")
Steps = Generator[Effect, Any, T]
"""A run of the core: yields effects, is sent their results, and returns a T."""


class Abandoned(BaseException):
    """Thrown into steps whose caller gave up (cancelled, Ctrl-C): clean up, and let it pass.

    The effect it is thrown at may or may not have happened, if it was a Send or a Wait; one of the vault's
    has not happened. Effects asked for after it are performed.
    """
