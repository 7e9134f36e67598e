"""A test's own RingCentral: its address, its app and users, and everything a test does to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .browser import Browser
from .clock import Clock
from .environment import EnvironmentInUse, variables
from .faults import Faults
from .journal import Journal
from .options import choices_from
from .people import App, User
from .problems import LocalPlatformError
from .scenarios import Played, play
from .server import LocalServer
from .talk import control
from .tokens import Tokens, log_in

if TYPE_CHECKING:
    from ringback.platform.world import World

PUBLIC_APP = "Ringback Public Client"


class LocalRingCentral:
    """An isolated world of a local platform in this process. Close it, or use it in a `with` block.

    Keywords: seed, rate_limits, start, redirect_uri, employees, calls_per_day, days, live, quirks
    (WorldChoices says what they mean). TypeError and ValueError for what there is not; LocalPlatformError,
    with what to install, without the extra `platform`.
    """

    def __init__(self, *, server: LocalServer | None = None, name: str = "", **choices: Any) -> None:
        chosen = self._choices = choices_from(choices)
        self._owns_server = server is None
        self._server = server or LocalServer()
        self._environments: list[EnvironmentInUse] = []
        self._others: list[LocalRingCentral] = []
        self._closed = False
        try:
            self._world_id = self._server.create_world(name, chosen.for_platform())
            self.server_url = self._world.base_url
            self.clock = Clock(self.server_url)
            self.faults = Faults(self.server_url)
            self.journal = Journal(self.server_url)
            self._stop_clock()
            seed = control("GET", self.server_url, "seed")
        except BaseException:
            self._end_server()
            raise
        self.apps = [App.of(told) for told in seed["apps"]]
        self.users = [User.of(told) for told in seed["users"]]

    def __repr__(self) -> str:
        return f"<LocalRingCentral {self.server_url}>"

    @property
    def _world(self) -> World:
        return self._server.world(self._world_id)

    def _stop_clock(self) -> None:
        if self._choices.stands_at is not None:
            self.clock.freeze()
            self.clock.set(self._choices.stands_at)

    @property
    def client_id(self) -> str:
        """The client ID of the first app."""
        return self.apps[0].client_id

    @property
    def client_secret(self) -> str:
        """The client secret of the first app."""
        return self.apps[0].client_secret or ""

    @property
    def redirect_uri(self) -> str:
        """The redirect URI of the first app; `redirect_uri=` chooses it."""
        return self.apps[0].redirect_uri

    @property
    def public_app(self) -> App:
        """The seeded app without a secret, which must use PKCE."""
        return self.app(PUBLIC_APP)

    @property
    def admin(self) -> User:
        """An administrator, who may read the company's call log."""
        return next(user for user in self.users if user.admin)

    @property
    def user(self) -> User:
        """A user who is no administrator."""
        return next(user for user in self.users if not user.admin)

    def another(self, **choices: Any) -> LocalRingCentral:
        """One more world, beside this one, with nothing in common; it ends with this one at the latest."""
        made = LocalRingCentral(server=self._server, **choices)
        self._others.append(made)
        return made

    def app(self, name: str) -> App:
        """The app of this name. LookupError says which there are."""
        for app in self.apps:
            if app.name == name:
                return app
        raise LookupError(f"there is no app {name!r}; there are: {', '.join(one.name for one in self.apps)}")

    def add_app(
        self,
        name: str = "App under test",
        *,
        redirect_uris: tuple[str, ...] | list[str] = (),
        permissions: tuple[str, ...] | list[str] = ("ReadAccounts", "ReadCallLog"),
        platform_type: str = "ServerWeb",
        refresh_tokens: bool = True,
    ) -> App:
        """Register one more app, as the developer console does.

        `platform_type`: "ServerWeb"; "BrowserBased" and others without a secret, with PKCE; "JWT" for `jwt`.
        ValueError for a permission or type that there is not.
        """
        from ringback.platform.apps import NewApp
        from ringback.platform.permissions import CATALOGUE
        from ringback.platform.platform_types import PLATFORM_TYPES

        _known("permission", permissions, CATALOGUE)
        _known("platform type", (platform_type,), PLATFORM_TYPES)
        owner = self.admin
        asked = NewApp(
            name=name,
            description="Made by a test.",
            platform_type=platform_type,
            public=False,
            redirect_uris=tuple(redirect_uris),
            permissions=frozenset(permissions),
            refresh_tokens=refresh_tokens,
        )
        world = self._world
        with world.lock:
            made, secret = world.apps.create(
                asked, owner=int(owner.extension_id), account_id=int(owner.account_id)
            )
            world.state.commit()
        app = App(name, made.client_id, secret, made.redirect_uris, tuple(sorted(made.permissions)))
        self.apps.append(app)
        return app

    def browser(self) -> Browser:
        """A browser of its own: what it is logged in to stays so, as in a person's."""
        return Browser(self.server_url)

    def authorize(self, url: str, user: User | None = None, decision: str = "authorize") -> str:
        """The callback URL of a login that the code under test began: `user` logs in and decides.

        In a new browser, with the platform's own pages. `decision`: authorize or cancel. LocalPlatformError
        when the platform shows an error instead.
        """
        return self.browser().authorize(url, user or self.user, decision)

    def login(
        self,
        user: User | None = None,
        app: App | None = None,
        scope: str | None = None,
        pkce: bool = True,
    ) -> Tokens:
        """The tokens of a whole login, forms and all; by default of `user` with the first app.

        `scope`: permissions with blanks between them; None asks for all that the app has.
        """
        return log_in(self.server_url, self.browser(), user or self.user, app or self.apps[0], scope, pkce)

    def jwt(self, user: User | None = None, expires: datetime | None = None) -> str:
        """A personal JWT of `user` (a JWT credential, contract 13.3) for the jwt-bearer grant of an app
        of the platform type "JWT".

        `expires`: an aware datetime; None never.
        """
        world, owner = self._world, user or self.user
        until = None if expires is None else expires.astimezone(UTC)
        with world.lock:
            _, text = world.jwt_credentials.create(
                int(owner.extension_id), "Made by a test", None, until, world.clock.now()
            )
            world.state.commit()
        return text

    def quirk(self, name: str, value: str) -> None:
        """Switch a behaviour that RingCentral's sources disagree on. ValueError says which there are."""
        with self._world.lock:
            self._world.quirks.switch(name, value)
            self._world.state.commit()

    def play(self, scenario: str | Path) -> Played:
        """Play a scenario by name, from a .toml file, or given as its text (docs/scenarios.md).

        Its calls come into the logs, some at once, some as the clock goes on. ValueError says what is wrong
        with it; then nothing has changed.
        """
        return play(self.server_url, scenario)

    def snapshot(self) -> Any:
        """Everything this world holds, time included, to go back to: a value that JSON can hold."""
        return control("GET", self.server_url, "snapshot")

    def restore(self, snapshot: Any) -> None:
        """Go back to a snapshot of this world. ValueError when it is none."""
        control("PUT", self.server_url, "snapshot", snapshot)

    def reset(self) -> None:
        """Back to how this world began: nobody logged in, no fault, an empty journal, the clock at its start.

        Apps that were added are gone; `apps` still lists them.
        """
        control("POST", self.server_url, "reset")
        self._stop_clock()

    @property
    def env(self) -> dict[str, str]:
        """Environment variables that lead a program here: RingCentral's, and Ringback's clock."""
        return variables(self.server_url, self.apps[0])

    def use_env(self, **more: str) -> EnvironmentInUse:
        """Set `env` and `more` in this process until this world is closed, or a `with` block ends."""
        if self._closed:
            raise LocalPlatformError("this RingCentral is closed; make another")
        used = EnvironmentInUse(self.env | more)
        self._environments.append(used)
        return used

    def close(self) -> None:
        """End this world and what it set; harmless when it has ended."""
        if self._closed:
            return
        self._closed = True
        for other in self._others:
            other.close()
        for used in reversed(self._environments):
            used.restore()
        self._server.drop_world(self._world_id)
        self._end_server()

    def _end_server(self) -> None:
        if self._owns_server:
            self._server.stop()

    def __enter__(self) -> LocalRingCentral:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _known(kind: str, given: Iterable[str], there_are: Iterable[str]) -> None:
    """Raise ValueError for the first of `given` that is not among those."""
    unknown = sorted(set(given) - set(there_are))
    if unknown:
        raise ValueError(f"there is no {kind} {unknown[0]}; there are: {', '.join(there_are)}")
