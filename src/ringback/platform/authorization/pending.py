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
_KEPT_PER_BROWSER = 20


@dataclass(slots=True, eq=False)
class Pending:
    """One request under way. `user` is who signed in for it or was found signed in when consent was asked.

    Change `user` by `PendingRequests.set_user` only: the CSRF value changes with it.
    """

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
        # Two rooms, as for browsers: a flood of strangers' requests ends nothing of those who are signed in.
        self._strangers: OrderedDict[str, Pending] = OrderedDict()
        self._signed_in: OrderedDict[str, Pending] = OrderedDict()

    def begin(self, browser: Browser, request: AuthorizationRequest, now: datetime) -> Pending:
        """Keep a request while its user signs in and decides; half an hour, the newest 20 of a browser."""
        pending = Pending(self._random_text(16), self._random_text(32), browser, request, now)
        room = self._strangers if browser.extension_id is None else self._signed_in
        room[pending.id] = pending
        browser.requests.append(pending.id)
        while len(browser.requests) > _KEPT_PER_BROWSER:
            self._drop(browser.requests.pop(0))
        self._make_room()
        return pending

    def set_user(self, pending: Pending, user: int | None) -> None:
        """Whom the request is for from now on (an extension id; None: nobody is signed in).

        When that is somebody else than before, forms made until then count no more: whoever planted the
        cookie and knows the CSRF value of a stranger's request cannot decide for the user who signs in.
        """
        if pending.user != user:
            pending.user, pending.csrf = user, self._random_text(32)

    def find(self, pending_id: str | None, browser: Browser | None, now: datetime) -> Pending | None:
        """The request, only in the browser that began it, and only while it lasts."""
        pending = self._strangers.get(pending_id or "") or self._signed_in.get(pending_id or "")
        if pending is None or browser is None or pending.browser is not browser:
            return None
        if now >= pending.began + LIFETIME:
            self.finish(pending)
            return None
        return pending

    def finish(self, pending: Pending) -> None:
        """The request is answered; its forms count no more."""
        self._drop(pending.id)
        if pending.id in pending.browser.requests:
            pending.browser.requests.remove(pending.id)

    def _make_room(self) -> None:
        """End the oldest where a room is over-full; those of browsers signed in since then change rooms."""
        while len(self._strangers) > _KEPT:
            oldest = next(iter(self._strangers.values()))
            if oldest.browser.extension_id is None:
                self.finish(oldest)
            else:
                self._signed_in[oldest.id] = self._strangers.pop(oldest.id)
        while len(self._signed_in) > _KEPT:
            self.finish(next(iter(self._signed_in.values())))

    def _drop(self, pending_id: str) -> None:
        self._strangers.pop(pending_id, None)
        self._signed_in.pop(pending_id, None)
