"""JWT credentials of the visitor's own (contract 13.3): list, create, the JWT shown once, delete."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.console.doors import Visit, posted, shown
from ringback.platform.serving.context import note_of, world_of
from ringback.platform.serving.parameters import Parameters

LIST = "/console/my-credentials"
_SHOW = "jwt credential"
_MOST_APPS = 20
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class JwtForm:
    """The form as typed: `apps` are client IDs; `expires` is what a datetime-local field holds, in UTC."""

    label: str = ""
    every_app: bool = True
    apps: tuple[str, ...] = ()
    expires: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@shown
def credentials(visit: Visit) -> Response:
    """GET /console/my-credentials: one's credentials, and the JWT of one just made, once."""
    found = visit.world.jwt_credentials.of(visit.user.id)
    names = {
        client_id: app.name
        for credential in found
        for client_id in credential.client_ids or ()
        if (app := visit.world.apps.find(client_id)) is not None
    }
    return visit.page(
        "console_jwt.html", credentials=found, names=names, jwt=visit.take_secret(_SHOW), now=visit.now
    )


@shown
def new_credential(visit: Visit) -> Response:
    """GET /console/my-credentials/create?client_id=…: the form, for that app if one is named."""
    client_id = visit.query("client_id").strip()[:100]
    if not client_id:
        return _form_page(visit, JwtForm())
    return _form_page(visit, JwtForm(every_app=False, apps=(client_id,)))


async def create_credential(request: Request) -> Response:
    """POST /console/my-credentials/create: make the credential; its JWT is on the next page, once."""
    # The platform's key is made when it is first needed, and not on the event loop: that takes a while.
    await anyio.to_thread.run_sync(world_of(request).keys.make)
    return await _create(request)


@posted
def _create(visit: Visit, form: Parameters) -> Response:
    asked = _read(visit, form)
    if not asked.errors:
        try:
            _, jwt = visit.world.jwt_credentials.create(
                visit.user.id,
                asked.label,
                None if asked.every_app else asked.apps,
                _moment(asked.expires),
                visit.now,
            )
        except ValueError as refusal:
            asked.errors["form"] = str(refusal)
        else:
            visit.show_once(_SHOW, jwt)
            return visit.go(LIST)
    note_of(visit.request).why = "; ".join(asked.errors.values())[:500]
    return _form_page(visit, asked, status=400)


@posted
def delete_credential(visit: Visit, form: Parameters) -> Response:
    """POST /console/my-credentials/delete: one of one's own; no app can use its JWT any more."""
    if not visit.world.jwt_credentials.delete(form.get("id") or "", visit.user.id):
        raise HTTPException(404, "you have no such credential")
    return visit.go(LIST)


def _read(visit: Visit, form: Parameters) -> JwtForm:
    chosen = {name.removeprefix("app.") for name in form.names() if name.startswith("app.")}
    apps = tuple(dict.fromkeys((*sorted(chosen), *(form.get("clientIds") or "").replace(",", " ").split())))
    asked = JwtForm(
        label=(form.get("label") or "").strip(),
        every_app=form.get("apps") != "some",
        apps=apps[: _MOST_APPS + 1],
        expires=(form.get("expires") or "").strip()[:40],
    )
    unknown = [client_id for client_id in asked.apps if visit.world.apps.find(client_id) is None]
    if not asked.label or len(asked.label) > 64 or _CONTROLS.search(asked.label):
        asked.errors["label"] = "Give the credential a label of at most 64 characters."
    if form.get("apps") not in {"all", "some"}:
        asked.errors["apps"] = "Choose which apps may use it."
    elif not asked.every_app and not asked.apps:
        asked.errors["apps"] = "Allow one app at least, or all of them."
    elif not asked.every_app and unknown:
        asked.errors["apps"] = f"No app has the client ID {unknown[0][:60]}."
    elif len(asked.apps) > _MOST_APPS:
        asked.errors["apps"] = f"A credential names at most {_MOST_APPS} apps."
    try:
        moment = _moment(asked.expires)
    except ValueError:
        asked.errors["expires"] = "Write the date and time as 2027-01-31T12:00, in UTC."
    else:
        if moment is not None and moment <= visit.now:
            asked.errors["expires"] = "This time is past."
    return asked


def _moment(text: str) -> datetime | None:
    """An aware UTC time from a form's field; None for an empty one. ValueError for anything else."""
    return datetime.strptime(text[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=UTC) if text else None


def _form_page(visit: Visit, form: JwtForm, *, status: int = 200) -> Response:
    own = visit.world.apps.owned_by(visit.user.id)
    known = {app.client_id for app in own}
    return visit.page(
        "console_jwt_new.html",
        status=status,
        form=form,
        own=own,
        others=[client_id for client_id in form.apps if client_id not in known],
    )
