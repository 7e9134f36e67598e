"""A local platform of the test's own, and a client whose vault is a SQLite file: one suite for both drivers.

A test that uses `place` or `rc` runs twice, with `RingCentral` and with `AsyncRingCentral`; one that is about
one of them only parametrises `loop`.
"""

import pytest
from in_loop import Loop, client_in

from headless import Visits, new_server
from headless_login import log_in
from ringback import RingCentral
from ringback.vault import new_key


class Place:
    """A running platform, and clients of its first app that share one vault file."""

    def __init__(self, server, folder, loop):
        self.loop = loop
        self.visits = Visits(server)
        self.base_url = server.base_url
        self.app = self.visits.seed.app
        self.users = self.visits.seed.users
        self.vault_url = f"sqlite:///{folder / 'vault.db'}"
        self.key = new_key()

    def client(self, **changes):
        given = {
            "client_id": self.app["clientId"],
            "client_secret": self.app["clientSecret"],
            "server": self.base_url,
            "redirect_uri": self.app["redirectUris"][0],
            "vault": self.vault_url,
            "secret_keys": self.key,
        }
        given |= changes
        return client_in(self.loop, **given) if self.loop else RingCentral(**given)

    @property
    def driver(self):
        return "async" if self.loop else "sync"

    def environment(self, **more):
        return {
            "RC_SERVER_URL": self.base_url,
            "RC_APP_CLIENT_ID": self.app["clientId"],
            "RC_APP_CLIENT_SECRET": self.app["clientSecret"],
            "RINGBACK_VAULT_URL": self.vault_url,
            "RINGBACK_SECRET_KEYS": self.key,
            **more,
        }

    def callback(self, url, user):
        """The callback URL of a login that `user` carries out in a browser of their own."""
        return log_in(url, user["username"], user["password"])

    def log_in(self, rc, user, **options):
        login = rc.begin_login()
        return rc.finish_login(self.callback(login.url, user), login.transaction, **options)

    def requests(self, **matching):
        """The journal's entries in which all these fields have these values."""
        return [
            entry
            for entry in self.visits.journal()
            if all(entry[name] == value for name, value in matching.items())
        ]

    def refreshes(self):
        return self.requests(grantType="refresh_token")


@pytest.fixture(params=["sync", "async"])
def loop(request):
    """The event loop that clients run in; None for the synchronous one."""
    if request.param == "sync":
        yield None
        return
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture
def place(tmp_path, loop):
    with new_server() as server:
        yield Place(server, tmp_path, loop)


@pytest.fixture
def rc(place):
    with place.client() as client:
        yield client
