"""Developers at the console."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from console_visits import Developer

from headless import Visits


@pytest.fixture
def admin(visits: Visits) -> Developer:
    """An administrator, on the shared platform."""
    return Developer(visits, visits.seed.admin)


@pytest.fixture
def own_admin(own: Visits) -> Developer:
    """An administrator, on a platform of the test's own."""
    return Developer(own, own.seed.admin)


@pytest.fixture
def colleague(visits: Visits) -> Developer:
    """A user who is no administrator."""
    return Developer(visits, visits.seed.plain_user)


@pytest.fixture
def developer() -> Callable[..., Developer]:
    """developer(visits, user, root="") -> somebody signed in."""
    return Developer
