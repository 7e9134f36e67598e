"""Authorization requests under way: checked, waiting in one browser for a login and a consent."""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ringback.platform.authorization.authorize import AuthorizationRequest
from ringback.platform.authorization.browsers import Browser, Browsers
from ringback.platform.state import State, Table

LIFETIME = timedelta(minutes=30)
_KEPT = 10_000
_KEPT_PER_BROWSER = 20


@dataclass(slots=True, eq=False)
class Pending:
    """One request under way. `user` is who signed in for it or was found signed in when consent was asked.

    Change it by the methods of `PendingRequests` only, which keep it.
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


@dataclass(frozen=True, slots=True)
class PendingRow:
    """What is kept of a request under way; `browser` is the browser's key."""

    csrf: str = field(repr=False)
    browser: str
    request: AuthorizationRequest
    began: datetime
    user: int | None
    signed_in_for_this: bool


class PendingRequests:
    """The requests under way of one world. Callers hold the world's lock.

    With a state, and with the browsers that were made from the same one, they outlive a restart.
    """

    def __init__(
        self,
        random_text: Callable[[int], str] = secrets.token_urlsafe,
        state: State | None = None,
        browsers: Browsers | None = None,
    ) -> None:
        self._random_text = random_text
        state = state or State()
        self._browsers = browsers
        self._table: Table[PendingRow] = state.table("pending", PendingRow)
        # Two rooms, as for browsers: a flood of strangers' requests ends nothing of those who are signed in.
        self._strangers: OrderedDict[str, Pending] = OrderedDict()
        self._signed_in: OrderedDict[str, Pending] = OrderedDict()
        state.on_load(self._index)

    def client_of(self, pending_id: str) -> str | None:
        """The app whose request this is."""
        row = self._table.get(pending_id)
        return None if row is None else row.request.client_id

    def begin(self, browser: Browser, request: AuthorizationRequest, now: datetime) -> Pending:
        """Keep a request while its user signs in and decides; half an hour, the newest 20 of a browser."""
        pending = Pending(self._random_text(16), self._random_text(32), browser, request, now)
        room = self._strangers if browser.extension_id is None else self._signed_in
        room[pending.id] = pending
        self._keep(pending)
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
            self._keep(pending)

    def set_signed_in(self, pending: Pending, signed_in: bool) -> None:
        """Somebody gave a password for this very request, or was signed out of it."""
        if pending.signed_in_for_this != signed_in:
            pending.signed_in_for_this = signed_in
            self._keep(pending)

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

    def _keep(self, pending: Pending) -> None:
        self._table[pending.id] = PendingRow(
            csrf=pending.csrf,
            browser=pending.browser.key,
            request=pending.request,
            began=pending.began,
            user=pending.user,
            signed_in_for_this=pending.signed_in_for_this,
        )

    def _drop(self, pending_id: str) -> None:
        self._strangers.pop(pending_id, None)
        self._signed_in.pop(pending_id, None)
        self._table.pop(pending_id, None)

    def _index(self) -> None:
        """Make the requests from their rows; one whose browser is gone is dropped."""
        self._strangers.clear()
        self._signed_in.clear()
        found: list[tuple[str, PendingRow, Browser | None]] = [
            (pending_id, row, None if self._browsers is None else self._browsers.by_key(row.browser))
            for pending_id, row in self._table.items()
        ]
        for _, _, browser in found:
            if browser is not None:
                browser.requests.clear()
        for pending_id, row, browser in found:
            if browser is None:
                del self._table[pending_id]
                continue
            room = self._strangers if browser.extension_id is None else self._signed_in
            room[pending_id] = Pending(
                pending_id, row.csrf, browser, row.request, row.began, row.user, row.signed_in_for_this
            )
            browser.requests.append(pending_id)
