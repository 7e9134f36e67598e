"""One local platform for the tests of the room, on a free port, with its users and their tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from headless import Seed, Visits, new_server
from ringback.platform.server import PlatformServer


@pytest.fixture(scope="session")
def server() -> Iterator[PlatformServer]:
    """A fresh world of seed 1, for the whole test run; nobody moves its clock."""
    with new_server() as running:
        yield running


@pytest.fixture(scope="session")
def visits(server: PlatformServer) -> Visits:
    """The users of the shared platform."""
    return Visits(server)


@pytest.fixture(scope="session")
def seed(visits: Visits) -> Seed:
    """What /_local/seed says."""
    return visits.seed


@pytest.fixture
def http(visits: Visits) -> Iterator[httpx2.Client]:
    """A client with cookies of its own; redirects are not followed."""
    with visits.browser() as client:
        yield client


@pytest.fixture
def log_in(visits: Visits) -> Callable[..., str]:
    """log_in(user=None, app=None, http=None, **parameters) -> an authorization code, from a new browser."""
    return visits.log_in


@pytest.fixture
def tokens(visits: Visits) -> Callable[..., dict[str, Any]]:
    """tokens(user=None, app=None, **form) -> the token answer of a new login."""
    return visits.tokens


@pytest.fixture
def own() -> Iterator[Visits]:
    """A platform of the test's own, whose clock may be moved."""
    with new_server() as running:
        yield Visits(running)
