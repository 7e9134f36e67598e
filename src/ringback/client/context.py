"""What every call of one client needs: the app, the server, the vault, the clock and the driver."""

from __future__ import annotations

from dataclasses import dataclass

from ringback.oauth.token_requests import ClientCredentials
from ringback.vault import Vault

from .clock import Clock
from .driver import Driver


@dataclass(frozen=True, slots=True)
class Context:
    """Shared by a `RingCentral` and its users. `timeout` is in seconds, for one call with all it takes."""

    server: str
    credentials: ClientCredentials
    vault: Vault
    driver: Driver
    clock: Clock
    timeout: float
