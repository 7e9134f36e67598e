"""Changing an app: its settings, its secret, its public keys; and deleting it."""

from __future__ import annotations

from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ringback.platform.app_values import App
from ringback.platform.authorization.client_keys import read_keys
from ringback.platform.console.app_pages import form_page
from ringback.platform.console.doors import Visit, posted, shown
from ringback.platform.console.new_app import checked, from_post, of_app
from ringback.platform.serving.context import note_of
from ringback.platform.serving.parameters import Parameters

_FROZEN = "the app has graduated: its settings cannot change any more"


@shown
def settings(visit: Visit) -> Response:
    """GET /console/apps/{client_id}/settings: the app form, filled in; frozen once the app has graduated."""
    app = visit.own_app()
    return form_page(visit, of_app(app), app=app)


@posted
def change_settings(visit: Visit, form: Parameters) -> Response:
    """POST /console/apps/{client_id}/settings. A graduated app's settings never change (contract 13.4)."""
    app = visit.own_app()
    if app.frozen:
        raise HTTPException(409, _FROZEN)
    asked = from_post(form, app)
    if asked.errors:
        note_of(visit.request).why = "; ".join(asked.errors.values())[:500]
        return form_page(visit, replace(asked, fixed=of_app(app).fixed), status=400, app=app)
    visit.world.apps.change(app.client_id, checked(asked))
    return visit.go(f"/console/apps/{app.client_id}")


@posted
def show_secret(visit: Visit, form: Parameters) -> Response:
    """POST /console/apps/{client_id}/secret: show the secret of this app or its production app, once."""
    app, row = _row_of(visit, form)
    if row.secret is None or row.secret_shown:
        raise HTTPException(409, "the secret was shown before; rotate it to get a new one")
    visit.show_once(row.client_id, row.secret)
    return visit.go(f"/console/apps/{app.client_id}")


@posted
def rotate_secret(visit: Visit, form: Parameters) -> Response:
    """POST /console/apps/{client_id}/rotate: a new secret, shown once; the old one is dead at once."""
    app, row = _row_of(visit, form)
    if row.public_client:
        raise HTTPException(409, "this kind of app has no secret")
    visit.show_once(row.client_id, visit.world.apps.rotate_secret(row.client_id))
    return visit.go(f"/console/apps/{app.client_id}")


@shown
def keys(visit: Visit) -> Response:
    """GET /console/apps/{client_id}/keys: the public keys for private_key_jwt (contract 5.1)."""
    return _keys_page(visit, visit.own_app(), None, "")


@posted
def change_keys(visit: Visit, form: Parameters) -> Response:
    """POST /console/apps/{client_id}/keys: register a PEM public key or a JWK set; empty: none any more."""
    app = visit.own_app()
    if app.public_client:
        raise HTTPException(409, "this kind of app authenticates by its client ID alone")
    text = (form.get("jwks") or "").strip()
    try:
        if text:
            read_keys(text)
    except ValueError as fault:
        return _keys_page(visit, app, text, str(fault))
    for client_id in filter(None, (app.client_id, app.production)):
        visit.world.apps.put_keys(client_id, text or None)
    return visit.go(f"/console/apps/{app.client_id}")


@shown
def confirm_delete(visit: Visit) -> Response:
    """GET /console/apps/{client_id}/delete: asks before an app is deleted."""
    return visit.page("console_app_delete.html", app=visit.own_app(), error="")


@posted
def delete(visit: Visit, form: Parameters) -> Response:
    """POST /console/apps/{client_id}/delete, confirmed: the app and all its sessions end."""
    app = visit.own_app()
    if form.get("confirmed") != "yes":
        error = "Tick the box to say that you mean it."
        return visit.page("console_app_delete.html", status=400, app=app, error=error)
    for client_id in visit.world.apps.delete(app.client_id):
        visit.world.forget_app(client_id, "its app was deleted")
    return visit.go("/console")


def _row_of(visit: Visit, form: Parameters) -> tuple[App, App]:
    """The app of the page, and which of its two pairs of credentials is meant."""
    app = visit.own_app()
    if form.get("which") != "production":
        return app, app
    production = None if app.production is None else visit.world.apps.find(app.production)
    if production is None:
        raise HTTPException(404, "the app has no production credentials")
    return app, production


def _keys_page(visit: Visit, app: App, typed: str | None, error: str) -> Response:
    registered = app.jwks or ""
    return visit.page(
        "console_app_keys.html",
        status=400 if error else 200,
        app=app,
        typed=registered if typed is None else typed,
        errors={"jwks": error} if error else {},
    )
