"""What the steps of one client's calls need to know: the app, the server, the vault, the clock."""

from __future__ import annotations

from dataclasses import dataclass

from ringback.oauth.token_requests import ClientCredentials
from ringback.vault import Vault

from .allowance import USUAL, Policy


@dataclass(frozen=True, slots=True)
class Context:
    """Shared by a client and its users. `timeout` is in seconds, for one call with all it takes; `policy` is
    how calls meet the rate limit and failures where they do not say otherwise.

    Steps use `vault` for sealing only, which does no I/O; everything else they ask of it is an effect.
    """

    server: str
    credentials: ClientCredentials
    vault: Vault
    timeout: float
    policy: Policy = USUAL
