"""Authorization requests under way: checked, waiting in one browser for a login and a consent."""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ringback.platform.authorization.authorize import AuthorizationRequest
from ringback.platform.authorization.browsers import Browser

LIFETIME = timedelta(minutes=30)
_KEPT = 10_000


@dataclass(slots=True, eq=False)
class Pending:
    """One request under way. `user` is who signed in for it or was found signed in when consent was asked."""

    id: str
    csrf: str = field(repr=False)
    browser: Browser
    request: AuthorizationRequest
    began: datetime
    user: int | None = None
    signed_in_for_this: bool = False

    def is_form_of_ours(self, csrf: str | None) -> bool:
        """Was this form made for this request? In constant time."""
        given = (csrf or "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self.csrf.encode("ascii"))


class PendingRequests:
    """The requests under way of one world. Callers hold the world's lock."""

    def __init__(self, random_text: Callable[[int], str] = secrets.token_urlsafe) -> None:
        self._random_text = random_text
        self._pending: OrderedDict[str, Pending] = OrderedDict()

    def begin(self, browser: Browser, request: AuthorizationRequest, now: datetime) -> Pending:
        """Keep a request while its user signs in and decides; half an hour at most."""
        pending = Pending(self._random_text(16), self._random_text(32), browser, request, now)
        self._pending[pending.id] = pending
        while len(self._pending) > _KEPT:
            self._pending.popitem(last=False)
        return pending

    def find(self, pending_id: str | None, browser: Browser | None, now: datetime) -> Pending | None:
        """The request, only in the browser that began it, and only while it lasts."""
        pending = self._pending.get(pending_id or "")
        if pending is None or browser is None or pending.browser is not browser:
            return None
        if now >= pending.began + LIFETIME:
            self.finish(pending)
            return None
        return pending

    def finish(self, pending: Pending) -> None:
        """The request is answered; its forms count no more."""
        self._pending.pop(pending.id, None)
