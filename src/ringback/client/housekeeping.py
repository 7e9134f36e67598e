"""What any process does for all: finish interrupted refreshes, send revocations, forget what expired."""

from __future__ import annotations

import logging

from ringback.oauth.errors import RingbackError
from ringback.oauth.token_requests import ClientCredentials
from ringback.vault import Vault, VaultUnavailable
from ringback.vault.logins import PendingRevocation

from . import logins, session
from .clock import Clock
from .driver import Driver
from .refresh import ATTEMPT_SECONDS

EVERY_SECONDS = 300.0
_HOLD_SECONDS = 60.0
_LONGEST_PAUSE = 3600.0
_NOT_OPENABLE_PAUSE = 86_400.0

log = logging.getLogger("ringback.client")


def tidy(vault: Vault, driver: Driver, client: ClientCredentials, clock: Clock) -> None:
    """One round. A login that cannot be helped now is left as it is. Raises VaultUnavailable."""
    finish_interrupted(vault, driver, client)
    send_revocations(vault, driver, client, clock)
    now = clock.now()
    for user_id, holder in vault.browser_sessions.expire(now):
        vault.forget_holder(user_id, holder, now=now)


def finish_interrupted(vault: Vault, driver: Driver, client: ClientCredentials) -> None:
    """Present the old refresh token of interrupted refreshes again (contract 6.2: good for 60 minutes)."""
    for owner_id in vault.interrupted():
        try:
            driver.run(session.refresh_now(owner_id, client, timeout=2 * ATTEMPT_SECONDS))
        except VaultUnavailable:
            raise
        except RingbackError as error:
            log.warning("an interrupted refresh could not be finished now: %s", type(error).__name__)
        else:
            log.info("an interrupted refresh was finished")


def try_revocations(vault: Vault, driver: Driver, client: ClientCredentials, clock: Clock) -> None:
    """Send what is due now, if vault and server let it be; nothing is raised, `tidy` comes round again."""
    try:
        send_revocations(vault, driver, client, clock)
    except VaultUnavailable:
        log.warning("pending revocations wait: the vault cannot be used now")


def send_revocations(vault: Vault, driver: Driver, client: ClientCredentials, clock: Clock) -> None:
    """Send the revocations that are due, one by one, until one fails; that one is tried again later."""
    going = True
    while going:
        now = clock.now()
        claimed = vault.claim_revocations(now=now, hold=_HOLD_SECONDS, limit=1)
        going = bool(claimed)
        for pending in claimed:
            going = _send_one(vault, driver, client, pending, now)


def _send_one(
    vault: Vault, driver: Driver, client: ClientCredentials, pending: PendingRevocation, now: float
) -> bool:
    """True when the revocation is done or can wait; False when the server did not take it."""
    tokens = pending.tokens
    if tokens is None:
        log.warning("a pending revocation cannot be opened with the present keys")
        vault.put_off_revocation(pending.revocation_id, now + _NOT_OPENABLE_PAUSE)
        return True
    expired = max(tokens.expires_at, tokens.refresh_expires_at or 0.0) <= now
    if expired or driver.run(logins.revoke(tokens.refresh_token or tokens.access_token, client)):
        vault.finish_revocation(pending.revocation_id)
        return True
    pause = min(_HOLD_SECONDS * 2 ** min(pending.attempts, 10), _LONGEST_PAUSE)
    vault.put_off_revocation(pending.revocation_id, now + pause)
    return False
