"""Does the vault open, does it write, what does it promise, and do the keys open what is in it?"""

from __future__ import annotations

import os
from typing import Any

from ringback.client.context import Context
from ringback.client.effects import Now, SpendState, Steps
from ringback.oauth.authorization import begin
from ringback.vault import SealError, VaultError

from .findings import Finding

_WHERE = "RINGBACK_VAULT_URL"


def check_vault(context: Context) -> Steps[Finding]:
    """Write something that means nothing and is forgotten at once: the state of a login nobody began."""
    now: float = yield Now()
    nobody = begin(
        server=context.server,
        client_id=context.credentials.client_id,
        redirect_uri="",
        now=now,
        random_bytes=os.urandom,
    )
    try:
        written: bool = yield SpendState(nobody, now)
    except VaultError as error:
        return Finding("vault", "problem", error.message, change=error.remedy, where=_WHERE)
    if not written:
        return Finding("vault", "problem", "The vault did not keep what was written to it", where=_WHERE)
    return durability(context.vault.store)


def durability(store: Any) -> Finding:
    """What the back end promises about what it has acknowledged."""
    report = getattr(store, "synchronous", None)
    if report is None:
        return Finding(
            "vault",
            "warning",
            "The vault is written to; it is kept in memory",
            "logins end with the process, and other processes do not see them",
            "Set RINGBACK_VAULT_URL to sqlite:///FILE.",
            _WHERE,
        )
    level: str = report()
    if level in ("FULL", "EXTRA"):
        return Finding(
            "vault",
            "ok",
            f"The vault opens and is written to; each write waits for the disk (synchronous={level})",
        )
    return Finding(
        "vault",
        "warning",
        f"The vault is written to, but does not wait for the disk (synchronous={level})",
        "a power failure may lose a login",
        where=_WHERE,
    )


def check_keys(context: Context) -> Finding:
    """Seal and open something under the present keys."""
    try:
        opened = context.vault.open_transaction(context.vault.seal_transaction(b"ringback doctor"))
    except SealError as error:
        return Finding("keys", "problem", error.message, change=error.remedy, where="RINGBACK_SECRET_KEYS")
    if opened != b"ringback doctor":
        return Finding(
            "keys", "problem", "The keys do not open what they sealed", where="RINGBACK_SECRET_KEYS"
        )
    return Finding("keys", "ok", f"Tokens are sealed; {context.vault.count_keys()} key(s) can open them")
