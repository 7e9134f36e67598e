"""One first run: who has entered what, its check, the `.env` file, and the change to the real web app."""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from ringback import RingCentral
from ringback.client.doctor import Finding
from ringback.client.server_url import LOOPBACK_HOSTS
from ringback.client.settings import Settings
from ringback.oauth.errors import RingbackError
from ringback.oauth.secret import Secret

from .entered import Entered
from .env_file import block, write_new

MOST_BROWSERS = 8
_NOT_SHOWN = "THE-CLIENT-SECRET"


@dataclass(frozen=True, slots=True)
class Visit:
    """What one browser has entered, and what the doctor found; `settings` are what was checked."""

    entered: Entered
    findings: tuple[Finding, ...] = ()
    settings: Settings | None = None
    notice: str = ""

    @property
    def passed(self) -> bool:
        """Was all of it checked, and nothing found that would stop a login?"""
        return self.settings is not None and all(one.level != "problem" for one in self.findings)


class FirstRun:
    """`port` is the one that is served, `folder` where `.env` and the key file are to be.

    `others` are the settings that a first run does not ask for (vault, keys, clock), as the environment has
    them. `make_key` gives the key in `key_file`, which it makes where it is missing; `open_app` starts the
    real web app with settings that passed, from then on in place of this one. Both raise RingbackError.
    """

    def __init__(
        self,
        port: int,
        folder: Path,
        others: Settings,
        *,
        key_file: Path,
        make_key: Callable[[], str],
        open_app: Callable[[Settings], None],
    ) -> None:
        self.port = port
        self.env_file = folder / ".env"
        self._others = others
        self._key_file = key_file
        self._make_key = make_key
        self._open_app = open_app
        self._tokens_from = os.urandom(32)
        self._lock = threading.Lock()
        self._checking = threading.Lock()
        self._visits: OrderedDict[str, Visit] = OrderedDict()
        self.opened = False

    @property
    def hosts(self) -> frozenset[str]:
        """The Host headers that are answered: this machine's names, with our port."""
        names = {f"[{name}]" if ":" in name else name for name in LOOPBACK_HOSTS}
        return frozenset(names if self.port == 80 else {f"{name}:{self.port}" for name in names})

    @property
    def origin(self) -> str:
        """Where the page is; browsers that use another name of this machine are led here."""
        return "http://localhost" if self.port == 80 else f"http://localhost:{self.port}"

    @property
    def redirect_uri(self) -> str:
        """The redirect URI at which this very command can answer."""
        return f"{self.origin}/oauth2callback"

    def csrf(self, browser: str) -> str:
        """The token that the forms of this browser carry."""
        return hmac.new(self._tokens_from, browser.encode(), hashlib.sha256).hexdigest()

    def visit(self, browser: str) -> Visit:
        """What this browser has entered so far; nothing yet for a new one."""
        with self._lock:
            return self._visits.get(browser) or Visit(Entered(redirect_uri=self.redirect_uri))

    def keep(self, browser: str, visit: Visit) -> None:
        """Remember it for this browser; of more than a few, the one that came longest ago is forgotten."""
        with self._lock:
            self._visits[browser] = visit
            self._visits.move_to_end(browser)
            while len(self._visits) > MOST_BROWSERS:
                self._visits.popitem(last=False)

    def check(self, found: Entered) -> Visit:
        """Have the doctor look at what was entered; one check runs at a time."""
        if found.errors:
            return Visit(found)
        with self._checking:
            try:
                settings = self._settings(found)
                with RingCentral.from_settings(settings) as client:
                    findings = client.doctor()
            except RingbackError as error:
                stop = Finding("settings", "problem", error.message, change=error.remedy or "")
                return Visit(found, (stop,))
        return Visit(found, (*findings, *self._port_finding(found.redirect_uri)), settings)

    def env_lines(self, visit: Visit, *, secrets: bool) -> str:
        """The `.env` block; without `secrets` it has words in their places."""
        settings = visit.settings
        if settings is None:
            return ""
        values = {
            "RC_SERVER_URL": settings.server or "",
            "RC_APP_CLIENT_ID": settings.client_id or "",
        }
        if settings.client_secret:
            values["RC_APP_CLIENT_SECRET"] = settings.client_secret.reveal() if secrets else _NOT_SHOWN
        values["RC_REDIRECT_URL"] = settings.redirect_uri or ""
        if self._others.secret_keys is None and settings.secret_keys is not None:
            words = f"THE-LINE-IN-{self._key_file.name}"
            values["RINGBACK_SECRET_KEYS"] = settings.secret_keys.reveal() if secrets else words
        return block(values)

    def write(self, visit: Visit) -> None:
        """Write `.env`. Raises FileExistsError where there is one, OSError when it cannot be made."""
        write_new(self.env_file, self.env_lines(visit, secrets=True))

    def open(self, visit: Visit) -> str:
        """Start the real web app with what passed; the address it answers at. Raises as `open_app` does."""
        with self._checking:
            if visit.settings is not None and not self.opened:
                self._open_app(visit.settings)
                self.opened = True
                with self._lock:
                    self._visits.clear()
        return f"{self.origin}/"

    def leads_here(self, redirect_uri: str) -> bool:
        """Does a login with this redirect URI come back to where this page is?"""
        parts = urlsplit(redirect_uri)
        return (parts.scheme, parts.hostname, parts.port or 80) == ("http", "localhost", self.port)

    def _settings(self, found: Entered) -> Settings:
        keys = self._others.secret_keys
        if keys is None:
            keys = Secret(self._make_key())
        return replace(
            self._others,
            server=found.server,
            client_id=found.client_id,
            client_secret=found.client_secret,
            redirect_uri=found.redirect_uri,
            secret_keys=keys,
        )

    def _port_finding(self, redirect_uri: str) -> tuple[Finding, ...]:
        if self.leads_here(redirect_uri):
            return ()
        parts = urlsplit(redirect_uri)
        local = parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
        port = f" --web-port {parts.port or 80}" if local else ""
        again = f"start `ringback web{port}`{'' if local else ' behind that address'}"
        return (
            Finding(
                "this command",
                "warning",
                f"Logins would come back to {parts.scheme}://{parts.netloc}, and this is {self.origin}",
                "browsers must find the web app at the redirect URI's address",
                f"Keep the settings in .env, stop this command, and {again}.",
            ),
        )
