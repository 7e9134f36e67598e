"""The doctor: each thing that can be wrong is found, explained, and said where to change. No secret shows."""

import asyncio
import json

import pytest

from ringback import AsyncRingCentral
from ringback.client.doctor.differences import marked, nearest, shown
from ringback.client.messages import Headers, HttpAnswer, NoAnswer

SERVER = "https://platform.ringcentral.com"


def by_check(findings):
    return {one.check: one for one in findings}


def test_all_is_well_with_a_sound_configuration(place):
    with place.client() as rc:
        found = by_check(rc.doctor())
    assert list(found) == ["server", "clock", "credentials", "redirect-uri", "vault", "keys"]
    # The platform of the tests lives in its own time.
    assert {name: one.level for name, one in found.items()} == dict.fromkeys(found, "ok") | {
        "clock": "warning"
    }
    assert "RINGBACK_CLOCK_URL" in found["clock"].change
    assert "synchronous=FULL" in found["vault"].what


def test_the_asynchronous_client_finds_the_same(place):
    async def examined():
        async with AsyncRingCentral(
            client_id=place.app["clientId"],
            client_secret=place.app["clientSecret"],
            server=place.base_url,
            redirect_uri=place.app["redirectUris"][0],
            vault=place.vault_url,
            secret_keys=place.key,
        ) as rc:
            return await rc.doctor()

    with place.client() as rc:
        assert [one.what for one in asyncio.run(examined())][2:] == [one.what for one in rc.doctor()][2:]


def test_nothing_is_changed_and_nothing_is_followed(place):
    with place.client() as rc:
        user = place.log_in(rc, place.users[0])
        before = len(place.visits.journal())
        rc.doctor()
        asked = place.visits.journal()[before:]
        assert [(one["method"], one["path"]) for one in asked] == [
            ("GET", "/restapi/v1.0"),
            ("POST", "/restapi/oauth/token"),
            ("GET", "/restapi/oauth/authorize"),
        ]
        assert user.extension().id


def test_a_wrong_secret_and_an_unknown_client_id_are_told_apart(place):
    with place.client(client_secret="not-the-secret") as rc:
        wrong = by_check(rc.doctor())["credentials"]
    with place.client(client_id="no-such-app", client_secret="not-the-secret") as rc:
        unknown = by_check(rc.doctor())["credentials"]
    assert (wrong.level, unknown.level) == ("problem", "problem")
    assert "secret is not" in wrong.what
    assert "OAU-146" in wrong.why
    assert "no app with this client ID" in unknown.what
    assert "Credentials" in wrong.where
    assert wrong.where.startswith(f"{place.base_url}/console")
    assert "not-the-secret" not in json.dumps([one.to_dict() for one in (wrong, unknown)])


def test_a_redirect_uri_is_compared_character_by_character(place):
    with place.client(redirect_uri="http://localhost:5000/oauth2callback/") as rc:
        found = by_check(rc.doctor())["redirect-uri"]
    assert found.level == "problem"
    assert "OAU-109" in found.what
    assert found.lines == (
        "configured  http://localhost:5000/oauth2callback/",
        "                                                ^",
        "registered  http://localhost:5000/oauth2callback",
        "                                                ^",
    )


def test_an_app_without_a_redirect_uri_is_explained(place):
    class NoUri:
        """A server that says what RingCentral says about an app without redirect URIs."""

        def send(self, request, *, seconds):
            if "/authorize" in request.target:
                body = {"error": "invalid_client", "errors": [{"errorCode": "OAU-113"}]}
                return HttpAnswer(403, Headers(), json.dumps(body).encode())
            return HttpAnswer(200, Headers(), b'{"versionString": "1.0.60"}')

        def close(self):
            pass

    with place.client(transport=NoUri(), server=SERVER) as rc:
        found = by_check(rc.doctor())["redirect-uri"]
    assert "no redirect URI at all" in found.why
    assert (
        found.where
        == "https://developers.ringcentral.com/console: the app's page Settings, OAuth redirect URI"
    )
    assert found.lines == ()


def test_a_login_is_looked_at_with_its_permissions(place):
    with place.client() as rc:
        plain = next(user for user in place.users if not user["admin"])
        found = by_check(rc.doctor(place.log_in(rc, plain).id))
    assert found["permissions"].level == "ok"
    assert found["call: extension"].level == found["call: own call log"].level == "ok"
    role = found["call: company call log"]
    assert role.level == "warning"
    assert "role lacks ReadCompanyCallLog" in role.what
    assert "administrator" in role.where


def test_an_app_that_lacks_a_permission_is_told_so(place):
    small = place.visits.seed.small_app
    with place.client(client_id=small["clientId"], client_secret=small["clientSecret"]) as rc:
        found = by_check(rc.doctor(place.log_in(rc, place.users[0]).id))
    assert found["permissions"].level == "problem"
    assert "lacks ReadCallLog" in found["permissions"].what
    assert "app lacks ReadCallLog" in found["call: own call log"].what
    assert "scopes" in found["call: own call log"].where


def test_a_login_that_is_not_there_and_a_vault_in_memory_are_said(place):
    with place.client(vault="memory://") as rc:
        found = by_check(rc.doctor("4711"))
    assert found["login"].level == "warning"
    assert "ringback login" in found["login"].change
    assert "memory" in found["vault"].what


class Scripted:
    """A server that answers by path; what it does not know it does not answer."""

    def __init__(self, **answers):
        self.answers = answers

    def send(self, request, *, seconds):
        for name, answer in self.answers.items():
            if request.target.split("?")[0].endswith(name):
                return answer
        return NoAnswer("refused", "no connection")

    def close(self):
        pass


INFO = HttpAnswer(200, Headers({"Date": "Thu, 01 Jan 1970 00:10:00 GMT"}), b'{"versionString": "1"}')


class Stopped:
    """A clock that stands ten minutes after the epoch, and some seconds."""

    def __init__(self, seconds):
        self.seconds = seconds

    def now(self):
        return 600.0 + self.seconds


@pytest.mark.parametrize(("apart", "level"), [(0, "ok"), (-29, "ok"), (31, "warning"), (-301, "problem")])
def test_the_clock_is_compared_with_the_servers_date(place, apart, level):
    transport = Scripted(**{"v1.0": INFO})
    with place.client(transport=transport, server=SERVER, clock=Stopped(apart)) as rc:
        found = by_check(rc.doctor())
    assert found["clock"].level == level
    assert found["credentials"].level == "problem"


@pytest.mark.parametrize(
    ("server", "level"),
    [
        (SERVER, "ok"),
        ("https://platform.ringcentral.biz", "ok"),
        ("https://platform.devtest.ringcentral.com", "problem"),
        ("https://ringcentral.com.example.org", "warning"),
    ],
)
def test_whose_server_it_is(place, server, level):
    with place.client(transport=Scripted(**{"v1.0": INFO}), server=server) as rc:
        assert by_check(rc.doctor())["server"].level == level


def test_a_server_that_is_no_api_and_one_that_is_away(place):
    with place.client(
        transport=Scripted(**{"v1.0": HttpAnswer(200, Headers(), b"<html>")}), server=SERVER
    ) as rc:
        assert by_check(rc.doctor())["server"].level == "problem"
    with place.client(transport=Scripted(), server=SERVER) as rc:
        found = by_check(rc.doctor())
    assert list(found) == ["server", "vault", "keys"]
    assert found["server"].level == "problem"


def test_carets_stand_under_what_differs():
    assert marked("http://a/b", "http://a/b") == ""
    assert marked("abc", "abd") == "  ^"
    assert marked("ab", "axb") == " ^"
    assert shown("http://localhost/cb", "http://127.0.0.1/cb")[1] == "                   ^^^^^^^^^"
    assert nearest("abc", ["xyz", "abd"]) == "abd"
    assert nearest("abc", []) is None
