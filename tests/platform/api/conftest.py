"""The API on its own: its routes over a seeded company and a clock that stands still, made-up callers."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from types import SimpleNamespace

import pytest
from api_caller import BASE, NOW, Api, Clock
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from ringback.platform.api import api_routes, operation
from ringback.platform.caller import Caller
from ringback.platform.company import CallLog, Company, build_company
from ringback.platform.errors import ApiError
from ringback.platform.journal import Note
from ringback.platform.limits import RateLimits
from ringback.platform.permissions import with_included
from ringback.platform.quirks import Quirks
from ringback.platform.serving import refusals
from ringback.platform.state import State

REFUSALS = {ApiError: refusals.api_error, HTTPException: refusals.http_error}


def _caller(request: Request) -> Caller:
    """Stands in for bearer.authenticate: the caller as a header says."""
    text = request.headers.get("x-caller")
    if text is None:
        raise ApiError(401, "AGW-401", "Authorization header is not specified")
    extension_id, scopes = text.split(";")
    account_id = request.state.world.company.account.id
    return Caller("an app", with_included(scopes.split()), account_id, int(extension_id))


class _Surroundings:
    """What the server puts around the API: the request's world and note."""

    def __init__(self, app: ASGIApp, world: object) -> None:
        self.app, self.world = app, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {"world": self.world, "note": Note()}
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def company() -> Company:
    return build_company(1, NOW)


@pytest.fixture
def make_api(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Api]:
    monkeypatch.setattr(operation, "authenticate", _caller)

    def make(
        company: Company,
        base_url: str = BASE,
        quirks: dict[str, str] | None = None,
        calls: CallLog | None = None,
    ) -> Api:
        clock = Clock()
        switches = Quirks(State(), quirks or {})
        world = SimpleNamespace(
            company=company,
            clock=clock,
            base_url=base_url,
            seed=1,
            lock=RLock(),
            quirks=switches,
            limits=RateLimits(State(), switches, enabled=False),
            calls=calls or company.calls,
        )
        app = Starlette(routes=api_routes(), exception_handlers=REFUSALS)
        return Api(company, clock, _Surroundings(app, world), company.extensions[0])

    return make


@pytest.fixture
def api(make_api: Callable[..., Api], company: Company) -> Api:
    """The API as the first administrator sees it, at 13:30 on a Tuesday."""
    return make_api(company)
