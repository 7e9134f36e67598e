"""What each effect on the vault does there: one table for both drivers."""

from __future__ import annotations

from typing import Any, assert_never

from ringback.vault import Vault

from .clock import Clock
from .effects import (
    AcquireLease,
    ClaimRevocation,
    CountHolders,
    DeleteLogin,
    DetachHolder,
    DiscardTokens,
    EndLogin,
    ExpireSessions,
    FindInterrupted,
    FinishRevocation,
    LoadBudget,
    LoadLogin,
    OnVault,
    PutLogin,
    PutOffRevocation,
    ReleaseLease,
    SpendState,
    StoreRefreshed,
    SwapBudget,
    VaultEffect,
)


def carry_out(effect: VaultEffect, vault: Vault, clock: Clock) -> Any:
    """The effect's result. Blocks as the vault's back end does. Raises VaultUnavailable, SealError."""
    match effect:
        case LoadLogin(owner_id):
            return vault.load(owner_id)
        case CountHolders(owner_id):
            return vault.count_holders(owner_id)
        case AcquireLease(login):
            return vault.lease(login)
        case ReleaseLease(lease, finished):
            vault.release(lease, finished=finished)
        case StoreRefreshed(login, tokens):
            return vault.store_refreshed(login, tokens)
        case DeleteLogin(login):
            return vault.delete(login)
        case DiscardTokens(tokens):
            vault.discard(tokens, now=clock.now())
        case SpendState(transaction, expires_at):
            state = transaction.state.reveal()
            return vault.spend_state(state, now=clock.now(), expires_at=expires_at)
        case PutLogin(tokens, holder):
            return vault.put_login(tokens, holder, now=clock.now())
        case DetachHolder(owner_id, holder):
            return vault.detach(owner_id, holder, now=clock.now())
        case EndLogin(owner_id):
            return vault.end(owner_id, now=clock.now())
        case FindInterrupted():
            return vault.interrupted()
        case ClaimRevocation(hold):
            claimed = vault.claim_revocations(now=clock.now(), hold=hold, limit=1)
            return claimed[0] if claimed else None
        case FinishRevocation(revocation_id):
            vault.finish_revocation(revocation_id)
        case PutOffRevocation(revocation_id, until):
            vault.put_off_revocation(revocation_id, until)
        case ExpireSessions():
            vault.browser_sessions.expire(clock.now())
        case OnVault(call):
            return call(vault)
        case LoadBudget(owner_id, group):
            return vault.budgets.load(owner_id, group)
        case SwapBudget(owner_id, group, expected, value):
            return vault.budgets.swap(owner_id, group, expected, value)
        case _:
            assert_never(effect)
    return None
