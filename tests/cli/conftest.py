"""A local platform, and the environment of a command line whose data folder is the test's own."""

import pytest
from command_desk import ACCOUNT_LOG, Desk, own_redirect_uri
from test_login_command import log_in

from ringback import RingCentral
from ringback.testing import LocalRingCentral


@pytest.fixture
def desk(tmp_path):
    with LocalRingCentral(redirect_uri=own_redirect_uri(), rate_limits=False) as ringcentral:
        yield Desk(ringcentral, tmp_path)


@pytest.fixture(scope="module")
def limited(tmp_path_factory):
    """A desk whose platform keeps its rate limits; three days of the company's log are three pages."""
    redirect_uri = own_redirect_uri()
    with LocalRingCentral(redirect_uri=redirect_uri, calls_per_day=900, days=20) as ringcentral:
        desk = Desk(ringcentral, tmp_path_factory.mktemp("limited"))
        log_in(desk, ringcentral.admin)
        with ringcentral.use_env(), RingCentral(vault="memory://") as client:
            begun = client.begin_login(redirect_uri=redirect_uri)
            callback = ringcentral.authorize(begun.url, ringcentral.admin)
            desk.other = client.finish_login(callback, begun.transaction)
            yield desk


@pytest.fixture
def one_request_left(limited):
    """A desk where this minute has one request left, so that a reading stops after its first page."""
    limited.ringcentral.clock.freeze()
    limited.ringcentral.clock.advance(70)
    for _ in range(9):
        limited.other.get(ACCOUNT_LOG, params={"perPage": 1})
    limited.ringcentral.journal.clear()
    return limited
