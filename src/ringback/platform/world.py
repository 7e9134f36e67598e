"""One world: a company, its apps, and everything that has happened there since its clock started."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import urlsplit

from ringback.platform.apps import seed_apps
from ringback.platform.authorization.browsers import Browsers
from ringback.platform.authorization.client_assertions import UsedAssertions
from ringback.platform.authorization.codes import Codes
from ringback.platform.authorization.jwt_credentials import JwtCredentials
from ringback.platform.authorization.keys import PlatformKeys
from ringback.platform.authorization.passwords import Passwords
from ringback.platform.authorization.pending import PendingRequests
from ringback.platform.authorization.session_store import SessionStore
from ringback.platform.clock import VirtualClock
from ringback.platform.clock_waits import ClockWaits
from ringback.platform.company import CallLog, Extension, Overlay, build_company
from ringback.platform.company.scenario import play
from ringback.platform.company.scenario_file import digest
from ringback.platform.faults import Faults
from ringback.platform.journal import Journal
from ringback.platform.limits import RateLimits
from ringback.platform.quirks import Quirks
from ringback.platform.settings import PlatformSettings
from ringback.platform.state import State, StateFile, StateFileError, Table
from ringback.platform.usage import Usage

USERS_LISTED = 50


class World:
    """All state of one world. Changes of more than one part are made under `lock` (reentrant).

    `id` is None for the home world; another world's `root` is the path that its addresses begin with. With a
    `file`, what it has of this world is there again. StateFileError: the file was made with other settings;
    ScenarioError: a scenario of the settings cannot be played here.
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
        self.clock = VirtualClock(self.start, state=state, lock=self.lock)
        self.clock_waits = ClockWaits(self.clock)
        self.quirks = Quirks(state, settings.quirks)
        self.company = build_company(settings.seed, self.start, settings.size, state)
        self._overlay = Overlay(state)
        self.apps = seed_apps(settings.seed, settings.web_redirect_uri, self.company.account.id, state)
        self.passwords = Passwords(self.company.seeded_password, state=state, lock=self.lock)
        self.browsers = Browsers(state=state)
        self.pending = PendingRequests(state=state, browsers=self.browsers)
        self.codes = Codes(state=state)
        self.sessions = SessionStore(self.lock, state=state)
        self.keys = PlatformKeys(state, self.lock)
        self.jwt_credentials = JwtCredentials(state, self.keys, self.base_url)
        self.used_assertions = UsedAssertions(state)
        self.journal = Journal(state=state)
        self.usage = Usage(state)
        self.faults = Faults(state, self.lock)
        self.limits = RateLimits(state, self.quirks, settings.rate_limits, self.lock)
        # What each user authorized for each app: "extension id client ID" -> permissions.
        self._consents: Table[frozenset[str]] = state.table("consents", frozenset[str])
        state.opened()
        self._play_scenarios()

    def __repr__(self) -> str:
        return f"<World seed={self.seed} {self.base_url}>"

    def _started(self, file: StateFile | None) -> datetime:
        """When this world's clock started: as the state file says, or as the settings say."""
        table = self._facts
        settings = self.settings
        figures = settings.size
        size = f"{settings.seed} {figures.employees} {figures.calls_per_day} {figures.days}"
        if table.get("size", size) != size and file is not None:
            raise StateFileError(
                f"{file.path} holds another company (seed, employees, calls per day, days):"
                " start with the same figures, or with a new file"
            )
        start = settings.start or datetime.now(UTC)
        if "start" in table:
            kept = datetime.fromisoformat(table["start"])
            if settings.start not in (None, kept) and file is not None:
                raise StateFileError(
                    f"{file.path} holds a clock that started at {kept:%Y-%m-%dT%H:%M:%SZ}:"
                    " give no other start, or a new file"
                )
            return kept
        table["size"], table["start"] = size, start.isoformat()
        return start

    def _play_scenarios(self) -> None:
        """Play those of the settings that this world has not played at an earlier start."""
        for scenario in self.settings.scenarios:
            key = f"played {digest(scenario)}"
            if key not in self._facts:
                play(self, scenario)
                self._facts[key] = scenario.title

    def fact(self, name: str) -> str | None:
        """What is fixed about this world: `size` (its company's figures) or `start` (of its clock)."""
        return self._facts.get(name)

    @cached_property
    def calls(self) -> CallLog:
        """The call log; made when it is first asked for."""
        return CallLog(self.company.schedule, self._overlay, self.settings.live)

    @property
    def sign_ups(self) -> int:
        """How many developers have joined through the console."""
        return int(self._facts.get("sign_ups", "0"))

    def count_sign_up(self) -> None:
        """One more developer has joined."""
        self._facts["sign_ups"] = str(self.sign_ups + 1)

    def close(self) -> None:
        """The world ends: nobody waits in it any more."""
        self.clock_waits.close()

    def remembered(self, extension_id: int, client_id: str) -> frozenset[str] | None:
        """The permissions this user authorized for this app before; None: never."""
        return self._consents.get(f"{extension_id} {client_id}")

    def remember(self, extension_id: int, client_id: str, permissions: frozenset[str]) -> None:
        """This user has authorized these permissions for this app."""
        self._consents[f"{extension_id} {client_id}"] = permissions

    def forget_app(self, client_id: str, why: str) -> None:
        """An app is no more: its sessions end, what users authorized for it and its counts are forgotten."""
        self.sessions.end_app(client_id, why)
        self.usage.forget(client_id)
        for key in [kept for kept in self._consents if kept.split(" ", 1)[1] == client_id]:
            del self._consents[key]

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
