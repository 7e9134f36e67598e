"""`HttpxAuth`: calls of httpx2 as a logged-in user, synchronous and asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator

import httpx2

from ringback.client import User
from ringback.client.async_user import AsyncUser
from ringback.client.bearer import can_be_mended
from ringback.oauth.secret import Secret

from .destination import is_of_server


class HttpxAuth(httpx2.Auth):
    """Attaches the user's access token, and a newer one once after a 401.

    Only requests to the configured server get it. A `User` serves both kinds of client (an AsyncClient asks
    it in a thread), an `AsyncUser` the AsyncClient alone. A body that is streamed is not sent again.
    Raises what `User.bearer_token` does: LoginRequired, RefreshBusy, TransportError.
    """

    def __init__(self, user: User | AsyncUser) -> None:
        self._user = user

    def __repr__(self) -> str:
        return f"HttpxAuth({self._user!r})"

    def sync_auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Called by httpx2.Client. Raises TypeError for an AsyncUser."""
        user = self._user
        if isinstance(user, AsyncUser):
            raise TypeError("an AsyncUser needs httpx2.AsyncClient; give HttpxAuth a User instead")
        if not self._ours(request):
            yield request
            return
        sent = user.bearer_token()
        answer = yield _with(request, sent)
        if answer.status_code == 401 and self._again(answer) and can_be_mended(401, answer.read()):
            yield _with(request, user.bearer_token(refused=sent))

    async def async_auth_flow(
        self, request: httpx2.Request
    ) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """Called by httpx2.AsyncClient."""
        if not self._ours(request):
            yield request
            return
        sent = await self._token(None)
        answer = yield _with(request, sent)
        if answer.status_code == 401 and self._again(answer) and can_be_mended(401, await answer.aread()):
            yield _with(request, await self._token(sent))

    async def _token(self, refused: Secret | None) -> Secret:
        if isinstance(self._user, AsyncUser):
            return await self._user.bearer_token(refused)
        return await asyncio.to_thread(self._user.bearer_token, refused)

    def _ours(self, request: httpx2.Request) -> bool:
        return is_of_server(str(request.url), self._user.server)

    def _again(self, answer: httpx2.Response) -> bool:
        """May the request be sent again: was it ours that was refused, and is its body still there?"""
        asked = answer.request
        return (
            self._ours(asked)
            and "Authorization" in asked.headers
            and isinstance(asked.stream, httpx2.ByteStream)
        )


def _with(request: httpx2.Request, token: Secret) -> httpx2.Request:
    request.headers["Authorization"] = f"Bearer {token.reveal()}"
    return request
