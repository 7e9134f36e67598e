"""An archive's desk, its settings in the environment."""

import base64
import os

import pytest
from archive_desk import Desk

from archive_homes import HOMES, home_of
from ringback.testing import LocalRingCentral

pytest.importorskip("duckdb", reason="the archive needs duckdb: pip install 'ringback[archive]'")


@pytest.fixture
def rate_limits():
    return False


@pytest.fixture
def desk(tmp_path, monkeypatch, rate_limits):
    calls = 100 if rate_limits else 15
    with LocalRingCentral(rate_limits=rate_limits, calls_per_day=calls, days=60) as ringcentral:
        for name, value in ringcentral.env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("RINGBACK_VAULT_URL", f"sqlite:///{tmp_path / 'vault.db'}")
        monkeypatch.setenv("RINGBACK_SECRET_KEYS", base64.urlsafe_b64encode(os.urandom(32)).decode())
        yield Desk(ringcentral, tmp_path)


@pytest.fixture(params=HOMES)
def home(request, tmp_path):
    """Where the archive of a test is; each test of it runs once a back end."""
    found = home_of(request.param, tmp_path)
    yield found
    found.remove()


@pytest.fixture
def path(home):
    return home.place
