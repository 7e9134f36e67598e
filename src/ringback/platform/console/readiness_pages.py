"""Readiness: the live page, its exports, applying for production; and the same for programs under /_local."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ringback.platform.app_values import App
from ringback.platform.console.doors import Visit, posted, shown
from ringback.platform.console.graduation import PROFILES, Report
from ringback.platform.console.readiness_facts import readiness
from ringback.platform.console.readiness_reports import as_json, as_junit
from ringback.platform.console.steps import steps_of
from ringback.platform.errors import ApiError, parameter_invalid
from ringback.platform.serving.context import world_of
from ringback.platform.serving.local_guard import refuse_strangers
from ringback.platform.serving.parameters import Parameters
from ringback.platform.world import World

_NO_STORE = {"Cache-Control": "no-store"}


@shown
def overview(visit: Visit) -> Response:
    """GET /console/readiness: one's apps, and how far each is."""
    apps = visit.world.apps.owned_by(visit.user.id)
    reports = {app.client_id: readiness(visit.world, app, "2019") for app in apps}
    return visit.page("console_readiness_all.html", apps=apps, reports=reports)


@shown
def one_app(visit: Visit) -> Response:
    """GET /console/apps/{client_id}/readiness?profile=2019|today.

    The open page asks for itself again under /console/live/, which the journal leaves out, and takes over
    the figures that have changed.
    """
    app = visit.own_app()
    return _page(visit, app, _profile_of(visit.query("profile") or "2019"))


@shown
def json_report(visit: Visit) -> Response:
    """GET /console/apps/{client_id}/readiness.json?profile=…"""
    return _export(visit, "json")


@shown
def junit_report(visit: Visit) -> Response:
    """GET /console/apps/{client_id}/readiness.xml?profile=…: JUnit."""
    return _export(visit, "junit")


@posted
def apply(visit: Visit, form: Parameters) -> Response:
    """POST /console/apps/{client_id}/apply: graduate, if all rules of 2019 are met now.

    RingCentral's staff looked at an application on the next working day (contract 13.4); here the rules
    alone decide, at once.
    """
    app = visit.own_app()
    if app.frozen:
        raise HTTPException(409, "the app is in production already")
    if not readiness(visit.world, app, "2019").met:
        raise HTTPException(409, "not all rules are met; the readiness page says which")
    visit.world.apps.graduate(app.client_id, visit.now)
    return visit.go(f"/console/apps/{app.client_id}")


async def for_programs(request: Request) -> Response:
    """GET /_local/readiness?clientId=…&profile=2019|today&format=json|junit, from this machine only.

    ApiError 400 CMN-100 without a client ID, CMN-101 for another value, 404 CMN-102 for an unknown app.
    """
    refuse_strangers(request)
    asked = request.query_params
    client_id, profile = asked.get("clientId", ""), asked.get("profile") or "2019"
    form = asked.get("format") or "json"
    if not client_id:
        raise ApiError(400, "CMN-100", "Parameter [clientId] is not specified", parameterName="clientId")
    if profile not in PROFILES:
        raise parameter_invalid("profile")
    if form not in {"json", "junit"}:
        raise parameter_invalid("format")
    world = world_of(request)
    with world.lock:
        app = world.apps.find(client_id)
        if app is None:
            raise ApiError(404, "CMN-102", "Resource for parameter [clientId] is not found")
        return _written(world, app, readiness(world, app, profile), form)


def _page(visit: Visit, app: App, profile: str) -> Response:
    report = readiness(visit.world, app, profile)
    return visit.page(
        "console_readiness.html",
        app=app,
        report=report,
        profiles=PROFILES,
        steps=steps_of(visit.world, app),
        may_apply=profile == "2019" and report.met and not app.frozen,
    )


def _export(visit: Visit, form: str) -> Response:
    app = visit.own_app()
    profile = _profile_of(visit.query("profile") or "2019")
    return _written(visit.world, app, readiness(visit.world, app, profile), form)


def _written(world: World, app: App, report: Report, form: str) -> Response:
    now = world.clock.now()
    if form == "junit":
        return Response(as_junit(report, app, now), headers=_NO_STORE, media_type="application/xml")
    return JSONResponse(as_json(report, app, now), headers=_NO_STORE)


def _profile_of(name: str) -> str:
    if name not in PROFILES:
        raise HTTPException(404, "the profiles are 2019 and today")
    return name
