"""Keeping logins alive that nobody uses, by refreshing them before their end, at a pace the server bears.

design.md, "Stale": refresh happens on use; this alone refreshes ahead, when under a quarter of the refresh
token's own life is left. Contract 8: the token endpoint takes about five requests a minute from one app.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field
from typing import Any

from ringback.oauth.errors import InvalidClient, RingbackError
from ringback.oauth.token_requests import ClientCredentials
from ringback.oauth.token_set import TokenSet
from ringback.vault import Login, SealError, Vault, VaultUnavailable
from ringback.vault.logins import LoginPage

from .allowance import Policy, allowance
from .effects import LoadLogin, Now, OnVault, Steps, Wait
from .errors import LoginRequired, RateLimited
from .refresh import ATTEMPT_SECONDS, refreshed

_FASTEST = 600.0
_SHARE = 4
_FAILURES_IN_A_ROW = 3

log = logging.getLogger("ringback.client")


@dataclass(slots=True)
class KeptAlive:
    """What one round came to. Users are told by their ids; there is no token in it.

    `due` logins were near their end: `refreshed` here, or by others meanwhile; of `ended` ones the users must
    log in again; `failed` says why not, now; `unopened` records need another key; `waiting` are left for the
    next round. `limited`: the server asked for a pause, more than once.
    """

    logins: int = 0
    due: int = 0
    refreshed: int = 0
    ended: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    unopened: list[str] = field(default_factory=list)
    waiting: int = 0
    limited: bool = False

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def is_due(tokens: TokenSet, now: float) -> bool:
    """Is less than a quarter of the refresh token's own life left? False where its end is not known."""
    if tokens.refresh_token is None or tokens.refresh_expires_at is None:
        return False
    life = tokens.refresh_expires_at - tokens.issued_at
    return tokens.refresh_expires_at - now < life / _SHARE


def seconds_between(pace: float) -> float:
    """The pause between two refreshes at `pace` a minute. ValueError for none that is between 0 and 600."""
    if not 0 < pace <= _FASTEST:
        raise ValueError(f"pace is a number of refreshes a minute, more than 0 and at most {_FASTEST:.0f}")
    return 60.0 / pace


def keep_alive(client: ClientCredentials, pause: float) -> Steps[KeptAlive]:
    """One round over all logins of the app, `pause` seconds between two refreshes.

    Raises VaultUnavailable, and InvalidClient when the server does not know the app: then none can be kept.
    """
    told = KeptAlive()
    owner_ids = yield from _due(told)
    told.due = told.waiting = len(owner_ids)
    failures, sent = 0, False
    for owner_id in owner_ids:
        login = yield from _still_due(owner_id, told)
        if login is not None:
            if sent:
                yield Wait(pause)
            sent = True
            before = len(told.failed)
            yield from _keep(login, client, told)
            failures = failures + 1 if len(told.failed) > before else 0
        if told.limited:
            break
        told.waiting -= 1
        if failures == _FAILURES_IN_A_ROW:
            break  # the server is away, most likely: each login would cost its whole attempt
    return told


def _due(told: KeptAlive) -> Steps[list[str]]:
    """The owners whose logins are due, the nearest to its end first."""
    now: float = yield Now()
    found: list[tuple[float, str]] = []
    after: str | None = ""
    while after is not None:
        page: LoginPage = yield OnVault(_page_after(after))
        told.logins += len(page.logins) + len(page.unopened)
        told.unopened += page.unopened
        found += [
            (login.tokens.refresh_expires_at or 0.0, login.key.owner_id)
            for login in page.logins
            if is_due(login.tokens, now)
        ]
        after = page.last
    return [owner_id for _, owner_id in sorted(found)]


def _page_after(after: str) -> Any:
    def call(vault: Vault) -> LoginPage:
        return vault.page(after)

    return call


def _still_due(owner_id: str, told: KeptAlive) -> Steps[Login | None]:
    """The login as it is by now; None when nothing is left to do for it."""
    try:
        login: Login | None = yield LoadLogin(owner_id)
    except SealError:
        told.unopened.append(owner_id)
        return None
    now: float = yield Now()
    if login is None or not is_due(login.tokens, now):
        return None
    return login


def _keep(login: Login, client: ClientCredentials, told: KeptAlive) -> Steps[None]:
    owner_id = login.key.owner_id
    # As long as the rate limit asks is waited for, without the lease.
    within = yield from allowance(2 * ATTEMPT_SECONDS, Policy(patient=True))
    try:
        yield from refreshed(login, client, within)
    except RateLimited:
        told.limited = True
    except LoginRequired:
        told.ended.append(owner_id)
    except (VaultUnavailable, InvalidClient):
        raise
    except RingbackError as error:
        log.warning("a login could not be kept alive now: %s", type(error).__name__)
        told.failed[owner_id] = str(error)
    else:
        told.refreshed += 1
