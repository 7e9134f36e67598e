"""Deleting an extension's call log: by date and by filter, in that log alone, and who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from api_caller import NOW, Api

from ringback.platform.company import build_company

OWN, COMPANY = "~/extension/~/call-log", "~/call-log"
ALL = "dateFrom=2026-11-09&perPage=1000&view=Detailed"
Record = dict


@pytest.fixture
def editor(make_api: Callable[..., Api]) -> Api:
    """An administrator with a company of the test's own, whose log may be changed."""
    return make_api(build_company(1, NOW)).by("101", "ReadAccounts EditCallLog")


def test_without_filters_everything_goes_from_that_log_alone(editor: Api) -> None:
    company, other = editor.records(COMPANY, ALL), editor.by("105").records(OWN, ALL)
    assert editor.records(OWN, ALL)
    answer = editor.request("DELETE", OWN)
    assert (answer.status_code, answer.content) == (204, b"")
    assert editor.records(OWN, "dateFrom=2001&perPage=1000") == []
    assert editor.records(COMPANY, ALL) == company
    assert editor.by("105").records(OWN, ALL) == other
    assert all(record["deleted"] for record in editor.records(OWN, f"{ALL}&showDeleted=true"))


def test_date_to_leaves_what_began_later(editor: Api) -> None:
    before = editor.records(OWN, ALL)
    middle = before[len(before) // 2]["startTime"]
    assert editor.request("DELETE", OWN, f"dateTo={middle}").status_code == 204
    assert editor.records(OWN, ALL) == [record for record in before if record["startTime"] > middle]


def test_what_ends_later_is_not_deleted_ahead(editor: Api) -> None:
    editor.request("DELETE", OWN, "dateTo=2027-01-01")
    editor.clock.moment = NOW.replace(day=20)
    later = editor.records(OWN, "dateFrom=2026-11-17T22:00&perPage=1000")
    assert later


@pytest.mark.parametrize(
    ("query", "goes"),
    [
        ("type=Fax", lambda r: r["type"] == "Fax"),
        ("direction=Inbound", lambda r: r["direction"] == "Inbound"),
        ("direction=Outbound&type=Voice", lambda r: r["direction"] == "Outbound" and r["type"] == "Voice"),
        ("dateFrom=2026-11-16", lambda r: r["startTime"] >= "2026-11-16"),
        (
            "dateFrom=2026-11-12&dateTo=2026-11-13",
            lambda r: "2026-11-12T00:00:00.000Z" <= r["startTime"] <= "2026-11-13T00:00:00.000Z",
        ),
        ("dateTo=2001-01-01", lambda r: False),
    ],
)
def test_filters(editor: Api, query: str, goes: Callable[[Record], bool]) -> None:
    editor = editor.by("102", "ReadAccounts EditCallLog")
    before = editor.records(OWN, ALL)
    assert editor.request("DELETE", OWN, query).status_code == 204
    assert editor.records(OWN, ALL) == [record for record in before if not goes(record)]


def test_by_phone_number(editor: Api) -> None:
    before = editor.records(OWN, ALL)
    number = next(record["from"]["phoneNumber"] for record in before if "location" in record["from"])
    assert editor.request("DELETE", OWN, f"phoneNumber={number[1:]}").status_code == 204
    left = editor.records(OWN, ALL)
    assert left == [
        record
        for record in before
        if number not in (record["from"].get("phoneNumber"), record["to"].get("phoneNumber"))
    ]
    assert left != before


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("dateTo=never", "dateTo"),
        ("dateFrom=2026-11-12&dateTo=2026-11-11", "dateFrom"),
        ("direction=Up", "direction"),
        ("type=Telex", "type"),
        ("phoneNumber=16505550100&extensionNumber=101", "phoneNumber"),
    ],
)
def test_a_wrong_query_deletes_nothing(editor: Api, query: str, name: str) -> None:
    before = editor.records(OWN, ALL)
    status, code, body = editor.refusal(OWN, query, "DELETE")
    assert (status, code, body["parameterName"]) == (400, "CMN-101", name)
    assert editor.records(OWN, ALL) == before


def test_who_may(editor: Api) -> None:
    other = editor.by("105").user.id
    assert editor.by("101").refusal(OWN, method="DELETE")[2]["permissionName"] == "EditCallLog"
    assert editor.by("105", "EditCallLog").refusal(OWN, method="DELETE")[:2] == (403, "CMN-408")
    assert editor.request("DELETE", f"~/extension/{other}/call-log").status_code == 204
    assert editor.by("105").records(OWN, ALL) == []
    assert editor.request("DELETE", COMPANY).status_code == 405
