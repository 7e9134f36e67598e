"""What any process does for all: finish interrupted refreshes, send revocations, forget what expired."""

from __future__ import annotations

import logging

from ringback.oauth.token_requests import ClientCredentials
from ringback.vault import Login, VaultUnavailable
from ringback.vault.logins import PendingRevocation

from . import logins
from .allowance import allowance
from .effects import (
    ClaimRevocation,
    Elapsed,
    ExpireSessions,
    FindInterrupted,
    FinishRevocation,
    LoadLogin,
    Now,
    PutOffRevocation,
    Steps,
)
from .refresh import ATTEMPT_SECONDS, refreshed

_ROUND_SECONDS = 120.0
_HOLD_SECONDS = 60.0
_LONGEST_PAUSE = 3600.0
_NOT_OPENABLE_PAUSE = 86_400.0

log = logging.getLogger("ringback.client")


def tidy(client: ClientCredentials) -> Steps[None]:
    """One round. A login that cannot be helped now is left as it is. Raises VaultUnavailable."""
    yield from finish_interrupted(client)
    yield from send_revocations(client, _ROUND_SECONDS)
    yield ExpireSessions()


def finish_interrupted(client: ClientCredentials) -> Steps[None]:
    """Present the old refresh token of interrupted refreshes again (contract 6.2: good for 60 minutes)."""
    found: list[str] = yield FindInterrupted()
    for owner_id in found:
        try:
            yield from _finish_one(owner_id, client)
        except VaultUnavailable:
            raise
        except Exception as error:
            # Whatever is wrong with one login, the others get their turn.
            log.warning("an interrupted refresh could not be finished now: %s", type(error).__name__)


def _finish_one(owner_id: str, client: ClientCredentials) -> Steps[None]:
    login: Login | None = yield LoadLogin(owner_id)
    # Loaded first, looked at second: a mark that is still there belongs to what was loaded, and a login that
    # another process has finished meanwhile is not refreshed once more.
    still: list[str] = yield FindInterrupted()
    if login is None or owner_id not in still:
        return
    within = yield from allowance(2 * ATTEMPT_SECONDS)
    yield from refreshed(login, client, within)
    log.info("an interrupted refresh was finished")


def try_revocations(client: ClientCredentials) -> Steps[None]:
    """Send what is due, for 5 seconds at most; nothing is raised, `tidy` comes round again."""
    try:
        yield from send_revocations(client, logins.REVOKE_SECONDS)
    except VaultUnavailable:
        log.warning("pending revocations wait: the vault cannot be used now")


def send_revocations(client: ClientCredentials, seconds: float) -> Steps[None]:
    """Send the revocations that are due until one fails, which is tried again later, or time is up."""
    elapsed: float = yield Elapsed()
    until = elapsed + seconds
    going = True
    while going and elapsed < until:
        now: float = yield Now()
        pending: PendingRevocation | None = yield ClaimRevocation(_HOLD_SECONDS)
        if pending is None:
            return
        going = yield from _send_one(pending, client, now, until - elapsed)
        elapsed = yield Elapsed()


def _send_one(
    pending: PendingRevocation, client: ClientCredentials, now: float, seconds: float
) -> Steps[bool]:
    """True when the revocation is done or can wait; False when the server did not take it."""
    tokens = pending.tokens
    if tokens is None:
        log.warning("a pending revocation cannot be opened with the present keys")
        yield PutOffRevocation(pending.revocation_id, now + _NOT_OPENABLE_PAUSE)
        return True
    # Sent once at least, also when the tokens have expired by this clock: it may run ahead of the server's.
    expired = max(tokens.expires_at, tokens.refresh_expires_at or 0.0) <= now
    done = expired and pending.attempts > 0
    if not done:
        token = tokens.refresh_token or tokens.access_token
        done = yield from logins.revoke(token, client, min(seconds, logins.REVOKE_SECONDS))
    if done:
        yield FinishRevocation(pending.revocation_id)
        return True
    pause = min(_HOLD_SECONDS * 2 ** min(pending.attempts, 10), _LONGEST_PAUSE)
    yield PutOffRevocation(pending.revocation_id, now + pause)
    return False
