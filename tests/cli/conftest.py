"""A local platform, and the environment of a command line whose data folder is the test's own."""

import pytest
from command_desk import Desk, own_redirect_uri

from ringback.testing import LocalRingCentral


@pytest.fixture
def desk(tmp_path):
    with LocalRingCentral(redirect_uri=own_redirect_uri(), rate_limits=False) as ringcentral:
        yield Desk(ringcentral, tmp_path)
