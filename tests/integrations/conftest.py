"""A local platform for each test, and what the integrations' tests share."""

import pytest

from ringback import RingCentral
from ringback.testing import LocalRingCentral


@pytest.fixture
def local():
    """A platform without rate limits, and this process's environment leading to it."""
    with LocalRingCentral(rate_limits=False) as ringcentral, ringcentral.use_env():
        yield ringcentral


@pytest.fixture
def rc(local):
    with RingCentral() as client:
        yield client


@pytest.fixture
def log_in(local, rc):
    """Logs a user in: `log_in()` or `log_in(local.admin)`; a User of `rc`."""

    def logged_in(user=None):
        begun = rc.begin_login()
        return rc.finish_login(local.authorize(begun.url, user), begun.transaction)

    return logged_in
