"""One world: a company, its apps, and everything that has happened there since its clock started."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from ringback.platform.apps import seed_apps
from ringback.platform.authorization.browsers import Browsers
from ringback.platform.authorization.codes import Codes
from ringback.platform.authorization.passwords import Passwords
from ringback.platform.authorization.pending import PendingRequests
from ringback.platform.authorization.session_store import SessionStore
from ringback.platform.clock import VirtualClock
from ringback.platform.company import Extension, build_company
from ringback.platform.journal import Journal
from ringback.platform.settings import PlatformSettings


class World:
    """All state of one local platform. Changes of more than one part are made under `lock` (reentrant)."""

    def __init__(self, settings: PlatformSettings) -> None:
        self.settings = settings
        self.base_url = settings.base_url
        self.seed = settings.seed
        self.start = settings.start or datetime.now(UTC)
        self.lock = threading.RLock()
        self.clock = VirtualClock(self.start)
        self.company = build_company(settings.seed, self.start)
        self.apps = seed_apps(settings.seed, settings.web_redirect_uri, self.company.account.id)
        self.passwords = Passwords(self.company.seeded_password)
        self.browsers = Browsers()
        self.pending = PendingRequests()
        self.codes = Codes()
        self.sessions = SessionStore(self.lock)
        self.journal = Journal()
        # Developers who joined through the console.
        self.sign_ups = 0
        # What each user authorized for each app: (extension id, client ID) -> permissions.
        self.consents: dict[tuple[int, str], frozenset[str]] = {}

    def __repr__(self) -> str:
        return f"<World seed={self.seed} {self.base_url}>"

    def users(self) -> list[tuple[Extension, str]]:
        """The seeded users who can log in, with their passwords in plain text."""
        return [
            (extension, password)
            for extension in self.company.extensions
            if extension.can_log_in and (password := self.company.seeded_password(extension.id)) is not None
        ]
