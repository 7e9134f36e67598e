"""The controls under /_local: seed, clock, journal, and who may use them."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from headless import Seed, Visits, new_server
from ringback.platform.app import create_app
from ringback.platform.serving.local_guard import host_name
from ringback.platform.settings import PlatformSettings
from ringback.platform.worlds import Worlds


def test_the_seed_lists_apps_and_those_who_can_log_in(seed: Seed, visits: Visits) -> None:
    assert seed.app["name"] == "Ringback Demo"
    assert seed.app["redirectUris"] == ["http://localhost:5000/oauth2callback"]
    assert seed.app["permissions"] == ["ReadAccounts", "ReadCallLog", "ReadCallRecording"]
    assert len(seed.app["clientId"]) == 22
    assert seed.public_app["clientSecret"] is None
    assert seed.small_app["permissions"] == ["ReadAccounts"]
    assert seed.admin
    assert seed.plain_user
    company = visits.server.world.company
    for user in seed.users:
        extension = company.extension(int(user["extensionId"]))
        assert extension is not None
        assert extension.can_log_in
        assert user["accountId"] == str(company.account.id)


def test_apps_and_users_follow_from_the_seed(seed: Seed) -> None:
    with new_server() as same, new_server(seed=2) as other:
        same_seed, other_seed = Visits(same).seed, Visits(other).seed
    assert same_seed == seed
    assert other_seed.app["clientId"] != seed.app["clientId"]
    assert other_seed.app["clientSecret"] != seed.app["clientSecret"]


@pytest.mark.parametrize("path", ["/_local/seed", "/_local/clock", "/_local/journal"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example"},
        {"Host": "evil@localhost"},
        {"Host": "[::1"},
        {"Origin": "http://localhost:5000"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
    ],
)
def test_controls_refuse_strangers(http: httpx2.Client, path: str, headers: dict[str, str]) -> None:
    answer = http.get(path, headers=headers)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    assert "password" not in answer.text


def test_controls_answer_this_machine_under_its_names(http: httpx2.Client, visits: Visits) -> None:
    port = visits.server.base_url.rpartition(":")[2]
    for host in ("localhost", "127.0.0.1", "[::1]", f"localhost:{port}", "LOCALHOST"):
        assert http.get("/_local/clock", headers={"Host": host}).status_code == 200
    assert http.get("/_local/clock", headers={"Origin": visits.server.base_url}).status_code == 200


def test_controls_refuse_other_machines() -> None:
    settings = PlatformSettings()
    app = create_app(Worlds(settings))
    sent: list[Any] = []

    async def run(client: tuple[str, int] | None) -> int:
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/_local/seed",
            "raw_path": b"/_local/seed",
            "query_string": b"",
            "headers": [(b"host", b"localhost"), (b"x-forwarded-for", b"127.0.0.1")],
            "client": client,
            "scheme": "http",
            "server": ("localhost", 8000),
            "http_version": "1.1",
            "root_path": "",
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        sent.clear()
        await app(scope, receive, send)
        status: int = sent[0]["status"]
        return status

    import anyio

    assert anyio.run(run, ("192.168.1.7", 50000)) == 403
    assert anyio.run(run, None) == 403
    assert anyio.run(run, ("127.0.0.1", 50000)) == 200
    assert anyio.run(run, ("::ffff:127.0.0.1", 50000)) == 200


def test_host_names() -> None:
    assert host_name("localhost:8000") == "localhost"
    assert host_name("[::1]:8000") == "::1"
    for wrong in ("a@localhost", "localhost/x", "localhost:x", "[::1", "localhost?x", ""):
        assert host_name(wrong) is None or host_name(wrong) not in {"localhost", "::1", "127.0.0.1"}


def test_the_clock_moves_ahead(own: Visits) -> None:
    before = httpx2.get(f"{own.server.base_url}/_local/clock").json()["now"]
    assert before.startswith("2026-11-23T15:00:")
    assert before.endswith("Z")
    answer = httpx2.post(f"{own.server.base_url}/_local/clock", json={"advance": 86_400.5})
    assert answer.json()["now"].startswith("2026-11-24T15:00:")


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"advance": -1}', "application/json", 400),
        (b'{"advance": "60"}', "application/json", 400),
        (b'{"advance": true}', "application/json", 400),
        (b'{"advance": NaN}', "application/json", 400),
        (b'{"advance": Infinity}', "application/json", 400),
        (b'{"advance": 1e300}', "application/json", 400),
        (b'{"advance": ' + b"9" * 400 + b"}", "application/json", 400),
        (b'{"advance": null}', "application/json", 400),
        (b'{"mode": "auto"}', "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"advance=60", "application/x-www-form-urlencoded", 415),
        (b'{"advance": 60}', "text/plain", 415),
    ],
)
def test_the_clock_refuses_nonsense(http: httpx2.Client, content: bytes, kind: str, status: int) -> None:
    answer = http.post("/_local/clock", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.json()["errorCode"]


def test_the_journal_is_oldest_first_and_can_be_emptied(own: Visits) -> None:
    with own.browser() as http:
        http.get("/restapi?token=secret-value")
        http.get("/_static/platform.css")
        http.get("/restapi/v1.0/account/~")
        entries = own.journal()
        assert [entry["path"] for entry in entries] == ["/restapi", "/restapi/v1.0/account/~"]
        assert set(entries[0]) == {
            *("time", "method", "path", "status", "errorCode", "clientId", "extensionId", "grantType", "why")
        }
        assert (entries[1]["status"], entries[1]["errorCode"]) == (401, "AGW-401")
        assert http.delete("/_local/journal").status_code == 204
        assert own.journal() == []
