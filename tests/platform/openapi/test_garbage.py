"""Garbage on every surface of the platform: a 4xx at once, no fault, no hang (security.md, "size, time")."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from garbage_requests import Headers, garbage
from hypothesis import HealthCheck, Phase, given, settings
from openapi_strict import Bearer
from raw_requests import Raw, ask
from starlette.routing import Route

from headless import Visits, submit
from ringback.platform.api import OPERATIONS
from ringback.platform.app import create_app
from ringback.platform.server import PlatformServer
from ringback.platform.serving.front import Front

BOUNDED = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
# Orders of faults are answered with faults.
_LEFT_OUT = ("/_local/faults",)
SURFACES = {
    "api": ("/restapi",),
    "oauth": ("/restapi/oauth", "/.well-known"),
    "controls": ("/_local",),
    "pages": ("/console", "/new-app", "/restapi/oauth/authorize"),
    "rest": ("/", "/_static", "/_w"),
}
Identities = list[Headers]


def routes(server: PlatformServer) -> list[str]:
    """The path templates of everything that the platform serves."""
    front = create_app(server.worlds)
    assert isinstance(front, Front)
    pending: list[Any] = [front._app]
    while not hasattr(pending[-1], "routes"):
        pending.append(pending[-1].app)
    found = [route.path for route in pending[-1].routes if isinstance(route, Route)]
    return sorted({*found, *(operation.path for operation in OPERATIONS)} - set(_LEFT_OUT))


@pytest.fixture(scope="module")
def identities(unlimited: PlatformServer, guests: Visits, bearer: Bearer) -> Identities:
    """Headers of a program with a token, and of a browser that is signed in to the console."""
    token = bearer(httpx2.Request("GET", "http://localhost")).headers["Authorization"]
    user = guests.seed.admin
    with guests.browser() as http:
        page = submit(
            http, http.get("/console/sign-in"), username=user["username"], password=user["password"]
        )
        assert page.status_code == 200
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in http.cookies.jar)
    assert cookies
    return [((b"Authorization", token.encode()),), ((b"Cookie", cookies.encode()),)]


@pytest.fixture(autouse=True)
def no_fault_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever the answer was: nothing broke inside."""
    with caplog.at_level(logging.ERROR):
        yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def fine(status: int, answer: bytes, request: Raw) -> None:
    """AssertionError for a fault, or an answer that is none."""
    assert status < 500 or status == 501, (request, status)
    assert status or not answer, request
    if status == 501:
        assert b"CMN-202" in answer


@pytest.mark.parametrize("surface", SURFACES)
def test_no_request_breaks_a_surface(surface: str, unlimited: PlatformServer, identities: Identities) -> None:
    templates = [path for path in routes(unlimited) if path.startswith(SURFACES[surface])]
    if surface == "controls":  # they change their world: they get one of their own
        templates = [f"/_w/garbage{path}" for path in templates]
    if surface == "rest":
        templates = [
            "/",
            "/_static/{file}",
            "/_static/bootstrap/{file}",
            "/_w/one/restapi",
            "/{any}",
            "/restapi/v1.0/{any}",
        ]

    @BOUNDED
    @given(garbage(templates, identities))
    def holds(request: Raw) -> None:
        fine(*ask(unlimited.base_url, request), request)

    holds()
    assert httpx2.get(f"{unlimited.base_url}/restapi").status_code == 200
