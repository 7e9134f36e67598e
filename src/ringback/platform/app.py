"""The platform as an ASGI application: routes, refusals, and the layers around them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringback.platform import home
from ringback.platform.api import api_routes
from ringback.platform.api import info as api_info
from ringback.platform.authorization.routes import authorization_routes
from ringback.platform.authorization.token_endpoint import token
from ringback.platform.console.routes import console_routes
from ringback.platform.controls.routes import control_routes
from ringback.platform.errors import ApiError, OAuthError, RedirectError
from ringback.platform.openapi import openapi
from ringback.platform.serving import refusals
from ringback.platform.serving.direct import Direct
from ringback.platform.serving.front import Front
from ringback.platform.serving.icons import bootstrap_folder
from ringback.platform.serving.render import Pages
from ringback.platform.serving.request_body import BodyRefused
from ringback.platform.worlds import Worlds

HASHES_AT_ONCE = 2
_HANDLERS: Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    ApiError: refusals.api_error,
    OAuthError: refusals.oauth_error,
    RedirectError: refusals.redirect_error,
    BodyRefused: refusals.body_refused,
    HTTPException: refusals.http_error,
}


def create_app(worlds: Worlds) -> ASGIApp:
    """The application that serves these worlds."""
    bootstrap = bootstrap_folder()
    app = Starlette(routes=_routes(bootstrap))
    app.router.redirect_slashes = False
    # Starlette's layer for faults is left out: Front answers them, and logs no data.
    routed = ExceptionMiddleware(app.router, handlers=_HANDLERS)
    app.middleware_stack = Direct(routed, {("POST", "/restapi/oauth/token"): token}, _HANDLERS)
    app.state.pages = Pages(bootstrap)
    app.state.hashing = anyio.CapacityLimiter(HASHES_AT_ONCE)
    return Front(app, worlds)


def _routes(bootstrap: Path) -> list[BaseRoute]:
    return [
        Route("/", home.home),
        *authorization_routes(),
        Route("/restapi", api_info.versions),
        Route("/restapi/v1.0", api_info.version),
        *api_routes(),
        *console_routes(),
        *control_routes(),
        Route("/_local/openapi.json", openapi),
        Mount("/_static/bootstrap", _Cached(StaticFiles(directory=bootstrap))),
        Mount("/_static", _Cached(StaticFiles(directory=Path(__file__).parent / "serving" / "static"))),
    ]


class _Cached:
    """Static files: a browser may keep them for an hour."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_cached(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in {200, 304}:
                headers = [(name, value) for name, value in message["headers"] if name != b"cache-control"]
                message["headers"] = [*headers, (b"cache-control", b"max-age=3600")]
            await send(message)

        await self._app(scope, receive, send_cached)
