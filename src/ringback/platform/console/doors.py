"""The doors of the console's pages: who is signed in, whose app it is, and that a form is really ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.app_values import App
from ringback.platform.authorization.browsers import Browser
from ringback.platform.authorization.form_origin import refuse_other_sites
from ringback.platform.company import Extension
from ringback.platform.console.visitors import HOME, check_form, our_path, sign_in_page, visitor
from ringback.platform.serving.context import note_of, world_of
from ringback.platform.serving.parameters import Parameters
from ringback.platform.serving.render import page, see_other
from ringback.platform.serving.request_body import read_form
from ringback.platform.world import World


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in."""

    request: Request
    world: World
    browser: Browser
    user: Extension

    @property
    def now(self) -> datetime:
        """The world's time (UTC)."""
        return self.world.clock.now()

    def query(self, name: str) -> str:
        """A value of the address's query; "" where there is none."""
        return self.request.query_params.get(name, "")

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Render one of the console's pages."""
        return page(
            self.request,
            template,
            status=status,
            browser=self.browser,
            csrf=self.browser.csrf,
            user=self.user,
            **values,
        )

    def go(self, path: str) -> Response:
        """303 to another of the console's pages."""
        return see_other(self.request, path, self.browser)

    def show_once(self, key: str, secret: str) -> None:
        """Let this browser's next page of `key` show the secret, once and for five minutes at most."""
        self.browser.to_show[key] = (secret, self.now)
        self.world.browsers.touch(self.browser)

    def take_secret(self, key: str) -> str | None:
        """What `show_once` left; it is gone then. A HEAD request takes nothing."""
        if self.request.method == "HEAD" or key not in self.browser.to_show:
            return None
        secret = self.browser.take_secret(key, self.now)
        self.world.browsers.touch(self.browser)
        return secret

    def own_app(self) -> App:
        """The app of the address, if it is the visitor's own; 404 for anybody else's, as for none.

        The id may be that of development or of production; the developed app is what there is a page for.
        """
        app = self.world.apps.find(self.request.path_params["client_id"])
        if app is not None and app.production_of is not None:
            app = self.world.apps.find(app.production_of)
        if app is None or app.owner != self.user.id:
            raise HTTPException(404, "you have no such app")
        note_of(self.request).client_id = app.client_id
        return app


Endpoint = Callable[[Request], Awaitable[Response]]
Shown = Callable[[Visit], Response]
Posted = Callable[[Visit, Parameters], Response]


def shown(handler: Shown) -> Endpoint:
    """A page for whoever is signed in; others sign in first and come back to it. Runs under the lock."""

    async def serve(request: Request) -> Response:
        world = world_of(request)
        with world.lock:
            browser, user = visitor(request)
            if user is None:
                return sign_in_page(request, browser, _wanted(request))
            return handler(Visit(request, world, browser, user))

    return serve


def posted(handler: Posted) -> Endpoint:
    """A form of ours: same site, with this browser's CSRF value, by somebody signed in. Under the lock."""

    async def serve(request: Request) -> Response:
        refuse_other_sites(request)
        form = await read_form(request)
        world = world_of(request)
        with world.lock:
            browser, user = visitor(request)
            check_form(browser, form)
            if user is None:
                return sign_in_page(request, browser, HOME)
            return handler(Visit(request, world, browser, user), form)

    return serve


def admins_only(visit: Visit) -> None:
    """Raise 403 unless the visitor is an administrator of the company (contract 9)."""
    if not visit.user.admin:
        raise HTTPException(403, "only administrators see and change the company's users")


def _wanted(request: Request) -> str:
    query = request.scope["query_string"].decode("ascii", "replace")
    path: str = request.scope["path"]
    return our_path(f"{path}?{query}" if query else path)
