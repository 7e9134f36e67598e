"""The login's routes, the current user as a dependency, and a decorator, for Starlette and FastAPI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ringback.client import LoginRequired, RingCentral, User
from ringback.client.async_ringcentral import AsyncRingCentral
from ringback.client.async_user import AsyncUser
from ringback.client.effects import Steps
from ringback.client.settings import required
from ringback.vault.browser_sessions import BrowserSession
from ringback.weblogin import Asked, LoginSettings, Pages, Reply

T = TypeVar("T")
Endpoint = Callable[[Request], Any]
_MOST_BODY = 16 * 1024
_SESSION = "ringback.session"


class NotLoggedIn(Exception):
    """Nobody is logged in, and the endpoint needs a user; `install` makes an answer of it."""


class RingbackLogin:
    """The logins of one app. `client` is an AsyncRingCentral (default: of the environment and `.env`), whose
    users are AsyncUser; or a RingCentral, whose users are User and which is asked in threads.

    `settings` are LoginSettings (default: of the client's redirect URI). Raises ConfigurationError, in one
    line that names what is missing or wrong.
    """

    def __init__(
        self,
        client: AsyncRingCentral | RingCentral | None = None,
        *,
        settings: LoginSettings | None = None,
    ) -> None:
        self.client = client or AsyncRingCentral.from_env()
        self._settings = settings or LoginSettings(required(self.client.redirect_uri, "redirect_uri"))
        self._pages = Pages(self.client.context, self._settings)

    def install(self, app: Starlette) -> None:
        """Add the routes, and the answers to NotLoggedIn and LoginRequired, to a Starlette or FastAPI app."""
        settings = self._settings
        for name, path, methods in (
            ("login", settings.login_path, ["GET"]),
            ("callback", settings.callback_path, ["GET"]),
            ("logout", settings.logout_path, ["GET", "POST"]),
        ):
            route_name = f"ringback_{name}"
            app.add_route(path, self._page(path), methods, name=route_name, include_in_schema=False)
        app.add_exception_handler(NotLoggedIn, self._to_login)
        app.add_exception_handler(LoginRequired, self._log_in_again)

    async def user(self, request: Request) -> AsyncUser | User | None:
        """The logged-in user of this request, or None; a dependency."""
        session = await self._session(request)
        if session is None or session.user_id is None:
            return None
        return self.client.user(session.user_id, holder=session.holder)

    async def required(self, request: Request) -> AsyncUser | User:
        """The logged-in user of this request; a dependency. Raises NotLoggedIn."""
        user = await self.user(request)
        if user is None:
            raise NotLoggedIn
        return user

    async def csrf_token(self, request: Request) -> str:
        """What a form that posts to /logout carries as `csrf_token`; '' without a session; a dependency."""
        session = await self._session(request)
        return session.csrf if session else ""

    def login_required(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Any]]:
        """An endpoint of Starlette's for logged-in users; `request.state.ringcentral_user` is the user."""

        @wraps(endpoint)
        async def guarded(request: Request) -> Any:
            request.state.ringcentral_user = await self.required(request)
            if iscoroutinefunction(endpoint):
                return await endpoint(request)
            return await run_in_threadpool(endpoint, request)

        return guarded

    async def _run(self, steps: Steps[T]) -> T:
        if isinstance(self.client, AsyncRingCentral):
            return await self.client.run(steps)
        return await run_in_threadpool(self.client.run, steps)

    def _cookie(self, request: Request) -> str:
        return request.cookies.get(self._settings.cookie_name, "")

    async def _session(self, request: Request) -> BrowserSession | None:
        """This browser's session, looked up once for each request."""
        if _SESSION not in request.scope:
            request.scope[_SESSION] = await self._run(self._pages.browsers.session(self._cookie(request)))
        found: BrowserSession | None = request.scope[_SESSION]
        return found

    def _page(self, path: str) -> Callable[[Request], Awaitable[Response]]:
        async def page(request: Request) -> Response:
            asked = Asked(
                request.method,
                path,
                request.scope["query_string"].decode("latin-1"),
                dict(request.headers),
                self._cookie(request),
                await _form(request) if request.method == "POST" else {},
            )
            reply: Reply | None = await self._run(self._pages.reply(asked))
            return _answer(reply or Reply(404))

        return page

    async def _to_login(self, request: Request, _: Exception) -> Response:
        """To the login page, and back here afterwards; 401 for what cannot be opened again."""
        accepted = request.headers.get("accept", "*/*")
        if request.method != "GET" or not any(kind in accepted for kind in ("text/html", "text/*", "*/*")):
            return _answer(self._pages.to_login(None))
        query = request.url.query
        return _answer(self._pages.to_login(request.url.path + (f"?{query}" if query else "")))

    async def _log_in_again(self, request: Request, error: Exception) -> Response:
        """A login was refused: the browser's session ends with it, and the user logs in again."""
        ended = False
        if isinstance(error, LoginRequired):
            ended = await self._run(self._pages.refused(self._cookie(request), error.user_id))
        answer = await self._to_login(request, error)
        if ended:
            answer.headers.append("Set-Cookie", self._pages.browsers.no_cookie().header())
        return answer


async def _form(request: Request) -> dict[str, str]:
    """The fields of a small form; none of one that is too long or of another kind."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BODY:
            return {}
    return dict(parse_qsl(body.decode("latin-1"), max_num_fields=50))


def _answer(reply: Reply) -> Response:
    answer = Response(reply.html, reply.status)
    for name, value in reply.headers():
        if name == "Set-Cookie":
            answer.headers.append(name, value)
        else:
            answer.headers[name] = value
    return answer
