"""`RingCentral`: one app at one server; begins and finishes logins, and gives the logged-in users."""

from __future__ import annotations

import logging
import os
import threading
from types import TracebackType
from typing import TYPE_CHECKING

from ringback.oauth.authorization import AuthorizationOptions, authorization_url, begin
from ringback.oauth.errors import ConfigurationError
from ringback.oauth.secret import Secret
from ringback.oauth.token_requests import ClientCredentials
from ringback.vault import KeyRing, Vault, new_key, open_store
from ringback.vault.keyring import NEW_KEY_COMMAND
from ringback.vault.urls import is_memory

from . import logins
from .clock import Clock, clock_from_setting
from .context import Context
from .driver import Driver
from .errors import transport_error
from .housekeeping import tidy, try_revocations
from .messages import HttpAnswer, HttpRequest, NoAnswer
from .pending import PendingLogin, open_transaction, seal_transaction
from .server_url import is_local, server_base_url
from .settings import Settings, environment_with_dotenv, required, settings_from, visible
from .transport import HttpTransport, Transport
from .user import User

if TYPE_CHECKING:
    import ssl

    from .doctor import Finding

DEFAULT_HOLDER = "default"
TIMEOUT_SECONDS = 30.0
_API_INFO = "/restapi/v1.0"
_CHECK_SECONDS = 10.0

log = logging.getLogger("ringback.client")


class RingCentral:
    """A client of one RingCentral app. Make one and share it: it is safe to use from any thread.

    Arguments left out come from the environment (design.md, "What stays put"); `from_env()` reads a `.env`
    file too. `vault` is `sqlite:///FILE` or `memory://` (the default: logins end with the process).
    `timeout` is in seconds, for one call with everything it takes. `tls` replaces the default TLS context.

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
        tls: ssl.SSLContext | None = None,
        clock: Clock | None = None,
        transport: Transport | None = None,
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
            ),
            timeout,
            tls,
            clock,
            transport,
        )

    @classmethod
    def from_env(cls, *, timeout: float = TIMEOUT_SECONDS, tls: ssl.SSLContext | None = None) -> RingCentral:
        """The client that the environment and the `.env` file of the working directory describe."""
        return cls.from_settings(settings_from(environment_with_dotenv()), timeout=timeout, tls=tls)

    @classmethod
    def from_settings(
        cls, settings: Settings, *, timeout: float = TIMEOUT_SECONDS, tls: ssl.SSLContext | None = None
    ) -> RingCentral:
        """The client that `settings` describe, and nothing else."""
        client = cls.__new__(cls)
        client._set_up(settings, timeout, tls, None, None)
        return client

    def _set_up(
        self,
        settings: Settings,
        timeout: float,
        tls: ssl.SSLContext | None,
        clock: Clock | None,
        transport: Transport | None,
    ) -> None:
        if not isinstance(timeout, int | float) or not 0 < timeout <= 600:
            raise ConfigurationError("timeout must be more than 0 and at most 600 seconds")
        self.server = server_base_url(required(settings.server, "server"))
        self.client_id = visible(required(settings.client_id, "client_id"), "client_id")
        if settings.client_secret is not None:
            visible(settings.client_secret.reveal(), "client_secret")
        self.redirect_uri = settings.redirect_uri
        self.credentials = ClientCredentials(self.client_id, settings.client_secret)
        self.clock: Clock = clock or clock_from_setting(settings.clock)
        url = settings.vault or "memory://"
        keyring = _keyring(settings.secret_keys, url)
        self.vault = Vault(open_store(url), keyring, server=self.server, client_id=self.client_id)
        self._transport = transport or HttpTransport(self.server, tls=tls)
        self._context = Context(
            server=self.server,
            credentials=self.credentials,
            vault=self.vault,
            driver=Driver(self.vault, self._transport, self.clock),
            clock=self.clock,
            timeout=timeout,
        )
        self._tidying = threading.Lock()

    def __repr__(self) -> str:
        return f"RingCentral(server={self.server!r}, client_id={self.client_id!r})"

    def __enter__(self) -> RingCentral:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close connections and the vault. The client may not be used afterwards."""
        self._transport.close()
        self.vault.close()

    @property
    def context(self) -> Context:
        """What every call of this client needs, for code that runs steps of its own."""
        return self._context

    @property
    def is_local(self) -> bool:
        """True when the server is on this machine: a local platform."""
        return is_local(self.server)

    def check_server(self) -> None:
        """Raise TransportError when the server cannot be reached or does not answer as RingCentral's."""
        answer = self._transport.send(HttpRequest("GET", _API_INFO), seconds=_CHECK_SECONDS)
        if isinstance(answer, HttpAnswer) and answer.status >= 400 and answer.status != 429:
            answer = NoAnswer("unusable", f"{_API_INFO} answered {answer.status}")
        if isinstance(answer, NoAnswer):
            raise transport_error(answer)

    def begin_login(
        self,
        redirect_uri: str | None = None,
        *,
        prompt: str | None = None,
        display: str | None = None,
        brand_id: str | None = None,
        ui_locales: str | None = None,
        scope: str | None = None,
        login_hint: str | None = None,
    ) -> PendingLogin:
        """Begin a login: nothing is sent. `redirect_uri` defaults to RC_REDIRECT_URL, byte for byte.

        The options are sent only when given (contract 4). The login must be finished within 10 minutes.
        Raises ConfigurationError when no redirect URI is known or an option has no such value.
        """
        transaction = begin(
            server=self.server,
            client_id=self.client_id,
            redirect_uri=required(redirect_uri or self.redirect_uri, "redirect_uri"),
            now=self.clock.now(),
            random_bytes=os.urandom,
        )
        options = AuthorizationOptions(
            prompt=prompt,
            display=display,
            brand_id=brand_id,
            ui_locales=ui_locales,
            scope=scope,
            login_hint=login_hint,
        )
        return PendingLogin(
            url=authorization_url(transaction, options),
            transaction=seal_transaction(self.vault, transaction),
            state=transaction.state.reveal(),
        )

    def finish_login(self, callback_url: str, transaction: str, *, holder: str = DEFAULT_HOLDER) -> User:
        """The user that a callback logs in; the tokens are stored before this returns.

        `callback_url` is the URL the browser came back with, `transaction` what `begin_login` gave.
        `holder` names who holds the login: a browser, a program; ending the last holder ends the login.

        Raises StateMismatch, TransactionExpired, TransactionSpent, LoginDenied, LoginRefused, CallbackError,
        OAuthRefusal (InvalidGrant, InvalidClient), TransportError, ResponseError, VaultError.
        """
        opened = open_transaction(self.vault, transaction, server=self.server, client_id=self.client_id)
        context = self._context
        login = context.driver.run(
            logins.finish_login(callback_url, opened, self.credentials, holder, timeout=context.timeout)
        )
        # A login that this one replaced is revoked now if that works at once, else later.
        try_revocations(context)
        log.info("login finished")
        return User(context, login.key.owner_id, holder)

    def user(self, user_id: str, *, holder: str = DEFAULT_HOLDER) -> User:
        """The user with this id, who logged in here or in another process; nothing is loaded or sent yet."""
        return User(self._context, str(user_id), holder)

    def doctor(self, user_id: str | None = None) -> tuple[Finding, ...]:
        """Look at the server, the clock, the app's credentials, its redirect URI, the vault and the keys.

        With `user_id`, at that user's login and permissions too. Each Finding is "ok", "warning" or
        "problem" and says what to change and where; nothing is raised for what is found, nothing is changed.
        """
        from .doctor import examine

        return self._context.driver.run(examine(self._context, self.redirect_uri, user_id))

    def tidy(self) -> None:
        """Finish refreshes that a dead process left behind, send pending revocations, forget what expired.

        Call it at start and every 5 minutes (`ringback web` does). Raises VaultUnavailable, nothing else.
        """
        with self._tidying:
            tidy(self._context)


def _keyring(setting: Secret | None, vault_url: str) -> KeyRing:
    if setting is not None:
        return KeyRing.from_setting(setting.reveal())
    if is_memory(vault_url):
        return KeyRing.from_setting(new_key())  # ends with the process, as the logins do
    raise ConfigurationError(
        "RINGBACK_SECRET_KEYS is not set: a vault that outlives the process seals its tokens under a key",
        remedy=f"Make a key with: {NEW_KEY_COMMAND}",
    )
