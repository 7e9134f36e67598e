"""What every page needs: the client, the settings, the names already seen; one per application."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from ringback import RingCentral

from .archives import Archives
from .callers import Callers
from .login_starts import LoginStarts
from .readiness import Readiness, look
from .readings_kept import KeptReadings
from .saved.shelf import Shelf
from .saved.writers import Writers
from .settings import TryUser, WebSettings
from .shared_readings import SharedReadings
from .words import encodable

MOST_EXPORTS = 6
"""How many files of calls are written at once: each holds a thread of the server for as long as it waits."""

_MOST_NAMES = 1000


@dataclass(frozen=True)
class Who:
    """How to call a user in the account menu."""

    name: str
    extension_number: str


class Names:
    """The newest names of users seen by this process; a courtesy, so it may forget. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Who] = OrderedDict()

    def note(self, user_id: str, name: object, extension_number: object) -> None:
        """Remember what an answer of the platform said; anything but text is left out."""
        who = Who(
            encodable(name[:120]) if isinstance(name, str) else "",
            encodable(extension_number[:20]) if isinstance(extension_number, str) else "",
        )
        if not (who.name or who.extension_number):
            return
        with self._lock:
            self._known[user_id] = who
            self._known.move_to_end(user_id)
            while len(self._known) > _MOST_NAMES:
                self._known.popitem(last=False)

    def get(self, user_id: str) -> Who | None:
        """The name of `user_id`, or None when this process has not met it."""
        with self._lock:
            return self._known.get(user_id)


@dataclass(frozen=True)
class Web:
    """The application's own things."""

    client: RingCentral
    settings: WebSettings
    try_users: tuple[TryUser, ...]
    names: Names
    readiness: Readiness
    login_starts: LoginStarts
    shared: SharedReadings
    files: Writers
    archives: Archives
    callers: Callers = field(default_factory=Callers)
    readings: KeptReadings = field(default_factory=KeptReadings)
    exports: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(MOST_EXPORTS)
    )

    @classmethod
    def of(cls, client: RingCentral, settings: WebSettings, try_users: Sequence[TryUser]) -> Web:
        """Put together what create_app was given. Raises ConfigurationError for an archive that is none."""
        readiness = Readiness(lambda: look(client))
        login_starts = LoginStarts(settings.deployment.logins_per_address)
        shared = SharedReadings(client.vault)
        files = Writers(Shelf(client.vault.browser_sessions.app))
        archives = Archives.of(settings.deployment.archives)
        return cls(
            client,
            settings,
            tuple(try_users),
            Names(),
            readiness,
            login_starts,
            shared,
            files,
            archives,
        )

    def forget_user(self, user_id: str, holder: str | None = None) -> None:
        """A login has ended (all of the user's without `holder`): keep nothing that was read with it."""
        self.readings.forget_login(user_id, holder)
        self.shared.forget_login(user_id, holder)
        self.callers.forget(user_id)
        self._forget_files(user_id, holder)

    def forget_holder(self, user_id: str, holder: str) -> None:
        """A browser has let go of its user's login, which stays: drop what was read for that browser."""
        self.readings.forget_login(user_id, holder)
        self.shared.forget_login(user_id, holder)
        self._forget_files(user_id, holder)

    def _forget_files(self, user_id: str, holder: str | None) -> None:
        digest = self.files.shelf.digest
        self.files.forget(user=digest(user_id), owner=digest(user_id, holder) if holder else None)

    def now(self) -> float:
        """Seconds since the epoch, UTC, by the client's clock."""
        return self.client.clock.now()


def web() -> Web:
    """The Web of the application that is answering."""
    return cast(Web, current_app.extensions["ringback"])
