"""A local platform, and the environment of a command line whose data folder is the test's own."""

import pytest

from headless import Visits, new_server
from ringback.testing.browser import Browser
from ringback.testing.people import User


class Desk:
    """Where a person sits who uses the command line: a folder, a platform, settings that lead to it."""

    def __init__(self, server, folder):
        self.visits = Visits(server)
        self.server = server
        self.folder = folder
        self.app = self.visits.seed.app
        self.settings = {
            "XDG_DATA_HOME": str(folder / "data"),
            "RC_SERVER_URL": server.base_url,
            "RC_APP_CLIENT_ID": self.app["clientId"],
            "RC_APP_CLIENT_SECRET": self.app["clientSecret"],
            "RC_REDIRECT_URL": self.app["redirectUris"][0],
            "RINGBACK_CLOCK_URL": server.base_url,
        }

    @property
    def data(self):
        return self.folder / "data" / "ringback"

    def authorize(self, url, user, decision="authorize"):
        """What a browser does with an authorization URL: the callback URL it comes back with."""
        return Browser(self.server.base_url).authorize(url, User.of(user), decision)

    def printed_nothing_secret(self, *texts):
        secrets = {self.app["clientSecret"], (self.data / "vault.key").read_text().strip()}
        return not any(secret in text for secret in secrets for text in texts)


@pytest.fixture
def desk(tmp_path):
    with new_server() as server:
        yield Desk(server, tmp_path)
