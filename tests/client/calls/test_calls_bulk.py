"""Records by their ids: batches, both forms of 207, and what is not there."""

import json

import pytest

from ringback import NotFound, PermissionMissing, UnusableAnswer
from ringback.client.calls.bulk import BulkReader
from ringback.client.calls.multi_status import pieces_of
from ringback.client.messages import Headers, HttpAnswer
from ringback.client.response import Response


@pytest.fixture
def admin(place, rc):
    return place.log_in(rc, next(user for user in place.users if user["admin"]))


@pytest.mark.parametrize("count", [0, 1, 2, 50, 51, 120])
def test_records_come_in_the_order_of_their_ids(place, admin, count):
    records = list(admin.calls("account", view="Detailed", date_from=start(place)))[:count]
    ids = [one.id for one in records]
    before = len(place.visits.journal())
    found = list(admin.call_records(ids, "account", view="Detailed"))
    assert [one.id for one in found] == ids
    assert [one.record for one in found] == records
    assert len(place.visits.journal()) - before == -(-count // 50)


def start(place):
    from datetime import timedelta

    return place.visits.server.world.clock.now() - timedelta(days=7)


def test_an_id_that_is_not_there_has_an_error_of_its_own(admin):
    good = next(admin.calls("account"))
    (one,) = admin.call_records(["nonsense"], "account")
    assert (one.record, type(one.error), one.error.code) == (None, NotFound, "CMN-102")
    first, second, third = admin.call_records(["nonsense", good.id, "more", good.id], "account")
    assert (first.error.status, second.record, third.error.code) == (404, good, "CMN-102")
    own, company = next(admin.calls()), {one.id for one in admin.calls("account")}
    (found,) = admin.call_records([own.id])
    assert found.record == own
    assert own.id in company


def test_what_concerns_all_ids_is_raised(place, rc):
    plain = place.log_in(rc, next(user for user in place.users if not user["admin"]))
    with pytest.raises(PermissionMissing):
        list(plain.call_records(["a", "b"], "account"))


@pytest.mark.parametrize("wrong", ["", "a,b", "a/b", "..", "a b", "é", "a?b", "a#b"])
def test_what_is_no_id_is_refused_before_anything_is_sent(wrong):
    with pytest.raises(ValueError, match="not the id"):
        BulkReader(None, "1", "/log", ["1", wrong], {})


RECORD = {
    "id": "1",
    "sessionId": "2",
    "startTime": "2026-01-02T03:04:05Z",
    "type": "Voice",
    "direction": "Inbound",
}
MISSING = {"errorCode": "CMN-102", "message": "not found"}


def mixed(line="\r\n", boundary="Boundary_1", quoted=False):
    summary = {
        "response": [{"href": "h", "status": 200}, {"href": "h", "status": 404}, {"href": "h", "status": 204}]
    }
    parts = [json.dumps(summary), json.dumps(RECORD), json.dumps(MISSING), ""]
    body = "".join(
        f"--{boundary}{line}Content-Type: application/json{line}X: y{line}{line}{part}{line}"
        for part in parts
    )
    told = f'"{boundary}"' if quoted else boundary
    headers = {"Content-Type": f"multipart/mixed; boundary={told}"}
    return Response(HttpAnswer(207, Headers(headers), f"{body}--{boundary}--{line}".encode()))


def array(*entries):
    headers = {"Content-Type": "application/vnd.ringcentral.multipart+json"}
    return Response(HttpAnswer(207, Headers(headers), json.dumps(entries).encode()))


@pytest.mark.parametrize(
    "response",
    [
        mixed(),
        mixed("\n"),
        mixed(boundary="a+b(c)'=", quoted=True),
        array(
            {"resourceId": "1", "status": 200, "body": RECORD},
            {"resourceId": "2", "status": 404, "body": MISSING},
            {"resourceId": "3", "status": 204},
        ),
    ],
)
def test_both_forms_are_read(response):
    pieces = pieces_of(response)
    assert [piece.status for piece in pieces] == [200, 404, 204]
    assert [json.loads(piece.body or b"{}") for piece in pieces] == [RECORD, MISSING, {}]


@pytest.mark.parametrize("kind", ["multipart/mixed", "multipart/mixed; boundary=B", "application/json", ""])
@pytest.mark.parametrize(
    "body", [b"", b"{}", b"--B\r\n\r\n{}\r\n--B--", b"--B--", b"[1]", b"\xff", b"[" * 100_000]
)
def test_other_answers_are_refused(kind, body):
    with pytest.raises(UnusableAnswer):
        pieces_of(Response(HttpAnswer(207, Headers({"Content-Type": kind}), body)))


def test_the_platforms_own_multipart_form_is_read(admin):
    ids = [one.id for _, one in zip(range(3), admin.calls("account"), strict=False)]
    path = f"/restapi/v1.0/account/~/call-log/{','.join(ids)},nonsense"
    response = admin.get(path, headers={"Accept": "application/json"})
    assert response.headers["content-type"].startswith("multipart/mixed")
    pieces = pieces_of(response)
    assert [json.loads(one.body).get("id") for one in pieces] == [*ids, None]
    assert [one.status for one in pieces] == [200, 200, 200, 404]
