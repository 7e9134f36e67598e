"""`transport="fast"`: chosen by name, refused in words where it cannot be; its rules: test_transport.py."""

import ssl
import sys

import pytest

from ringback import AsyncRingCentral, ConfigurationError, RingCentral
from ringback.client.messages import HttpRequest

GIVEN = {"client_id": "one", "server": "https://platform.ringcentral.com"}
needs_it = pytest.mark.usefixtures("pyreqwest")


@pytest.fixture
def pyreqwest():
    return pytest.importorskip("pyreqwest", reason="pyreqwest is missing: it comes with ringback[fast]")


@needs_it
@pytest.mark.parametrize("loop", ["sync"], indirect=True)
def test_a_whole_login_over_it(place):
    with place.client(transport="fast") as rc:
        user = place.log_in(rc, place.users[0])
        assert str(user.extension().id) == user.id
        user.refresh()
        assert user.get("/restapi/v1.0/account/~/extension", params={"perPage": 2}).json()["paging"]
        assert len(list(user.calls("account"))) > 0
        user.logout()
    agents = {entry["method"] for entry in place.visits.journal()}
    assert {"GET", "POST"} <= agents


@needs_it
def test_a_path_that_a_url_parser_would_rewrite_is_not_sent():
    from ringback.client.transports.fast_transport import FastTransport

    transport = FastTransport("http://localhost:9")
    for target in ("/a/%2e%2e/b", "/a/.%2E?x", "/a/%2e"):
        assert transport.send(HttpRequest("GET", target), seconds=5).kind == "unusable"
    assert transport.send(HttpRequest("GET", "/a/%2ez/..b?x=/../"), seconds=5).kind == "refused"
    transport.close()


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyreqwest", None)
    monkeypatch.delitem(sys.modules, "ringback.client.transports.fast_transport", raising=False)
    with pytest.raises(ConfigurationError, match=r"ringback\[fast\]"):
        RingCentral(**GIVEN, transport="fast")


def test_what_it_cannot_do_is_refused():
    with pytest.raises(ConfigurationError, match="extra_ca"):
        RingCentral(**GIVEN, transport="fast", tls=ssl.create_default_context())
    with pytest.raises(ConfigurationError, match="Leave it out"):
        RingCentral(**GIVEN, transport="slow")
    with pytest.raises(ConfigurationError, match="RingCentral in threads"):
        AsyncRingCentral(**GIVEN, transport="fast")
