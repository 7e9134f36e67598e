"""The newer operations as clients meet them: real tokens, the real server, a browser's CORS, real limits."""

from __future__ import annotations

import email
import email.policy
import io
import wave
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from headless import Visits, new_server
from ringback.platform.apps import NewApp

ROOT = "/restapi/v1.0/account/~"
OWN, COMPANY = f"{ROOT}/extension/~/call-log", f"{ROOT}/call-log"
ORIGIN = "https://app.example.com"


def bearer(answer: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer['access_token']}"}


@pytest.fixture(scope="module")
def editing() -> Iterator[tuple[Visits, dict[str, Any]]]:
    """A platform of the module's own, with an app that may edit call logs."""
    with new_server() as server:
        world = server.world
        with world.lock:
            app, secret = world.apps.create(
                NewApp(
                    "Editor",
                    "Deletes calls.",
                    "ServerWeb",
                    public=False,
                    redirect_uris=("http://localhost:5000/oauth2callback",),
                    permissions=frozenset({"ReadAccounts", "EditCallLog", "ReadCallRecording"}),
                    refresh_tokens=True,
                ),
                owner=world.company.account.operator_id,
                account_id=world.company.account.id,
            )
        asked = {"clientId": app.client_id, "clientSecret": secret, "redirectUris": list(app.redirect_uris)}
        yield Visits(server), asked


@pytest.fixture
def editor(editing: tuple[Visits, dict[str, Any]]) -> dict[str, str]:
    """The header of an administrator's token, through the app that may edit."""
    visits, app = editing
    return bearer(visits.tokens(visits.seed.admin, app))


@pytest.fixture
def there(editing: tuple[Visits, dict[str, Any]]) -> Iterator[httpx2.Client]:
    with editing[0].browser() as client:
        yield client


def test_deleting_by_tunnel_and_syncing_the_deletion(there: httpx2.Client, editor: dict[str, str]) -> None:
    first = there.get(f"{OWN}-sync?syncType=FSync&recordCount=5", headers=editor).json()
    gone = first["records"][1]["id"]
    tunnelled = {**editor, "X-HTTP-Method-Override": "DELETE"}
    assert there.post(f"{OWN}/{gone}", headers=tunnelled).status_code == 204
    assert there.get(f"{OWN}/{gone}", headers=editor).status_code == 404
    token = first["syncInfo"]["syncToken"]
    told = there.get(f"{OWN}-sync?syncType=ISync&syncToken={token}&showDeleted=true", headers=editor).json()
    assert [record["id"] for record in told["records"] if record.get("deleted")] == [gone]
    assert there.delete(f"{OWN}?dateTo=2026-11-20", headers=editor).status_code == 204
    assert there.get(f"{OWN}?dateFrom=2026-09-01&dateTo=2026-11-20", headers=editor).json()["records"] == []
    assert there.get(f"{COMPANY}?dateFrom=2026-11-18&dateTo=2026-11-20", headers=editor).json()["records"]


def test_several_records_over_the_wire(there: httpx2.Client, editor: dict[str, str]) -> None:
    ids = [record["id"] for record in there.get(f"{COMPANY}?perPage=3", headers=editor).json()["records"]]
    answer = there.get(f"{COMPANY}/{','.join(ids)},none", headers=editor)
    assert answer.status_code == 207
    raw = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode() + answer.content
    assert len(list(email.message_from_bytes(raw, policy=email.policy.HTTP).iter_parts())) == 5


def test_a_recording_by_header_by_query_and_in_parts(there: httpx2.Client, editor: dict[str, str]) -> None:
    found = there.get(f"{COMPANY}?recordingType=All&dateFrom=2026-11-01&perPage=1", headers=editor).json()
    address = found["records"][0]["recording"]["contentUri"]
    assert address.startswith(str(there.base_url))
    whole = there.get(address, headers=editor)
    with wave.open(io.BytesIO(whole.content)) as heard:
        assert heard.getnframes() >= 30 * heard.getframerate()
    token = editor["Authorization"].split()[1]
    assert there.get(f"{address}?access_token={token}").content == whole.content
    assert there.get(address).status_code == 401
    half = len(whole.content) // 2
    parts = [
        there.get(address, headers={**editor, "Range": text})
        for text in (f"bytes=0-{half - 1}", f"bytes={half}-")
    ]
    assert [part.status_code for part in parts] == [206, 206]
    assert b"".join(part.content for part in parts) == whole.content
    head = there.head(address, headers=editor)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole.content)))
    assert there.get(f"{ROOT}", headers=editor).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        OWN,
        f"{COMPANY}?perPage=2",
        f"{ROOT}/recording/7/content",
        f"{ROOT}/extension/~/sms",
        "/restapi/v1.0/nothing",
        "/team-messaging/v1/chats",
    ],
)
def test_a_browser_may_read_every_answer(there: httpx2.Client, editor: dict[str, str], path: str) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,client-id,x-user-agent,range",
    }
    preflight = there.options(path, headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    answer = there.get(path, headers={**editor, "Origin": ORIGIN})
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    exposed = answer.headers["access-control-expose-headers"].lower().replace(" ", "").split(",")
    for name in ("x-rate-limit-window", "retry-after", "rcrequestid", "content-range", "content-disposition"):
        assert name in exposed


def test_the_python_sdks_way_to_write_values(there: httpx2.Client, editor: dict[str, str]) -> None:
    url = f"{COMPANY}?dateFrom=2026-11-19T08:00:00+02:00&dateTo=2026-11-20&perPage=1"
    body = there.get(url, headers=editor).json()
    assert "dateFrom=2026-11-19T06:00:00.000Z" in body["uri"]


def test_the_real_limit_with_its_headers() -> None:
    with new_server(rate_limits=True) as server:
        visits = Visits(server)
        token = bearer(visits.tokens(visits.seed.plain_user))
        with visits.browser() as http:
            answers = [http.get(f"{OWN}?perPage=1", headers=token) for _ in range(10)]
            assert {answer.status_code for answer in answers} == {200}
            assert answers[0].headers["x-rate-limit-group"] == "heavy"
            assert answers[0].headers["x-rate-limit-remaining"] == "9"
            refused = http.get(f"{OWN}?view=x", headers=token)
            assert refused.status_code == 429
            assert refused.headers["retry-after"] == "60"
            assert refused.json()["errors"][0]["errorCode"] == "CMN-301"
            assert http.get(f"{ROOT}/extension/~", headers=token).headers["x-rate-limit-group"] == "light"
            assert "x-rate-limit-group" not in http.get(f"{ROOT}/extension/~/sms", headers=token).headers


def test_the_journal_names_operation_permission_and_group(
    editing: tuple[Visits, dict[str, Any]], there: httpx2.Client, editor: dict[str, str]
) -> None:
    there.get(f"{OWN}/nobody", headers=editor)
    world = editing[0].server.world
    entry = list(world.journal.numbered())[-1][1]
    assert entry["operation"] == (
        "/restapi/v1.0/account/{accountId}/extension/{extensionId}/call-log/{callRecordId}"
    )
    assert (entry["permission"], entry["group"], entry["errorCode"]) == ("ReadCallLog", "heavy", "CMN-102")
