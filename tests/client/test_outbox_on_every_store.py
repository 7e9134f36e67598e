"""A logout whose revocation fails is finished later from the outbox, whatever the vault is made of."""

import time

import pytest

import services
from headless import Visits, new_server
from headless_login import log_in
from ringback import LoginRequired, RingCentral
from ringback.platform.faults import Fault
from ringback.vault import new_key

REVOKE = "/restapi/oauth/revoke"


@pytest.fixture(params=["sqlite", "postgres", "redis"])
def vault_url(request, tmp_path):
    match request.param:
        case "sqlite":
            return f"sqlite:///{tmp_path / 'vault.db'}"
        case "postgres":
            return services.postgres().url
        case "redis":
            return services.redis().url


def revocations(visits):
    return [entry["status"] for entry in visits.journal() if entry["path"] == REVOKE]


def test_a_revocation_that_failed_is_sent_again(vault_url):
    with new_server() as server:
        visits = Visits(server)
        app, who = visits.seed.app, visits.seed.plain_user
        given = {
            "client_id": app["clientId"],
            "client_secret": app["clientSecret"],
            "server": server.base_url,
            "redirect_uri": app["redirectUris"][0],
            "vault": vault_url,
            "secret_keys": new_key(),
        }
        with RingCentral(**given) as rc:
            login = rc.begin_login()
            callback = log_in(login.url, who["username"], who["password"])
            user = rc.finish_login(callback, login.transaction)
            tokens = rc.vault.load(user.id).tokens
            faults = server.worlds.home.faults
            faults.add(Fault(id="", method="POST", path=REVOKE, status=503))
            assert user.logout()
            assert revocations(visits) == [503]
            with pytest.raises(LoginRequired):
                user.session()
            rc.tidy()
            assert revocations(visits) == [503]  # not yet: it waits its pause
        with RingCentral(**given, clock=Later(120.0)) as another:  # another process, two minutes later
            another.tidy()
            assert revocations(visits) == [503, 200]
            another.tidy()
            assert revocations(visits) == [503, 200]
        with visits.browser() as http:
            header = {"Authorization": f"Bearer {tokens.access_token.reveal()}"}
            assert http.get("/restapi/v1.0/account/~/extension/~", headers=header).status_code == 401


class Later:
    """The machine's clock, and so many seconds more."""

    def __init__(self, seconds):
        self._seconds = seconds

    def now(self):
        return time.time() + self._seconds
