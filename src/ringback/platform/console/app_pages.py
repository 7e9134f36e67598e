"""The console's pages of apps: the create-app form, one's apps, and the dashboard of one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from ringback.platform.app_values import App
from ringback.platform.authorization import redirect_uris
from ringback.platform.console.app_link import from_link
from ringback.platform.console.doors import Visit, posted, shown
from ringback.platform.console.new_app import CARRIERS, AppForm, checked, from_post, redirect_error
from ringback.platform.console.steps import steps_of
from ringback.platform.permissions import CATALOGUE, in_order
from ringback.platform.platform_types import PLATFORM_TYPES
from ringback.platform.serving.context import note_of
from ringback.platform.serving.parameters import Parameters, parse

_PLAIN_VALUE = re.compile(r"[A-Za-z0-9:/._~?&=%+@,\[\]-]*")


@shown
def new_app(visit: Visit) -> Response:
    """GET /new-app?…: the form as the link fills it; visitors sign in or up first and return to it."""
    return form_page(visit, from_link(parse(visit.request.scope["query_string"], strict=False)))


@posted
def create_app(visit: Visit, form: Parameters) -> Response:
    """POST /new-app: create the app, then show it with its secret, once."""
    asked = from_post(form)
    if not asked.errors:
        try:
            app, secret = visit.world.apps.create(
                checked(asked), owner=visit.user.id, account_id=visit.user.account_id, now=visit.now
            )
        except ValueError as refusal:
            asked.errors["form"] = str(refusal)
        else:
            note_of(visit.request).client_id = app.client_id
            if secret is not None:
                visit.show_once(app.client_id, secret)
            return visit.go(f"/console/apps/{app.client_id}")
    note_of(visit.request).why = "; ".join(asked.errors.values())[:500]
    return form_page(visit, asked, status=400)


@posted
def check_redirect_uris(visit: Visit, form: Parameters) -> Response:
    """POST /console/check-redirect-uris: what would be said of these redirect URIs, as they are typed."""
    uris = redirect_uris.distinct((form.get("redirectUris") or "").splitlines())
    return JSONResponse({"problem": redirect_error(uris), "count": len(uris)})


@shown
def my_apps(visit: Visit) -> Response:
    """GET /console: the developer's own apps."""
    apps = visit.world.apps.owned_by(visit.user.id)
    return visit.page("console_apps.html", apps=apps, types=PLATFORM_TYPES)


@shown
def one_app(visit: Visit) -> Response:
    """GET /console/apps/{client_id}: the dashboard of one of the developer's own apps."""
    app = visit.own_app()
    production = None if app.production is None else visit.world.apps.find(app.production)
    rows = [app] if production is None else [app, production]
    secrets = {row.client_id: _secret_to_show(visit, row) for row in rows}
    newest = rows[-1] if secrets[rows[-1].client_id] else app
    return visit.page(
        "console_app.html",
        app=app,
        production=production,
        kind=PLATFORM_TYPES[app.platform_type],
        permissions=in_order(app.permissions),
        carriers=CARRIERS,
        secrets=secrets,
        waiting={row.client_id for row in rows if row.secret is not None and not row.secret_shown},
        steps=steps_of(visit.world, app),
        env=env_block(newest, visit.world.base_url, secrets[newest.client_id]),
    )


def form_page(visit: Visit, form: AppForm, *, status: int = 200, app: App | None = None) -> Response:
    """The app form: to create an app, or to change `app`."""
    return visit.page(
        "console_new_app.html" if app is None else "console_app_settings.html",
        status=status,
        app=app,
        form=form,
        types=[kind for kind in PLATFORM_TYPES.values() if kind.code_flow],
        kind=PLATFORM_TYPES[form.platform_type],
        catalogue=list(CATALOGUE.values()),
        carriers=CARRIERS,
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


def _secret_to_show(visit: Visit, app: App) -> str | None:
    """The app's secret on the one page that shows it; from then on it cannot be seen again."""
    secret = visit.take_secret(app.client_id)
    if secret is None or app.secret_shown or secret != app.secret:
        return None
    visit.world.apps.note_shown(app.client_id)
    return secret


def _env_value(value: str) -> str:
    return value if _PLAIN_VALUE.fullmatch(value) else "'" + value.replace("'", "\\'") + "'"
