"""Who may do what at the console: every form needs its value, its site and its owner."""

from __future__ import annotations

from typing import Any

import pytest
from console_visits import FORM, Developer
from starlette.routing import Route

from headless import Visits, first_post_form
from ringback.platform.console.routes import console_routes

APP = "/console/apps/{client_id}"
USER = "/console/users/{extension_id}"
POSTS = {
    "/new-app": FORM,
    "/console/check-redirect-uris": {"redirectUris": "https://a.example/"},
    f"{APP}/settings": FORM,
    f"{APP}/keys": {"jwks": ""},
    f"{APP}/delete": {"confirmed": "yes"},
    f"{APP}/secret": {"which": "development"},
    f"{APP}/rotate": {"which": "development"},
    f"{APP}/apply": {},
    "/console/users/new": {
        "firstName": "A",
        "lastName": "B",
        "email": "a@b.example",
        "newPassword": "good enough",
    },
    f"{USER}/status": {"status": "Disabled"},
    f"{USER}/admin": {"admin": "yes"},
    f"{USER}/password": {"newPassword": "good enough", "repeated": "good enough"},
    "/console/my-credentials/create": {"label": "x", "apps": "all"},
    "/console/my-credentials/delete": {"id": "x"},
    "/console/calls": {"scenario": "queue-call"},
    "/console/clock": {"advance": "60"},
    "/console/clock/faults": {"times": "1", "status": "503", "path": "/nowhere"},
    "/console/clock/faults/delete": {"all": "yes"},
    "/console/clock/switches": {"quirk.rate-group-case": "capital"},
    "/console/sign-in": {"username": "x", "password": "y"},
    "/console/sign-up": {},
    "/console/sign-out": {},
}


def test_the_table_has_every_form() -> None:
    routes = {
        route.path
        for route in console_routes()
        if isinstance(route, Route) and "POST" in (route.methods or ())
    }
    assert routes == set(POSTS)


def filled(path: str, app: dict[str, Any], user: dict[str, Any]) -> str:
    return path.format(client_id=app["clientId"], extension_id=user["extensionId"])


@pytest.fixture(scope="module")
def app(visits: Visits) -> dict[str, Any]:
    return Developer(visits, visits.seed.admin).create(name="Guarded")


@pytest.mark.parametrize("path", POSTS)
def test_a_form_without_this_browsers_value_changes_nothing(
    admin: Developer, app: dict[str, Any], path: str
) -> None:
    with admin.visits.browser() as stranger:
        foreign = first_post_form(stranger.get("/console").text).fields["csrf"]
    target = filled(path, app, admin.visits.seed.plain_user)
    for csrf in ("", "wrong", foreign):
        assert admin.http.post(target, data={**POSTS[path], "csrf": csrf}).status_code == 403
    assert admin.app(app).status_code == 200


@pytest.mark.parametrize("path", POSTS)
def test_a_form_from_another_site_is_refused(admin: Developer, app: dict[str, Any], path: str) -> None:
    """Even with the right value: another port of this host may have planted the cookie."""
    target = filled(path, app, admin.visits.seed.plain_user)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:1"},
        {"Origin": "null"},
    ):
        answer = admin.http.post(target, data={**POSTS[path], "csrf": admin.csrf}, headers=headers)
        assert answer.status_code == 403
    assert admin.app(app).status_code == 200


@pytest.mark.parametrize(
    "path", [path for path in POSTS if not path.endswith(("sign-in", "sign-up", "sign-out"))]
)
def test_a_stranger_is_asked_to_sign_in(admin: Developer, app: dict[str, Any], path: str) -> None:
    target = filled(path, app, admin.visits.seed.plain_user)
    with admin.visits.browser() as stranger:
        csrf = first_post_form(stranger.get("/console").text).fields["csrf"]
        answer = stranger.post(target, data={**POSTS[path], "csrf": csrf})
    assert "Sign in to" in answer.text
    found = admin.visits.server.world.apps.find(str(app["clientId"]))
    assert found is not None
    assert found.name == "Guarded"


@pytest.mark.parametrize("path", [path for path in POSTS if path.startswith(APP)])
def test_nobody_changes_anybody_elses_app(colleague: Developer, app: dict[str, Any], path: str) -> None:
    registry = colleague.visits.server.world.apps
    before = registry.find(str(app["clientId"]))
    assert colleague.post(filled(path, app, colleague.user), **POSTS[path]).status_code == 404
    assert registry.find(str(app["clientId"])) == before


def test_nobody_changes_a_seeded_app(admin: Developer) -> None:
    for path in (path for path in POSTS if path.startswith(APP)):
        target = filled(path, admin.visits.seed.app, admin.user)
        assert admin.post(target, **POSTS[path]).status_code == 404


@pytest.mark.parametrize("path", [path for path in POSTS if path.startswith("/console/users")])
def test_only_administrators_change_users(colleague: Developer, app: dict[str, Any], path: str) -> None:
    target = filled(path, app, colleague.visits.seed.admin)
    assert colleague.post(target, **POSTS[path]).status_code == 403


@pytest.mark.parametrize("path", [path for path in POSTS if path.startswith("/console/clock")])
def test_only_administrators_move_the_clock_and_order_faults(colleague: Developer, path: str) -> None:
    world = colleague.visits.server.world
    before = (world.faults.all(), world.quirks.all(), world.clock.mode)
    assert colleague.post(path, **POSTS[path]).status_code == 403
    assert (world.faults.all(), world.quirks.all(), world.clock.mode) == before


def test_pages_of_forms_alone_take_no_get(admin: Developer, app: dict[str, Any]) -> None:
    for path in ("secret", "rotate", "apply"):
        assert admin.app(app, f"/{path}").status_code == 405
    assert admin.get("/console/check-redirect-uris").status_code == 405
