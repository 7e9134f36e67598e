"""What may be told about a login."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoginState:
    """What may be told about a login. Times are seconds since the epoch, UTC; there is no token in it."""

    user_id: str
    scope: tuple[str, ...]
    issued_at: float
    expires_at: float
    refresh_expires_at: float | None
    holders: int
