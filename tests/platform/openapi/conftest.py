"""A platform of the room's own without rate limits, its document, and an administrator's token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from openapi_strict import Bearer, Strict

from headless import REDIRECT_URI, Visits, new_server
from ringback.platform.apps import NewApp
from ringback.platform.server import PlatformServer

PERMISSIONS = frozenset({"ReadAccounts", "ReadCallLog", "ReadCallRecording", "EditCallLog"})


@pytest.fixture(scope="module")
def unlimited() -> Iterator[PlatformServer]:
    """A platform without rate limits."""
    with new_server(rate_limits=False) as running:
        yield running


@pytest.fixture(scope="module")
def guests(unlimited: PlatformServer) -> Visits:
    """Its users."""
    return Visits(unlimited)


@pytest.fixture(scope="module")
def document(unlimited: PlatformServer) -> dict[str, Any]:
    """The document as it is served."""
    answer = httpx2.get(f"{unlimited.base_url}/_local/openapi.json")
    assert answer.status_code == 200, answer.text
    served: dict[str, Any] = answer.json()
    return served


@pytest.fixture(scope="module")
def strict(document: dict[str, Any]) -> Strict:
    """The document as a measure of answers."""
    return Strict(document)


@pytest.fixture(scope="module")
def bearer(unlimited: PlatformServer, guests: Visits) -> Bearer:
    """An administrator's token, through an app that may do everything the API offers."""
    world = unlimited.world
    asked = NewApp(
        "Every permission",
        "An app of the tests that may do everything.",
        "ServerWeb",
        public=False,
        redirect_uris=(REDIRECT_URI,),
        permissions=PERMISSIONS,
        refresh_tokens=True,
    )
    with world.lock:
        app, secret = world.apps.create(
            asked, owner=world.company.extensions[0].id, account_id=world.company.account.id
        )
    told = {"clientId": app.client_id, "clientSecret": secret, "redirectUris": [REDIRECT_URI]}
    token = guests.tokens(guests.seed.admin, told)["access_token"]
    return Bearer(token)
