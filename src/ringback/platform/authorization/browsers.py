"""Browsers the platform knows by its own cookie: who is signed in there, and the CSRF value of its forms."""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ringback.platform.state import State, Table

SIGNED_IN_FOR = timedelta(hours=12)
REMEMBERED_FOR = timedelta(days=30)
SECRET_SHOWN_FOR = timedelta(minutes=5)
_KEPT = 10_000


@dataclass(slots=True, eq=False)
class Browser:
    """One browser. `id` is the opaque cookie value; it changes at sign-in and at sign-out, `key` never does.

    `remembered`: the user wants to stay signed in here after the browser was closed.
    """

    key: str
    id: str = field(repr=False)
    csrf: str = field(repr=False)
    extension_id: int | None = None
    signed_in_at: datetime | None = None
    remembered: bool = False
    # Secrets of apps just created here, by client ID, each to be shown once, with the time they were made.
    to_show: dict[str, tuple[str, datetime]] = field(default_factory=dict, repr=False)
    # Ids of its authorization requests under way, oldest first; PendingRequests keeps them.
    requests: list[str] = field(default_factory=list, repr=False)

    def is_form_of_ours(self, csrf: str | None) -> bool:
        """Was this form made for this browser? In constant time."""
        given = (csrf or "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self.csrf.encode("ascii"))

    def take_secret(self, client_id: str, now: datetime) -> str | None:
        """The secret of an app created here a moment ago; it can be taken once."""
        secret, made = self.to_show.pop(client_id, ("", now))
        return secret if secret and now < made + SECRET_SHOWN_FOR else None

    @property
    def signed_in_until(self) -> datetime | None:
        """When the sign-in ends (UTC): after 12 hours, a remembered one after 30 days; None: nobody is."""
        lasts = REMEMBERED_FOR if self.remembered else SIGNED_IN_FOR
        return None if self.signed_in_at is None else self.signed_in_at + lasts

    @property
    def cookie_seconds(self) -> int | None:
        """How long its cookie is kept; None: until the browser is closed."""
        return int(REMEMBERED_FOR.total_seconds()) if self.remembered else None


class Browsers:
    """The browsers of one world. Callers hold the world's lock.

    They outlive a restart with a state file and are part of snapshots. Whoever changes a browser by other
    means than the methods here calls `touch`.
    """

    def __init__(
        self, random_text: Callable[[int], str] = secrets.token_urlsafe, state: State | None = None
    ) -> None:
        self._random_text = random_text
        state = state or State()
        self._table: Table[Browser] = state.table("browsers", Browser)
        # Two rooms, so that a flood of visitors without a cookie puts nobody out who is signed in.
        self._strangers: OrderedDict[str, Browser] = OrderedDict()
        self._signed_in: OrderedDict[str, Browser] = OrderedDict()
        state.on_load(self._index)

    def find(self, cookie: str | None, now: datetime) -> Browser | None:
        """The browser of this cookie. A sign-in ends after 12 hours, a remembered one after 30 days."""
        if cookie is None:
            return None
        browser = self._strangers.get(cookie) or self._signed_in.get(cookie)
        if browser is not None and browser.signed_in_until is not None:
            if now >= browser.signed_in_until:
                self.sign_out(browser)
                return browser
            self._signed_in.move_to_end(cookie)
        return browser

    def by_key(self, key: str) -> Browser | None:
        """The browser of this key, which does not change at sign-in."""
        return self._table.get(key)

    def new(self) -> Browser:
        """A browser seen for the first time, nobody signed in."""
        browser = Browser(self._random_text(16), self._random_text(32), self._random_text(32))
        self._put(self._strangers, browser)
        return browser

    def sign_in(
        self, browser: Browser, extension_id: int, now: datetime, *, remembered: bool = False
    ) -> None:
        """This user is signed in here from now on, under a new id."""
        self._forget(browser)
        if browser.extension_id != extension_id:
            browser.to_show.clear()
        browser.id, browser.csrf = self._random_text(32), self._random_text(32)
        browser.extension_id, browser.signed_in_at, browser.remembered = extension_id, now, remembered
        self._put(self._signed_in, browser)

    def sign_out(self, browser: Browser) -> None:
        """Nobody is signed in here any more; the old id means nothing."""
        self._forget(browser)
        browser.id, browser.csrf = self._random_text(32), self._random_text(32)
        browser.extension_id, browser.signed_in_at, browser.remembered = None, None, False
        browser.to_show.clear()
        self._put(self._strangers, browser)

    def end_user(self, extension_id: int, but: Browser | None = None) -> int:
        """Sign this user out of every browser, but one; how many. For a changed password."""
        theirs = [
            browser
            for browser in self._signed_in.values()
            if browser.extension_id == extension_id and browser is not but
        ]
        for browser in theirs:
            self.sign_out(browser)
        return len(theirs)

    def touch(self, browser: Browser) -> None:
        """This browser was changed in place."""
        if browser.key in self._table:
            self._table.touch(browser.key)

    def _forget(self, browser: Browser) -> None:
        self._strangers.pop(browser.id, None)
        self._signed_in.pop(browser.id, None)

    def _put(self, room: OrderedDict[str, Browser], browser: Browser) -> None:
        room[browser.id] = browser
        self._table[browser.key] = browser
        if len(room) > _KEPT:
            _, oldest = room.popitem(last=False)
            self._table.pop(oldest.key, None)

    def _index(self) -> None:
        self._strangers.clear()
        self._signed_in.clear()
        for browser in self._table.values():
            room = self._strangers if browser.extension_id is None else self._signed_in
            room[browser.id] = browser
