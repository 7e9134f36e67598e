"""Single records and several at once: views, both forms of 207, which ids are there, deletion by id."""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from api_caller import BASE, NOW, Api

from ringback.platform.company import build_company

OWN, COMPANY = "~/extension/~/call-log", "~/call-log"
BOTH = pytest.mark.parametrize("path", [OWN, COMPANY])
AS_JSON = "application/vnd.ringcentral.multipart+json"
EDITS = "ReadAccounts EditCallLog"


@pytest.fixture
def editor(make_api: Callable[..., Api]) -> Api:
    """An administrator with a company of the test's own, whose log may be changed."""
    return make_api(build_company(1, NOW)).by("101", EDITS)


def mime_parts(answer: Any) -> list[Any]:
    """The JSON of each part, read by the standard library's MIME parser, which must find no defect."""
    raw = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode() + answer.content
    message = email.message_from_bytes(raw, policy=email.policy.HTTP)
    assert message.is_multipart()
    found = []
    for part in [message, *message.iter_parts()]:
        assert part.defects == []
    for part in message.iter_parts():
        assert part.get_content_type() == "application/json"
        found.append(json.loads(part.get_content()))
    return found


@BOTH
@pytest.mark.parametrize("view", ["Simple", "Detailed"])
def test_one_record_is_as_in_the_list(api: Api, path: str, view: str) -> None:
    for record in api.records(path, f"view={view}&perPage=5"):
        answer = api.get(f"{path}/{record['id']}", f"view={view}")
        assert answer.status_code == 200
        assert answer.json() == record
        assert api.get(record["uri"]).json() == record
    simple = api.records(path, "perPage=1")[0]
    assert api.get(f"{path}/{simple['id']}").json() == simple
    assert api.get(f"{path}/{simple['id']},").json() == simple


@BOTH
def test_no_such_record(api: Api, path: str) -> None:
    for id_ in ("nobody", "x" * 300, "%00", "a%2fb"[:1]):
        assert api.refusal(f"{path}/{id_}")[:2] == (404, "CMN-102")
    assert api.refusal(f"{path}/nobody")[2]["parameterName"] == "callRecordId"
    assert api.refusal(f"{path}/nobody", "view=Full")[:2] == (400, "CMN-101")
    assert api.refusal(f"{path}/,")[:2] == (400, "CMN-101")


def test_a_record_is_only_in_the_logs_it_belongs_to(api: Api) -> None:
    mine = {record["id"] for record in api.by("105").records(OWN, "perPage=1000")}
    other = next(r for r in api.by("106").records(OWN, "perPage=1000") if r["id"] not in mine)
    assert api.by("106").get(f"{OWN}/{other['id']}").status_code == 200
    assert api.by("105").refusal(f"{OWN}/{other['id']}")[:2] == (404, "CMN-102")
    whose = api.by("106").user.id
    assert api.by("105").refusal(f"~/extension/{whose}/call-log/{other['id']}")[:2] == (403, "CMN-419")
    assert api.by("105").refusal(f"{COMPANY}/{other['id']}")[:2] == (403, "CMN-408")
    assert api.get(f"~/extension/{whose}/call-log/{other['id']}").status_code == 200


@BOTH
def test_several_ids_as_mime_parts(api: Api, path: str) -> None:
    records = api.records(path, "perPage=4&view=Detailed")
    ids = [record["id"] for record in records]
    for accept in (None, "application/json", "*/*"):
        headers = {} if accept is None else {"Accept": accept}
        answer = api.get(f"{path}/{','.join([*ids, 'nobody'])}", "view=Detailed", headers)
        assert answer.status_code == 207
        kind = re.fullmatch(
            r"multipart/mixed; boundary=(Boundary_[A-Za-z0-9_]+)", answer.headers["content-type"]
        )
        assert kind
        assert answer.content.count(b"\n") == answer.content.count(b"\r\n")
        assert answer.content.endswith(f"--{kind[1]}--\r\n".encode())
        summary, *bodies = mime_parts(answer)
        assert [entry["status"] for entry in summary["response"]] == [200] * 4 + [404]
        assert [entry["responseDescription"] for entry in summary["response"]][3:] == ["OK", "Not Found"]
        assert [entry["href"] for entry in summary["response"][:4]] == [record["uri"] for record in records]
        assert bodies[:4] == records
        assert bodies[4]["errors"][0]["errorCode"] == "CMN-102"


def as_the_js_sdk_reads(answer: Any) -> list[tuple[int, str]]:
    """Split as the JavaScript and Python SDKs split (contract 12): on the raw text after `boundary=`."""
    boundary = re.search(r"boundary=([^;]+)", answer.headers["content-type"])[1]
    parts = answer.text.split("--" + boundary)
    assert parts[0].strip() == ""
    assert parts[-1].strip() == "--"
    bodies = [part.replace("\r", "").split("\n\n", 1)[1] for part in parts[1:-1]]
    statuses = json.loads(bodies[0])["response"]
    return [(entry["status"], body.strip()) for entry, body in zip(statuses, bodies[1:], strict=True)]


def test_several_ids_as_sdks_read_them(api: Api) -> None:
    ids = [record["id"] for record in api.records(COMPANY, "perPage=3")]
    found = as_the_js_sdk_reads(api.get(f"{COMPANY}/{ids[0]},{ids[1]},nobody"))
    assert [status for status, _ in found] == [200, 200, 404]
    assert f'"id":"{ids[0]}"' in found[0][1]


@BOTH
def test_several_ids_as_json(api: Api, path: str) -> None:
    records = api.records(path, "perPage=3")
    ids = [record["id"] for record in records]
    answer = api.get(f"{path}/{ids[2]},nobody,{ids[0]}", headers={"Accept": AS_JSON})
    assert answer.status_code == 207
    assert answer.headers["content-type"] == AS_JSON
    body = answer.json()
    assert [entry["resourceId"] for entry in body] == [ids[2], "nobody", ids[0]]
    assert [entry["status"] for entry in body] == [200, 404, 200]
    assert [body[0]["body"], body[2]["body"]] == [records[2], records[0]]
    assert body[1]["body"]["errorCode"] == "CMN-102"
    # One id is plain in this form too.
    assert api.get(f"{path}/{ids[0]}", headers={"Accept": AS_JSON}).json() == records[0]


@BOTH
def test_fifty_ids_at_most(api: Api, path: str) -> None:
    ids = [record["id"] for record in api.records(path, "dateFrom=2026-11-01&perPage=50")]
    assert len(mime_parts(api.get(f"{path}/{','.join(ids)}"))) == 51
    assert api.refusal(f"{path}/{','.join(ids)},nobody")[:2] == (400, "CMN-106")


def test_bulk_bodies_hold_real_addresses(api: Api) -> None:
    ids = ",".join(record["id"] for record in api.records(OWN, "perPage=2"))
    text = api.get(f"{OWN}/{ids}").text
    assert "/~" not in text
    assert f"{BASE}/restapi/v1.0/account/{api.company.account.id}/extension/{api.user.id}/call-log/" in text


def test_delete_one_record(editor: Api) -> None:
    first, second = editor.records(OWN, "perPage=2")
    answer = editor.request("DELETE", f"{OWN}/{first['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-length" not in answer.headers
    assert editor.records(OWN, "perPage=1") == [second]
    assert editor.refusal(f"{OWN}/{first['id']}")[:2] == (404, "CMN-102")
    assert editor.refusal(f"{OWN}/{first['id']}", method="DELETE")[:2] == (404, "CMN-102")
    shown = editor.records(OWN, "perPage=2&showDeleted=true")
    assert [record["id"] for record in shown] == [first["id"], second["id"]]
    assert [record.get("deleted") for record in shown] == [True, None]


def test_delete_several(editor: Api) -> None:
    ids = [record["id"] for record in editor.records(OWN, "perPage=5")]
    assert editor.request("DELETE", f"{OWN}/{ids[0]},{ids[1]}").status_code == 204
    answer = editor.request("DELETE", f"{OWN}/{ids[1]},{ids[2]}")
    assert answer.status_code == 207
    message = email.message_from_bytes(
        f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode() + answer.content,
        policy=email.policy.HTTP,
    )
    summary, gone, deleted = message.iter_parts()
    statuses = [entry["status"] for entry in json.loads(summary.get_content())["response"]]
    assert statuses == [404, 204]
    assert b"CMN-102" in gone.get_content()
    assert deleted.get_content().strip() == b""
    as_json = editor.request("DELETE", f"{OWN}/{ids[2]},{ids[3]}", headers={"Accept": AS_JSON}).json()
    assert [entry["status"] for entry in as_json] == [404, 204]
    assert "body" not in as_json[1]
    assert [record["id"] for record in editor.records(OWN, "perPage=1")] == [ids[4]]


def test_who_may_delete(editor: Api) -> None:
    id_ = editor.records(OWN, "perPage=1")[0]["id"]
    assert editor.by("101").refusal(f"{OWN}/{id_}", method="DELETE")[:2] == (403, "CMN-401")
    assert editor.by("105", EDITS).refusal(f"{OWN}/{id_}", method="DELETE")[:2] == (403, "CMN-408")
    assert editor.request("DELETE", f"{COMPANY}/{id_}").status_code == 405
    assert editor.get(f"{OWN}/{id_}").status_code == 200
