"""The apps registered with the platform: those of the seed, and those created in the console."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ringback.platform.app_values import App as App
from ringback.platform.app_values import NewApp as NewApp
from ringback.platform.platform_types import PLATFORM_TYPES
from ringback.platform.state import State, Table

MAX_PER_OWNER = 100


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

    def all(self) -> list[App]:
        """Every app, the seed's and production ones among them, oldest first."""
        with self._lock:
            return list(self._apps.values())

    def owned_by(self, extension_id: int) -> list[App]:
        """A developer's apps as developed, oldest first; production ones hang on these."""
        with self._lock:
            return [
                app for app in self._apps.values() if app.owner == extension_id and app.production_of is None
            ]

    def create(
        self, asked: NewApp, *, owner: int, account_id: int, now: datetime | None = None
    ) -> tuple[App, str | None]:
        """Register an app at `now` (UTC); its secret (None for a public client) is to be shown once.

        Raises ValueError when the developer has as many apps as one may have.
        """
        secret = None if PLATFORM_TYPES[asked.platform_type].public_client else self._random_text(32)
        app = _app(self._new_id(), secret, asked, owner=owner, account_id=account_id, created=now)
        with self._lock:
            theirs = [a for a in self._apps.values() if a.owner == owner and a.production_of is None]
            if len(theirs) >= MAX_PER_OWNER:
                raise ValueError(f"One developer can have {MAX_PER_OWNER} apps.")
            self._apps[app.client_id] = app
        return app, secret

    def change(self, client_id: str, asked: NewApp) -> App:
        """Give an app other settings; its type stays (contract 13.1).

        Raises KeyError where there is no such app, ValueError when its settings are frozen (contract 13.4).
        """
        with self._lock:
            app = self._apps[client_id]
            if app.frozen:
                raise ValueError("The app has graduated: its settings cannot change any more.")
            changed = replace(
                app,
                name=asked.name,
                description=asked.description,
                public=asked.public,
                redirect_uris=asked.redirect_uris,
                permissions=asked.permissions,
                refresh_tokens=asked.refresh_tokens,
                carriers=asked.carriers,
            )
            self._apps[client_id] = changed
            return changed

    def rotate_secret(self, client_id: str) -> str:
        """Give an app a new secret, which is to be shown once; the old one is good for nothing at once.

        Raises KeyError where there is no such app, ValueError for a public client, which has none.
        """
        with self._lock:
            app = self._apps[client_id]
            if app.public_client:
                raise ValueError("This kind of app has no secret.")
            secret = self._random_text(32)
            self._apps[client_id] = replace(app, secret=secret, secret_shown=False)
            return secret

    def note_shown(self, client_id: str) -> None:
        """The app's secret was shown: it is not shown again. KeyError where there is no such app."""
        with self._lock:
            self._apps[client_id] = replace(self._apps[client_id], secret_shown=True)

    def put_keys(self, client_id: str, jwks: str | None) -> None:
        """Register the public keys of an app (checked before), or none. KeyError: there is no such app."""
        with self._lock:
            self._apps[client_id] = replace(self._apps[client_id], jwks=jwks)

    def graduate(self, client_id: str, now: datetime) -> App:
        """Give an app production credentials and freeze its settings (contract 13.4); the production app.

        Raises KeyError where there is no such app, ValueError when it has graduated before.
        """
        with self._lock:
            app = self._apps[client_id]
            if app.frozen:
                raise ValueError("The app has graduated already.")
            production = replace(
                app,
                client_id=self._new_id(),
                secret=None if app.public_client else self._random_text(32),
                secret_shown=False,
                created=now,
                production_of=client_id,
                graduated=now,
            )
            self._apps[production.client_id] = production
            self._apps[client_id] = replace(app, production=production.client_id, graduated=now)
            return production

    def delete(self, client_id: str) -> list[str]:
        """Take an app away, and its production app; the client IDs that are gone. KeyError: no such app."""
        with self._lock:
            app = self._apps.pop(client_id)
            gone = [client_id]
            if app.production is not None and self._apps.pop(app.production, None) is not None:
                gone.append(app.production)
            return gone

    def _new_id(self) -> str:
        """A client ID of 22 characters; none begins with a hyphen, which command lines take for an option."""
        while (client_id := self._random_text(16)).startswith("-"):
            continue
        return client_id

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


def _app(
    client_id: str,
    secret: str | None,
    asked: NewApp,
    *,
    owner: int | None,
    account_id: int,
    created: datetime | None = None,
) -> App:
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
        carriers=asked.carriers,
        created=created,
    )


def _derived(purpose: str, size: int) -> str:
    digest = hashlib.sha256(f"ringback local platform {purpose}".encode()).digest()[:size]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
