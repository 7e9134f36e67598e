"""Does the vault open, does it write, what does it promise, and do the keys open what is in it?"""

from __future__ import annotations

import os

from ringback.client.context import Context
from ringback.client.effects import Now, OnVault, SpendState, Steps
from ringback.oauth.authorization import begin
from ringback.vault import SealError, StoreReport, VaultError

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
    try:
        report: StoreReport = yield OnVault(lambda vault: vault.store.describe())
    except VaultError as error:
        return Finding("vault", "problem", error.message, change=error.remedy, where=_WHERE)
    return durability(report)


def durability(report: StoreReport) -> Finding:
    """What the back end promises about what it has acknowledged."""
    if not report.shared:
        return Finding(
            "vault",
            "warning",
            "The vault is written to; it is kept in memory",
            "logins end with the process, and other processes do not see them",
            "Set RINGBACK_VAULT_URL to sqlite:///FILE.",
            _WHERE,
        )
    settings = ", ".join(f"{name}={value}" for name, value in report.facts)
    if report.survives_store and not report.warnings:
        return Finding(
            "vault",
            "ok",
            f"The vault ({report.kind}) opens and is written to; each write waits for the disk ({settings})",
        )
    return Finding(
        "vault",
        "warning",
        f"The vault ({report.kind}) is written to, but may lose what it has acknowledged ({settings})",
        " ".join(report.warnings) or "a power failure may lose a login",
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
