"""The console's pages: the create-app form, one's apps, and one app with its credentials."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.apps import App
from ringback.platform.authorization.browsers import Browser
from ringback.platform.company import Extension
from ringback.platform.console.new_app import AppForm, checked, from_link, from_post
from ringback.platform.console.visitors import HOME, check_form, our_path, sign_in_page, visitor
from ringback.platform.permissions import CATALOGUE, in_order
from ringback.platform.platform_types import PLATFORM_TYPES
from ringback.platform.serving.context import note_of, world_of
from ringback.platform.serving.parameters import parse
from ringback.platform.serving.render import page, see_other
from ringback.platform.serving.request_body import read_form

_PLAIN_VALUE = re.compile(r"[A-Za-z0-9:/._~?&=%+@,\[\]-]*")


async def new_app(request: Request) -> Response:
    """GET /new-app?…: the form as the link fills it; visitors sign in or up first and return to it."""
    link = parse(request.scope["query_string"], strict=False)
    with world_of(request).lock:
        browser, user = visitor(request)
        if user is None:
            query = request.scope["query_string"].decode("ascii", "replace")
            wanted = our_path(f"/new-app?{query}" if query else "/new-app")
            return sign_in_page(request, browser, wanted)
        return _form_page(request, browser, user, from_link(link))


async def create_app(request: Request) -> Response:
    """POST /new-app: create the app, then show it with its secret, once."""
    posted = await read_form(request)
    world = world_of(request)
    with world.lock:
        browser, user = visitor(request)
        check_form(browser, posted)
        if user is None:
            return sign_in_page(request, browser, "/new-app")
        form = from_post(posted)
        if not form.errors:
            try:
                app, secret = world.apps.create(checked(form), owner=user.id, account_id=user.account_id)
            except ValueError as refusal:
                form.errors["form"] = str(refusal)
            else:
                note_of(request).client_id = app.client_id
                if secret is not None:
                    browser.to_show[app.client_id] = (secret, world.clock.now())
                return see_other(request, f"/console/apps/{app.client_id}", browser)
        note_of(request).why = "; ".join(form.errors.values())[:500]
        return _form_page(request, browser, user, form, status=400)


async def my_apps(request: Request) -> Response:
    """GET /console: the developer's own apps."""
    world = world_of(request)
    with world.lock:
        browser, user = visitor(request)
        if user is None:
            return sign_in_page(request, browser, HOME)
        return page(
            request,
            "console_apps.html",
            browser=browser,
            csrf=browser.csrf,
            user=user,
            apps=world.apps.owned_by(user.id),
            types=PLATFORM_TYPES,
        )


async def one_app(request: Request) -> Response:
    """GET /console/apps/{client_id}: one of the developer's own apps; anybody else's is not there."""
    world = world_of(request)
    with world.lock:
        browser, user = visitor(request)
        if user is None:
            return sign_in_page(request, browser, our_path(request.scope["path"]))
        app = world.apps.find(request.path_params["client_id"])
        if app is None or app.owner != user.id:
            raise HTTPException(404, "you have no such app")
        note_of(request).client_id = app.client_id
        secret = None if request.method == "HEAD" else browser.take_secret(app.client_id, world.clock.now())
        return page(
            request,
            "console_app.html",
            browser=browser,
            csrf=browser.csrf,
            user=user,
            app=app,
            kind=PLATFORM_TYPES[app.platform_type],
            permissions=in_order(app.permissions),
            secret=secret,
            env=env_block(app, world.base_url, secret),
        )


def env_block(app: App, base_url: str, secret: str | None) -> str:
    """A `.env` file for the app; the secret's line only while the secret is shown."""
    values: Mapping[str, str | None] = {
        "RC_SERVER_URL": base_url,
        "RC_APP_CLIENT_ID": app.client_id,
        "RC_APP_CLIENT_SECRET": secret,
        "RC_REDIRECT_URL": app.redirect_uris[0] if app.redirect_uris else None,
    }
    return "".join(f"{name}={_env_value(value)}\n" for name, value in values.items() if value is not None)


def _env_value(value: str) -> str:
    return value if _PLAIN_VALUE.fullmatch(value) else "'" + value.replace("'", "\\'") + "'"


def _form_page(
    request: Request, browser: Browser, user: Extension, form: AppForm, status: int = 200
) -> Response:
    return page(
        request,
        "console_new_app.html",
        status=status,
        browser=browser,
        csrf=browser.csrf,
        user=user,
        form=form,
        types=list(PLATFORM_TYPES.values()),
        kind=PLATFORM_TYPES[form.platform_type],
        catalogue=list(CATALOGUE.values()),
    )
