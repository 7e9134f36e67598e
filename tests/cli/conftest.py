"""A local platform, and the environment of a command line whose data folder is the test's own."""

import socket

import pytest

from ringback.testing import LocalRingCentral


class Desk:
    """Where a person sits who uses the command line: a folder, a platform, settings that lead to it."""

    def __init__(self, ringcentral, folder):
        self.ringcentral = ringcentral
        self.folder = folder
        self.settings = ringcentral.env | {"XDG_DATA_HOME": str(folder / "data")}

    @property
    def data(self):
        return self.folder / "data" / "ringback"

    def printed_nothing_secret(self, *texts):
        secrets = {self.ringcentral.client_secret, (self.data / "vault.key").read_text().strip()}
        return not any(secret in text for secret in secrets for text in texts)


@pytest.fixture
def desk(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    redirect_uri = f"http://localhost:{port}/oauth2callback"
    with LocalRingCentral(redirect_uri=redirect_uri, rate_limits=False) as ringcentral:
        yield Desk(ringcentral, tmp_path)
