"""What `RingCentral` and `AsyncRingCentral` share: settings, vault, clock, and what is made of them."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, Literal, Self, TypeVar

from ringback.oauth.errors import ConfigurationError
from ringback.oauth.secret import Secret

from .policy import TRIES, USUAL, OnLimit, Policy
from .settings import Settings, environment_with_dotenv, required, settings_from, visible

# What a client is made of is imported when one is made.
if TYPE_CHECKING:
    import ssl

    from ringback.vault import KeyRing

    from .clock import Clock
    from .context import Context
    from .events import Hook
    from .hooked import Hooked

DEFAULT_HOLDER = "default"
TIMEOUT_SECONDS = 30.0

TransportT = TypeVar("TransportT")


class BaseClient(ABC, Generic[TransportT]):
    """One app at one server. Arguments left out come from the environment (docs/client.md, "Settings").

    `vault` is `sqlite:///FILE`, `postgresql://…`, `redis://…` (docs/vault.md), or `memory://` (the default:
    logins end with the process).
    `timeout` is in seconds, for one call with everything it takes. `on_limit`: a call "wait"s for the rate
    limit, or "raise"s RateLimited at once. `tries`: how often a call that may be repeated is sent when it
    fails with 5xx or without an answer. `tls` replaces the default TLS context.
    `transport`: "fast" (docs/client.md, "The fast transport"), or an object of the protocol of that name.

    Raises ConfigurationError naming the setting that is missing or wrong.
    """

    def __init__(
        self,
        *,
        client_id: str | None = None,
        client_secret: str | None = None,
        server: str | None = None,
        redirect_uri: str | None = None,
        vault: str | None = None,
        secret_keys: str | None = None,
        timeout: float = TIMEOUT_SECONDS,
        on_limit: OnLimit = "wait",
        tries: int = TRIES,
        tls: ssl.SSLContext | None = None,
        clock: Clock | None = None,
        transport: TransportT | Literal["fast"] | None = None,
        hooks: Iterable[Hook] = (),
    ) -> None:
        found = settings_from(os.environ)
        self._set_up(
            Settings(
                server=server or found.server,
                client_id=client_id or found.client_id,
                # Somebody else's secret must not go with a client ID that was passed in.
                client_secret=Secret(client_secret)
                if client_secret
                else (None if client_id and client_id != found.client_id else found.client_secret),
                redirect_uri=redirect_uri or found.redirect_uri,
                vault=vault or found.vault,
                secret_keys=Secret(secret_keys) if secret_keys else found.secret_keys,
                clock=found.clock,
                user_jwt=found.user_jwt,
            ),
            timeout,
            tls,
            clock,
            transport,
            Policy(on_limit=on_limit, tries=tries),
        )
        for hook in hooks:
            self.add_hook(hook)

    def add_hook(self, hook: Hook) -> None:
        """From the next call on, tell `hook` of requests, refreshes, retries and logins (docs/hooks.md)."""
        self._driver.hooks = (*self._driver.hooks, hook)

    @classmethod
    def from_env(
        cls,
        *,
        timeout: float = TIMEOUT_SECONDS,
        tls: ssl.SSLContext | None = None,
        transport: TransportT | Literal["fast"] | None = None,
    ) -> Self:
        """The client that the environment and the `.env` file of the working directory describe."""
        settings = settings_from(environment_with_dotenv())
        return cls.from_settings(settings, timeout=timeout, tls=tls, transport=transport)

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        timeout: float = TIMEOUT_SECONDS,
        tls: ssl.SSLContext | None = None,
        transport: TransportT | Literal["fast"] | None = None,
        on_limit: OnLimit = "wait",
    ) -> Self:
        """The client that `settings` describe, and nothing else."""
        client = cls.__new__(cls)
        client._set_up(settings, timeout, tls, None, transport, Policy(on_limit=on_limit))
        return client

    def _set_up(
        self,
        settings: Settings,
        timeout: float,
        tls: ssl.SSLContext | None,
        clock: Clock | None,
        transport: TransportT | Literal["fast"] | None,
        policy: Policy = USUAL,
    ) -> None:
        from ringback.oauth.token_requests import ClientCredentials
        from ringback.vault import Vault, open_store

        from .clock import clock_from_setting
        from .context import Context
        from .server_url import server_base_url

        if policy.on_limit not in ("wait", "raise"):
            raise ConfigurationError("on_limit must be 'wait' or 'raise'")
        if not isinstance(policy.tries, int) or not 1 <= policy.tries <= 10:
            raise ConfigurationError("tries must be 1 to 10")
        if not isinstance(timeout, int | float) or not 0 < timeout <= 600:
            raise ConfigurationError("timeout must be more than 0 and at most 600 seconds")
        self.server = server_base_url(required(settings.server, "server"))
        self.client_id = visible(required(settings.client_id, "client_id"), "client_id")
        if settings.client_secret is not None:
            visible(settings.client_secret.reveal(), "client_secret")
        self.redirect_uri = settings.redirect_uri
        self._user_jwt = settings.user_jwt
        self.credentials = ClientCredentials(self.client_id, settings.client_secret)
        self.clock: Clock = clock or clock_from_setting(settings.clock)
        url = settings.vault or "memory://"
        keyring = _keyring(settings.secret_keys, url)
        self.vault = Vault(open_store(url), keyring, server=self.server, client_id=self.client_id)
        self._context = Context(
            server=self.server,
            credentials=self.credentials,
            vault=self.vault,
            timeout=timeout,
            policy=policy,
        )
        self._connect(transport, tls)

    _driver: Hooked

    @abstractmethod
    def _connect(self, transport: TransportT | Literal["fast"] | None, tls: ssl.SSLContext | None) -> None:
        """Make the driver that runs the steps, over `transport` or one of its own."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(server={self.server!r}, client_id={self.client_id!r})"

    @property
    def context(self) -> Context:
        """What every call of this client needs, for code that runs steps of its own (`run`)."""
        return self._context

    @property
    def is_local(self) -> bool:
        """True when the server is on this machine: a local platform."""
        from .server_url import is_local

        return is_local(self.server)


def _keyring(setting: Secret | None, vault_url: str) -> KeyRing:
    from ringback.vault.keyring import NEW_KEY_COMMAND, KeyRing, new_key
    from ringback.vault.urls import is_memory

    if setting is not None:
        return KeyRing.from_setting(setting.reveal())
    if is_memory(vault_url):
        return KeyRing.from_setting(new_key())  # ends with the process, as the logins do
    raise ConfigurationError(
        "RINGBACK_SECRET_KEYS is not set: a vault that outlives the process seals its tokens under a key",
        remedy=f"Make a key with: {NEW_KEY_COMMAND}",
    )
