"""What any process does for all: finish interrupted refreshes, send revocations, forget what expired."""

from __future__ import annotations

import logging
import time

from ringback.vault import VaultUnavailable
from ringback.vault.logins import PendingRevocation

from . import logins
from .context import Context
from .refresh import ATTEMPT_SECONDS, refreshed

_ROUND_SECONDS = 120.0
_HOLD_SECONDS = 60.0
_LONGEST_PAUSE = 3600.0
_NOT_OPENABLE_PAUSE = 86_400.0

log = logging.getLogger("ringback.client")


def tidy(context: Context) -> None:
    """One round. A login that cannot be helped now is left as it is. Raises VaultUnavailable."""
    finish_interrupted(context)
    send_revocations(context, _ROUND_SECONDS)
    context.vault.browser_sessions.expire(context.clock.now())


def finish_interrupted(context: Context) -> None:
    """Present the old refresh token of interrupted refreshes again (contract 6.2: good for 60 minutes)."""
    for owner_id in context.vault.interrupted():
        try:
            _finish_one(context, owner_id)
        except VaultUnavailable:
            raise
        except Exception as error:
            # Whatever is wrong with one login, the others get their turn.
            log.warning("an interrupted refresh could not be finished now: %s", type(error).__name__)


def _finish_one(context: Context, owner_id: str) -> None:
    login = context.vault.load(owner_id)
    # Loaded first, looked at second: a mark that is still there belongs to what was loaded, and a login that
    # another process has finished meanwhile is not refreshed once more.
    if login is None or owner_id not in context.vault.interrupted():
        return
    deadline = time.monotonic() + 2 * ATTEMPT_SECONDS
    context.driver.run(refreshed(login, context.credentials, deadline))
    log.info("an interrupted refresh was finished")


def try_revocations(context: Context) -> None:
    """Send what is due, for 5 seconds at most; nothing is raised, `tidy` comes round again."""
    try:
        send_revocations(context, logins.REVOKE_SECONDS)
    except VaultUnavailable:
        log.warning("pending revocations wait: the vault cannot be used now")


def send_revocations(context: Context, seconds: float) -> None:
    """Send the revocations that are due until one fails, which is tried again later, or time is up."""
    until = time.monotonic() + seconds
    going = True
    while going and time.monotonic() < until:
        now = context.clock.now()
        claimed = context.vault.claim_revocations(now=now, hold=_HOLD_SECONDS, limit=1)
        going = bool(claimed)
        for pending in claimed:
            going = _send_one(context, pending, now, until - time.monotonic())


def _send_one(context: Context, pending: PendingRevocation, now: float, seconds: float) -> bool:
    """True when the revocation is done or can wait; False when the server did not take it."""
    vault, tokens = context.vault, pending.tokens
    if tokens is None:
        log.warning("a pending revocation cannot be opened with the present keys")
        vault.put_off_revocation(pending.revocation_id, now + _NOT_OPENABLE_PAUSE)
        return True
    # Sent once at least, also when the tokens have expired by this clock: it may run ahead of the server's.
    expired = max(tokens.expires_at, tokens.refresh_expires_at or 0.0) <= now
    token = tokens.refresh_token or tokens.access_token
    steps = logins.revoke(token, context.credentials, min(seconds, logins.REVOKE_SECONDS))
    if (expired and pending.attempts) or context.driver.run(steps):
        vault.finish_revocation(pending.revocation_id)
        return True
    pause = min(_HOLD_SECONDS * 2 ** min(pending.attempts, 10), _LONGEST_PAUSE)
    vault.put_off_revocation(pending.revocation_id, now + pause)
    return False
