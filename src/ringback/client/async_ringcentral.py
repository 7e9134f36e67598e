"""`AsyncRingCentral`: `RingCentral` for asyncio, with the same names, awaited."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypeVar

from ringback.oauth.authorization import AuthorizationOptions
from ringback.oauth.errors import ConfigurationError
from ringback.oauth.secret import Secret

from . import client_steps
from .async_driver import AsyncDriver
from .async_user import AsyncUser
from .base_client import DEFAULT_HOLDER, BaseClient
from .effects import Steps
from .housekeeping import tidy
from .keep_alive import KeptAlive, keep_alive, seconds_between
from .other_logins import GivenTokens
from .pending import PendingLogin
from .policy import PACE
from .settings import required
from .transports.async_transport import AsyncHttpTransport, AsyncTransport

if TYPE_CHECKING:
    import ssl

    from .doctor import Finding

T = TypeVar("T")


class AsyncRingCentral(BaseClient[AsyncTransport]):
    """A client of one RingCentral app, for asyncio. One for an event loop: all its tasks may share it.

    The arguments are those of `RingCentral`. Making it opens the vault, which may read a file; everything
    else is awaited, and a vault that blocks is called in threads. A call may be cancelled at any await: what
    it holds is given back first.

    Raises ConfigurationError naming the setting that is missing or wrong.
    """

    _driver: AsyncDriver

    def _connect(
        self, transport: AsyncTransport | Literal["fast"] | None, tls: ssl.SSLContext | None
    ) -> None:
        if isinstance(transport, str):
            raise ConfigurationError(
                "AsyncRingCentral has one transport of its own and none by name",
                remedy="Leave transport out, or use RingCentral in threads.",
            )
        own = transport or AsyncHttpTransport(self.server, tls=tls)
        self._driver = AsyncDriver(self.vault, own, self.clock)
        self._tidying = asyncio.Lock()

    async def __aenter__(self) -> AsyncRingCentral:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close connections and the vault. The client may not be used afterwards."""
        await self._driver.close()

    async def run(self, steps: Steps[T]) -> T:
        """What these steps of the core return; see `RingCentral.run`."""
        return await self._driver.run(steps)

    async def check_server(self) -> None:
        """See `RingCentral.check_server`."""
        await self.run(client_steps.check_server())

    async def begin_login(
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
        """See `RingCentral.begin_login`."""
        options = AuthorizationOptions(
            prompt=prompt,
            display=display,
            brand_id=brand_id,
            ui_locales=ui_locales,
            scope=scope,
            login_hint=login_hint,
        )
        back_to = required(redirect_uri or self.redirect_uri, "redirect_uri")
        return await self.run(client_steps.begin_login(self._context, back_to, options))

    async def finish_login(
        self, callback_url: str, transaction: str, *, holder: str = DEFAULT_HOLDER
    ) -> AsyncUser:
        """See `RingCentral.finish_login`."""
        login = await self.run(client_steps.finish_login(self._context, callback_url, transaction, holder))
        return self.user(login.key.owner_id, holder=holder)

    async def login_with_jwt(self, jwt: str | None = None, *, holder: str = DEFAULT_HOLDER) -> AsyncUser:
        """See `RingCentral.login_with_jwt`."""
        given = Secret(jwt) if jwt else self._user_jwt
        login = await self.run(client_steps.login_with_jwt(self._context, given, holder))
        return self.user(login.key.owner_id, holder=holder)

    async def login_with_tokens(
        self,
        *,
        access_token: str | None = None,
        refresh_token: str | None = None,
        expires_in: float = 3600.0,
        refresh_expires_in: float | None = None,
        holder: str = DEFAULT_HOLDER,
    ) -> AsyncUser:
        """See `RingCentral.login_with_tokens`."""
        given = GivenTokens.of(access_token, refresh_token, expires_in, refresh_expires_in)
        login = await self.run(client_steps.login_with_tokens(self._context, given, holder))
        return self.user(login.key.owner_id, holder=holder)

    def user(self, user_id: str, *, holder: str = DEFAULT_HOLDER) -> AsyncUser:
        """The user with this id; nothing is loaded or sent yet, so there is nothing to await."""
        return AsyncUser(self._context, self._driver, str(user_id), holder)

    async def doctor(self, user_id: str | None = None) -> tuple[Finding, ...]:
        """See `RingCentral.doctor`."""
        from .doctor import examine

        return await self.run(examine(self._context, self.redirect_uri, user_id))

    async def tidy(self) -> None:
        """See `RingCentral.tidy`."""
        async with self._tidying:
            await self.run(tidy(self.credentials))

    async def keep_alive(self, *, pace: float = PACE) -> KeptAlive:
        """See `RingCentral.keep_alive`."""
        return await self.run(keep_alive(self.credentials, seconds_between(pace)))
