"""`RingCentral`: one app at one server; begins and finishes logins, and gives the logged-in users."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypeVar

from ringback.oauth.errors import ConfigurationError
from ringback.oauth.secret import Secret

from .base_client import DEFAULT_HOLDER, BaseClient
from .policy import PACE
from .settings import required

# What a client is made of is imported when one is made.
if TYPE_CHECKING:
    import ssl

    from .doctor import Finding
    from .driver import Driver
    from .effects import Steps
    from .keep_alive import KeptAlive
    from .pending import PendingLogin
    from .transports.transport import Transport
    from .user import User

T = TypeVar("T")


class RingCentral(BaseClient["Transport"]):
    """A client of one RingCentral app. Make one and share it: it is safe to use from any thread.

    Arguments left out come from the environment (docs/client.md, "Settings"); `from_env()` reads a `.env`
    file too. `vault` is `sqlite:///FILE`, `postgresql://…`, `redis://…` (docs/vault.md), or `memory://` (the
    default: logins end with the process).
    `timeout` is in seconds, for one call with everything it takes. `tls` replaces the default TLS context.
    `transport`: "fast" (docs/client.md, "The fast transport"), or an object of the protocol `Transport`.

    Raises ConfigurationError naming the setting that is missing or wrong.
    """

    _driver: Driver

    def _connect(self, transport: Transport | Literal["fast"] | None, tls: ssl.SSLContext | None) -> None:
        from .driver import Driver
        from .transports.transport import HttpTransport

        self._transport: Transport = (
            _named(transport, self.server, tls)
            if isinstance(transport, str)
            else transport or HttpTransport(self.server, tls=tls)
        )
        self._driver = Driver(self.vault, self._transport, self.clock)
        self._tidying = threading.Lock()

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

    def run(self, steps: Steps[T]) -> T:
        """What these steps of the core return; every method here that talks to anything is one of this."""
        return self._driver.run(steps)

    def check_server(self) -> None:
        """Raise TransportError when the server cannot be reached or does not answer as RingCentral's."""
        from . import client_steps

        self.run(client_steps.check_server())

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
        from ringback.oauth.authorization import AuthorizationOptions

        from . import client_steps

        options = AuthorizationOptions(
            prompt=prompt,
            display=display,
            brand_id=brand_id,
            ui_locales=ui_locales,
            scope=scope,
            login_hint=login_hint,
        )
        back_to = required(redirect_uri or self.redirect_uri, "redirect_uri")
        return self.run(client_steps.begin_login(self._context, back_to, options))

    def finish_login(self, callback_url: str, transaction: str, *, holder: str = DEFAULT_HOLDER) -> User:
        """The user that a callback logs in; the tokens are stored before this returns.

        `callback_url` is the URL the browser came back with, `transaction` what `begin_login` gave.
        `holder` names who holds the login: a browser, a program; ending the last holder ends the login.

        Raises StateMismatch, TransactionExpired, TransactionSpent, LoginDenied, LoginRefused, CallbackError,
        OAuthRefusal (InvalidGrant, InvalidClient), TransportError, ResponseError, VaultError.
        """
        from . import client_steps

        login = self.run(client_steps.finish_login(self._context, callback_url, transaction, holder))
        return self.user(login.key.owner_id, holder=holder)

    def login_with_jwt(self, jwt: str | None = None, *, holder: str = DEFAULT_HOLDER) -> User:
        """The user to whom a personal JWT of the developer console belongs; left out: RC_USER_JWT.

        The app must be of the type JWT auth flow. Its tokens are stored and refreshed like any login's.
        Raises ConfigurationError for what is no JWT, OAuthRefusal, TransportError, ResponseError, VaultError.
        """
        from . import client_steps

        given = Secret(jwt) if jwt else self._user_jwt
        login = self.run(client_steps.login_with_jwt(self._context, given, holder))
        return self.user(login.key.owner_id, holder=holder)

    def login_with_tokens(
        self,
        *,
        access_token: str | None = None,
        refresh_token: str | None = None,
        expires_in: float = 3600.0,
        refresh_expires_in: float | None = None,
        holder: str = DEFAULT_HOLDER,
    ) -> User:
        """The user of tokens that another program got for this app; from now on they are kept here.

        The server is asked whose the access token is; without one, or when it is no longer good, the refresh
        token is used at once. Lives are in seconds from now. The other program must forget its refresh
        token: the next refresh ends it. Raises ValueError without any token, Unauthorized or InvalidGrant for
        tokens that are no longer good, and what `login_with_jwt` raises.
        """
        from . import client_steps
        from .other_logins import GivenTokens

        given = GivenTokens.of(access_token, refresh_token, expires_in, refresh_expires_in)
        login = self.run(client_steps.login_with_tokens(self._context, given, holder))
        return self.user(login.key.owner_id, holder=holder)

    def user(self, user_id: str, *, holder: str = DEFAULT_HOLDER) -> User:
        """The user with this id, who logged in here or in another process; nothing is loaded or sent yet."""
        from .user import User

        return User(self._context, self._driver, str(user_id), holder)

    def doctor(self, user_id: str | None = None) -> tuple[Finding, ...]:
        """Look at the server, the clock, the app's credentials, its redirect URI, the vault and the keys.

        With `user_id`, at that user's login and permissions too. Each Finding is "ok", "warning" or
        "problem" and says what to change and where; nothing is raised for what is found, nothing is changed.
        """
        from .doctor import examine

        return self.run(examine(self._context, self.redirect_uri, user_id))

    def tidy(self) -> None:
        """Finish refreshes that a dead process left behind, send pending revocations, forget what expired.

        Call it at start and every 5 minutes (`ringback web` does). Raises VaultUnavailable, nothing else.
        """
        from .housekeeping import tidy

        with self._tidying:
            self.run(tidy(self.credentials))

    def keep_alive(self, *, pace: float = PACE) -> KeptAlive:
        """Refresh every login of which less than a quarter of its refresh token's life is left; one round.

        Logins that are used keep themselves alive; this is for those that are not. `pace`: refreshes a
        minute, at most 600. Waits in between, and where the server asks for it. What fails for one login is
        in the report. Raises ValueError for another pace, VaultUnavailable, InvalidClient.
        """
        from .keep_alive import keep_alive, seconds_between

        return self.run(keep_alive(self.credentials, seconds_between(pace)))


def _named(transport: str, server: str, tls: ssl.SSLContext | None) -> Transport:
    if transport != "fast":
        raise ConfigurationError(
            'transport is neither "fast" nor a transport', remedy="Leave it out for the default one."
        )
    if tls is not None:
        raise ConfigurationError(
            'transport="fast" takes no tls: it has a TLS of its own, which trusts the system\'s CAs',
            remedy="For another CA pass transport=FastTransport(server, extra_ca=PEM).",
        )
    try:
        from .transports.fast_transport import FastTransport
    except ModuleNotFoundError:
        raise ConfigurationError(
            'transport="fast" needs pyreqwest', remedy='Install it: pip install "ringback[fast]".'
        ) from None
    return FastTransport(server)
