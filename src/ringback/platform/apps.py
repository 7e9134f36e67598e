"""The apps registered with the platform: the three of the seed and those created in the console."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from ringback.platform.platform_types import PLATFORM_TYPES
from ringback.platform.state import State, Table

MAX_PER_OWNER = 100


@dataclass(frozen=True, slots=True)
class App:
    """One registered app. Public clients have no secret.

    The secret is kept, since a client may sign with it (client_secret_jwt); it is shown once. `owner` is the
    extension id of its developer (None: the seed's), `account_id` the developer's account.
    """

    client_id: str
    name: str
    description: str
    platform_type: str
    public: bool
    redirect_uris: tuple[str, ...]
    permissions: frozenset[str]
    refresh_tokens: bool
    account_id: int
    owner: int | None = None
    secret: str | None = field(default=None, repr=False)

    @property
    def public_client(self) -> bool:
        """Has no secret, authenticates by client_id alone and must use PKCE (contract 4 and 5.1)."""
        return PLATFORM_TYPES[self.platform_type].public_client

    @property
    def code_flow(self) -> bool:
        return PLATFORM_TYPES[self.platform_type].code_flow

    def has_secret(self, secret: str) -> bool:
        """Is this the app's secret? In constant time; never true for a public client."""
        if self.secret is None:
            return False
        given = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
        return hmac.compare_digest(given, hashlib.sha256(self.secret.encode()).digest())

    def open_to(self, account_id: int) -> bool:
        """A private app serves the users of its developer's account only (contract 13.1)."""
        return self.public or account_id == self.account_id


@dataclass(frozen=True, slots=True)
class NewApp:
    """What a developer asks for; already checked."""

    name: str
    description: str
    platform_type: str
    public: bool
    redirect_uris: tuple[str, ...]
    permissions: frozenset[str]
    refresh_tokens: bool


class AppRegistry:
    """All apps of one world, by client ID; the seed's first, in order. Safe to use from several threads."""

    def __init__(
        self, random_text: Callable[[int], str] = secrets.token_urlsafe, state: State | None = None
    ) -> None:
        self._apps: Table[App] = (state or State()).table("apps", App)
        self._seeded: list[str] = []
        self._random_text = random_text
        self._lock = threading.Lock()

    def find(self, client_id: str) -> App | None:
        return self._apps.get(client_id)

    def seeded(self) -> list[tuple[App, str | None]]:
        """The seed's apps with their secrets in plain text, for `/_local/seed`."""
        apps = [self._apps[client_id] for client_id in self._seeded]
        return [(app, app.secret) for app in apps]

    def owned_by(self, extension_id: int) -> list[App]:
        with self._lock:
            return [app for app in self._apps.values() if app.owner == extension_id]

    def create(self, asked: NewApp, *, owner: int, account_id: int) -> tuple[App, str | None]:
        """Register an app; its secret (None for a public client) is returned once.

        Raises ValueError when the developer has as many apps as one may have.
        """
        secret = None if PLATFORM_TYPES[asked.platform_type].public_client else self._random_text(32)
        app = _app(self._random_text(16), secret, asked, owner=owner, account_id=account_id)
        with self._lock:
            if sum(other.owner == owner for other in self._apps.values()) >= MAX_PER_OWNER:
                raise ValueError(f"One developer can have {MAX_PER_OWNER} apps.")
            self._apps[app.client_id] = app
        return app, secret

    def add_seeded(self, seed: int, place: int, asked: NewApp, *, account_id: int) -> App:
        """Register an app of the seed; client ID and secret follow from the seed and the app's place."""
        secret = None
        if not PLATFORM_TYPES[asked.platform_type].public_client:
            secret = _derived(f"secret {seed} {place}", 32)
        app = _app(_derived(f"client {seed} {place}", 16), secret, asked, owner=None, account_id=account_id)
        with self._lock:
            self._apps[app.client_id] = app
            self._seeded.append(app.client_id)
        return app


def seed_apps(seed: int, web_redirect_uri: str, account_id: int, state: State | None = None) -> AppRegistry:
    """A registry with the seed's apps: the demo's own, a public one with PKCE, and one that may do little."""
    registry = AppRegistry(state=state)
    asked = (
        NewApp(
            "Ringback Demo",
            "The web app of Ringback: reads your extension and call logs.",
            "ServerWeb",
            public=False,
            redirect_uris=(web_redirect_uri,),
            permissions=frozenset({"ReadAccounts", "ReadCallLog", "ReadCallRecording"}),
            refresh_tokens=True,
        ),
        NewApp(
            "Ringback Public Client",
            "A single-page app: no secret, PKCE demanded.",
            "BrowserBased",
            public=False,
            redirect_uris=(web_redirect_uri, "http://localhost:3000/callback"),
            permissions=frozenset({"ReadAccounts", "ReadCallLog"}),
            refresh_tokens=True,
        ),
        NewApp(
            "Ringback Accounts Only",
            "A server app that may read accounts, not call logs, and gets no refresh tokens.",
            "ServerWeb",
            public=False,
            redirect_uris=(web_redirect_uri,),
            permissions=frozenset({"ReadAccounts"}),
            refresh_tokens=False,
        ),
    )
    for place, app in enumerate(asked):
        registry.add_seeded(seed, place, app, account_id=account_id)
    return registry


def _app(client_id: str, secret: str | None, asked: NewApp, *, owner: int | None, account_id: int) -> App:
    return App(
        client_id=client_id,
        name=asked.name,
        description=asked.description,
        platform_type=asked.platform_type,
        public=asked.public,
        redirect_uris=asked.redirect_uris,
        permissions=asked.permissions,
        refresh_tokens=asked.refresh_tokens,
        account_id=account_id,
        owner=owner,
        secret=secret,
    )


def _derived(purpose: str, size: int) -> str:
    digest = hashlib.sha256(f"ringback local platform {purpose}".encode()).digest()[:size]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
