"""The official Python SDK, unmodified, against the local platform: login, three calls, refresh, logout."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from story_runner import run_story

from headless import new_server
from ringback.platform.server import PlatformServer

ROOT = Path(__file__).parents[2]
SDK_PYTHON = ROOT / ".venv-sdk" / "bin" / "python"
STORY = Path(__file__).parent / "official_sdk_story.py"

pytestmark = pytest.mark.peer


@dataclass
class Told:
    """What the story reported, what it wrote in all, what it must not have written, and the journal."""

    report: dict[str, Any]
    output: str
    secrets: set[str]
    journal: list[dict[str, Any]]
    seed: dict[str, Any]
    server: PlatformServer
    date_from: str

    @property
    def user(self) -> dict[str, Any]:
        return self.seed["users"][0]


@pytest.fixture(scope="module")
def server() -> Iterator[PlatformServer]:
    """A platform of its own: the story moves its clock."""
    with new_server(rate_limits=False, start=None) as running:
        yield running


@pytest.fixture(scope="module")
def told(server: PlatformServer, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The story, told once for all tests here."""
    if not SDK_PYTHON.exists():
        pytest.skip("no .venv-sdk: run make test: it installs the official SDK there")
    seed = httpx2.get(f"{server.base_url}/_local/seed").json()
    user = seed["users"][0]
    date_from = (server.world.clock.now() - timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:00.000Z")
    secrets = {user["password"]} | {app["clientSecret"] for app in seed["apps"] if app["clientSecret"]}
    given = {"server": server.base_url, "apps": seed["apps"], "dateFrom": date_from}
    ended = run_story([SDK_PYTHON, STORY], given, user, tmp_path_factory.mktemp("official_sdk"))
    journal = httpx2.get(f"{server.base_url}/_local/journal").json()["entries"]
    return Told(ended.report, ended.output, secrets | ended.codes, journal, seed, server, date_from)


def test_the_sdk_is_the_published_one(told: Told) -> None:
    assert told.report["package"]["version"] == "0.9.2"
    assert told.report["package"]["files"] > 20
    assert told.report["package"]["changed"] == []


def test_its_login_url_still_cannot_be_used(told: Told) -> None:
    assert told.report["loginUrl"] == {"raises": "NameError", "name": "urllib"}


def test_code_login(told: Told) -> None:
    login = told.report["codeLogin"]
    assert login["loggedInBefore"] is False
    assert (login["status"], login["tokenType"], login["expiresIn"]) == (200, "bearer", 3600)
    assert set(login["scope"].split()) == set(told.seed["apps"][0]["permissions"])
    assert login["ownerId"] == login["keptOwnerId"] == told.user["extensionId"]
    assert login["loggedIn"] is True


def test_a_code_works_once(told: Told) -> None:
    login = told.report["codeLogin"]
    assert login["codeAgain"] == {"status": 400, "error": "invalid_grant", "errorCode": "OAU-106"}
    assert login["callAfterCodeAgain"]["status"] == 401


def test_extension_call(told: Told) -> None:
    extensions = told.report["calls"]["extension"]
    assert extensions["status"] == 200
    assert {user["extensionId"] for user in told.seed["users"]} <= set(extensions["ids"])
    assert {user["extensionNumber"] for user in told.seed["users"]} <= set(extensions["numbers"])
    assert extensions["uri"].startswith(
        f"{told.server.base_url}/restapi/v1.0/account/{told.user['accountId']}/extension"
    )
    assert told.report["calls"]["shortPathIsTheSame"] is True


@pytest.mark.parametrize("log", ["extensionCallLog", "accountCallLog"])
def test_both_call_logs(told: Told, log: str) -> None:
    answer = told.report["calls"][log]
    assert answer["status"] == 200
    assert f"dateFrom={told.date_from}" in answer["uri"]
    assert len(answer["ids"]) == len(set(answer["ids"])) == answer["paging"]["pageEnd"] + 1 > 5
    assert answer["idsAsObjects"] == answer["ids"]
    assert answer["newestFirst"]
    assert answer["earliest"] >= told.date_from
    assert answer["directions"] == ["Inbound", "Outbound"]
    required = {"id", "uri", "sessionId", "startTime", "type", "direction", "action", "result", "from", "to"}
    assert required <= set(answer["fieldsOfAll"])


def test_call_logs_are_the_users_own_and_the_companys(told: Told) -> None:
    own, company = told.report["calls"]["extensionCallLog"], told.report["calls"]["accountCallLog"]
    assert own["whose"] == [told.user["extensionId"]]
    assert f"/extension/{told.user['extensionId']}/call-log" in own["uri"]
    assert "/extension/" not in company["uri"]
    assert len(company["ids"]) == 100
    assert len(company["whose"]) > 5
    assert set(company["whose"]) <= set(told.report["calls"]["extension"]["ids"])


def test_refresh(told: Told) -> None:
    refresh = told.report["refresh"]
    assert refresh["status"] == 200
    assert refresh["otherAccessToken"]
    assert refresh["otherRefreshToken"]
    assert refresh["ownerId"] == told.user["extensionId"]
    assert refresh["oldAccessToken"] == {"status": 401, "error": None, "errorCode": "OAU-129"}
    assert refresh["call"] == {"status": 200}


def test_it_refreshes_by_itself_when_its_own_clock_says_so(told: Told) -> None:
    once = told.report["ownClock"]
    assert once["refreshes"] == [200, 200]  # one for the call, one for logged_in()
    assert once["call"] == {"status": 200}
    assert once["otherAccessToken"]
    assert once["loggedIn"]


def test_it_does_not_retry_when_only_the_platforms_clock_says_so(told: Told) -> None:
    late = told.report["platformClock"]
    assert late["before"] == {"status": 200}
    assert late["call"] == {"status": 401, "error": None, "errorCode": "OAU-128"}
    assert late["refreshesByItself"] == []
    assert late["stillThinksLoggedIn"] is True
    assert late["refresh"] == late["callAfterRefresh"] == {"status": 200}


def test_logout(told: Told) -> None:
    logout = told.report["logout"]
    assert logout["before"] == {"status": 200}
    assert logout["status"] == 200
    assert logout["oldAccessToken"] == {"status": 401, "error": None, "errorCode": "OAU-213"}
    assert logout["oldRefreshToken"] == {"status": 400, "error": "invalid_grant", "errorCode": "OAU-213"}
    assert logout["loggedIn"] is False
    assert logout["forgotten"] is True
    assert logout["call"] == {"raises": "Exception"}  # "Refresh token has expired": it has none any more


def test_pkce(told: Told) -> None:
    pkce = told.report["pkce"]
    assert pkce["login"] == pkce["call"] == pkce["logout"] == {"status": 200}
    for refused in (pkce["wrongVerifier"], pkce["noVerifier"]):
        assert (refused["status"], refused["error"]) == (400, "invalid_grant")


def test_it_cannot_do_public_clients(told: Told) -> None:
    public = told.report["publicApp"]
    assert public["secretNone"] == "SDK init error: RINGCENTRAL_CLIENT_SECRET value not found."
    assert public["login"] == {"status": 400, "error": "invalid_client", "errorCode": "OAU-146"}
    assert public["loggedIn"] is False
    assert public["sameCodeByHand"] == 200  # the refusal burnt nothing


def test_an_app_with_few_permissions(told: Told) -> None:
    small = told.report["smallApp"]
    assert small["scope"] == "ReadAccounts"
    assert small["refreshToken"] is False
    assert small["extension"] == {"status": 200}
    assert (small["accountCallLog"]["status"], small["accountCallLog"]["errorCode"]) == (403, "CMN-401")
    assert small["refresh"] == {"raises": "Exception"}


def test_the_journal_saw_the_same(told: Told) -> None:
    client_id = told.seed["apps"][0]["clientId"]
    asked = [
        (entry["path"].rpartition("/")[2], entry["grantType"], entry["status"])
        for entry in told.journal
        if entry["clientId"] == client_id and entry["path"].startswith("/restapi/oauth/")
        if not entry["path"].startswith("/restapi/oauth/authorize")
    ]
    code, refresh = "authorization_code", "refresh_token"
    assert asked == [
        ("token", code, 200),
        ("token", code, 400),  # the same code again
        ("token", code, 200),
        *[("token", refresh, 200)] * 4,
        ("revoke", None, 200),
        ("token", refresh, 400),  # after the logout
        ("token", code, 200),  # with a verifier
        ("token", code, 400),
        ("token", code, 400),
        ("revoke", None, 200),
    ]


def test_the_story_tells_no_secret(told: Told) -> None:
    assert len(told.secrets) >= 9
    assert [secret for secret in told.secrets if secret in told.output] == []
    # Tokens and verifiers, which only the story knows, are longer than anything that it may tell.
    assert re.findall(r"[A-Za-z0-9_\-]{30,}", json.dumps(told.report)) == []
