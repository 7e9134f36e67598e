"""Who is calling the API: what a live bearer token stands for, handed to every API endpoint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """One authorized call: the app (client ID and granted scope) and the user (account and extension id)."""

    client_id: str
    scope: frozenset[str]
    account_id: int
    extension_id: int
