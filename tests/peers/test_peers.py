"""Every peer, unmodified, tells one story: login with and without PKCE, calls, bulk, refresh, revoke."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from peer_table import PEERS, PUBLIC, SECRET, Peer
from story_runner import Ended, run_story

from headless import new_server
from ringback.platform.server import PlatformServer

pytestmark = pytest.mark.peer

OWN, COMPANY = "/account/~/extension/~/call-log", "/account/~/call-log"


class Told:
    """A peer's story: what it reported, and what the platform saw of it."""

    def __init__(self, peer: Peer, seed: dict[str, Any], ended: Ended, journal: list[dict[str, Any]]) -> None:
        self.peer, self.seed, self.ended, self.journal = peer, seed, ended, journal
        self.user = seed["users"][0]

    def logins(self) -> list[tuple[str, dict[str, Any]]]:
        """(name, report) of each; all of them are there."""
        assert tuple(self.ended.report) == self.peer.logins
        return list(self.ended.report.items())


@pytest.fixture(scope="module")
def server() -> Iterator[PlatformServer]:
    """One for all peers: each ends what it began."""
    with new_server(rate_limits=False, start=None) as running:
        yield running


@pytest.fixture(scope="module", params=PEERS, ids=lambda peer: peer.name)
def told(
    server: PlatformServer, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Told:
    """The story of one peer, told once for all tests here."""
    peer: Peer = request.param
    command = peer.command()
    if not command:
        pytest.skip(f"{peer.name} is not in {peer.place}: `make test` installs it where it can be had")
    seed = httpx2.get(f"{server.base_url}/_local/seed").json()
    httpx2.delete(f"{server.base_url}/_local/journal")
    since = (server.world.clock.now() - timedelta(days=14)).strftime("%Y-%m-%dT00:00:00.000Z")
    given = {
        "server": server.base_url,
        "logins": [
            {"name": name, "app": seed["apps"][name == PUBLIC], "pkce": name != SECRET}
            for name in peer.logins
        ],
        "query": {"dateFrom": since, "perPage": 20},
    }
    ended = run_story(command, given, seed["users"][0], tmp_path_factory.mktemp("peer"))
    journal = httpx2.get(f"{server.base_url}/_local/journal").json()["entries"]
    return Told(peer, seed, ended, journal)


def test_it_logs_in_by_code_with_and_without_pkce(told: Told) -> None:
    for name, login in told.logins():
        app = told.seed["apps"][name == PUBLIC]
        assert login["tokenType"].lower() == "bearer"
        assert login["ownerId"] == told.user["extensionId"]
        granted = login["scope"].split() if isinstance(login["scope"], str) else login["scope"]
        assert set(app["permissions"]) <= {*granted}


def test_it_reads_the_extension(told: Told) -> None:
    for _, login in told.logins():
        assert login["extension"] == {
            "id": told.user["extensionId"],
            "number": told.user["extensionNumber"],
        }


def test_it_reads_both_call_logs(told: Told) -> None:
    for _, login in told.logins():
        own, company = login["ownRecords"], login["companyRecords"]
        assert len(own) == len(set(own)) > 3
        assert len(company) == len(set(company)) == 20
        assert own != company


def test_it_reads_several_records_in_one_call(told: Told) -> None:
    for _, login in told.logins():
        bulk = login["bulk"]
        assert (bulk["status"], bulk["statuses"]) == (207, [200, 200, 200])
        assert bulk["answered"] == bulk["asked"] == login["ownRecords"][:3]


def test_it_refreshes(told: Told) -> None:
    for _, login in told.logins():
        assert login["refresh"] == {
            "otherAccessToken": True,
            "otherRefreshToken": True,
            "sameOwner": True,
            "extensionId": told.user["extensionId"],
        }


def test_it_revokes(told: Told) -> None:
    for _, login in told.logins():
        assert login["callAfterRevoke"] == "refused"


def test_the_platform_saw_the_same(told: Told) -> None:
    for name in told.peer.logins:
        client_id = told.seed["apps"][name == PUBLIC]["clientId"]
        times = sum(told.seed["apps"][one == PUBLIC]["clientId"] == client_id for one in told.peer.logins)
        seen = [entry for entry in told.journal if entry["clientId"] == client_id]
        asked = [_short(entry) for entry in seen if entry["path"].startswith("/restapi/oauth/")]
        asked = [entry for entry in asked if entry[0] in {"token", "revoke"}]
        granted = [entry for entry in asked if entry[2] == 200]
        once = [("token", "authorization_code", 200), ("token", "refresh_token", 200), ("revoke", None, 200)]
        assert granted == once * times
        # @ringcentral/sdk meets the 401 after the end with a refresh of its own, which is refused too.
        assert [entry for entry in asked if entry not in granted] in (
            [],
            [("token", "refresh_token", 400)] * times,
        )
        answered = [entry["status"] for entry in seen if "/v1.0/" in entry["path"] and entry["status"] < 400]
        assert answered == [200, 200, 200, 207, 200] * times
    # A dead token may be nobody's any more, so these are counted over all apps.
    refused = [entry for entry in told.journal if "/v1.0/" in entry["path"] and entry["status"] >= 400]
    assert [(entry["status"], entry["errorCode"]) for entry in refused] == [(401, "OAU-213")] * len(
        told.peer.logins
    )


def test_the_story_tells_no_secret(told: Told) -> None:
    secrets = {*told.ended.codes, told.user["password"]}
    secrets |= {app["clientSecret"] for app in told.seed["apps"] if app["clientSecret"]}
    assert len(secrets) == len(told.peer.logins) + 3
    assert [secret for secret in secrets if secret in told.ended.output] == []
    # Tokens and verifiers, which only the story knows, are longer than anything that it may tell.
    assert re.findall(r"[A-Za-z0-9_\-]{30,}", json.dumps(told.ended.report)) == []


def _short(entry: dict[str, Any]) -> tuple[str, str | None, int]:
    return entry["path"].rpartition("/")[2], entry["grantType"], entry["status"]
