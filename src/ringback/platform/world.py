"""One world: a company, its apps, and everything that has happened there since its clock started."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from urllib.parse import urlsplit

from ringback.platform.apps import seed_apps
from ringback.platform.authorization.browsers import Browsers
from ringback.platform.authorization.codes import Codes
from ringback.platform.authorization.passwords import Passwords
from ringback.platform.authorization.pending import PendingRequests
from ringback.platform.authorization.session_store import SessionStore
from ringback.platform.clock import VirtualClock
from ringback.platform.company import Extension, build_company
from ringback.platform.journal import Journal
from ringback.platform.quirks import Quirks
from ringback.platform.settings import PlatformSettings
from ringback.platform.state import State, StateFile, StateFileError, Table
from ringback.platform.usage import Usage

USERS_LISTED = 50


class World:
    """All state of one world. Changes of more than one part are made under `lock` (reentrant).

    `id` is None for the home world; another world's `root` is the path that its addresses begin with. With a
    `file`, what it has of this world is there again. StateFileError: the file was made with other settings.
    """

    def __init__(
        self, settings: PlatformSettings, world_id: str | None = None, file: StateFile | None = None
    ) -> None:
        self.settings = settings
        self.id = world_id
        self.base_url = settings.base_url
        self.root = urlsplit(settings.base_url).path
        self.seed = settings.seed
        self.lock = threading.RLock()
        self.state = state = State(file, world_id or "")
        self._facts: Table[str] = state.table("world", str)
        self.start = self._started(file)
        self.clock = VirtualClock(self.start)
        self.quirks = Quirks(state, settings.quirks)
        self.company = build_company(settings.seed, self.start)
        self.apps = seed_apps(settings.seed, settings.web_redirect_uri, self.company.account.id, state)
        self.passwords = Passwords(self.company.seeded_password)
        self.browsers = Browsers()
        self.pending = PendingRequests()
        self.codes = Codes(state=state)
        self.sessions = SessionStore(self.lock, state=state)
        self.journal = Journal(state=state)
        self.usage = Usage(state)
        # What each user authorized for each app: "extension id client ID" -> permissions.
        self._consents: Table[frozenset[str]] = state.table("consents", frozenset[str])
        state.opened()

    def __repr__(self) -> str:
        return f"<World seed={self.seed} {self.base_url}>"

    def _started(self, file: StateFile | None) -> datetime:
        """When this world's clock started: as the state file says, or as the settings say."""
        table = self._facts
        settings = self.settings
        size = f"{settings.seed} {settings.employees} {settings.calls_per_day} {settings.days}"
        if table.get("size", size) != size and file is not None:
            raise StateFileError(
                f"{file.path} holds another company (seed, employees, calls per day, days):"
                " start with the same figures, or with a new file"
            )
        start = settings.start or datetime.now(UTC)
        if "start" in table:
            return datetime.fromisoformat(table["start"])
        table["size"], table["start"] = size, start.isoformat()
        return start

    @property
    def sign_ups(self) -> int:
        """How many developers have joined through the console."""
        return int(self._facts.get("sign_ups", "0"))

    def count_sign_up(self) -> None:
        """One more developer has joined."""
        self._facts["sign_ups"] = str(self.sign_ups + 1)

    def close(self) -> None:
        """The world ends: nobody waits in it any more."""

    def remembered(self, extension_id: int, client_id: str) -> frozenset[str] | None:
        """The permissions this user authorized for this app before; None: never."""
        return self._consents.get(f"{extension_id} {client_id}")

    def remember(self, extension_id: int, client_id: str, permissions: frozenset[str]) -> None:
        """This user has authorized these permissions for this app."""
        self._consents[f"{extension_id} {client_id}"] = permissions

    def users(self) -> list[tuple[Extension, str]]:
        """The first seeded users who can log in, with their passwords in plain text."""
        found: list[tuple[Extension, str]] = []
        for extension in self.company.extensions:
            if len(found) == USERS_LISTED:
                break
            password = self.company.seeded_password(extension.id) if extension.can_log_in else None
            if password is not None:
                found.append((extension, password))
        return found
