"""Extract sync of the company: every record once, in batches, as changes come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from api_caller import NOW, Api

from ringback.platform.api.dates import milliseconds

PATH = "~/call-log-extract-sync"


def batch(api: Api, query: str = "") -> dict[str, Any]:
    answer = api.get(PATH, query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def rest(api: Api, body: dict[str, Any]) -> list[dict[str, Any]]:
    """All further batches, as long as the answers say that there are some."""
    batches = []
    while body["syncInfo"]["newerRecordsExist"]:
        body = batch(api, f"syncType=ISync&syncToken={body['syncInfo']['syncToken']}")
        assert body["records"]
        batches.append(body)
    return batches


def test_the_last_hour_by_default(api: Api) -> None:
    body = batch(api)
    since = (NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    assert body["records"] == api.records("~/call-log", f"dateFrom={since}.345Z&perPage=1000")
    assert body["syncInfo"]["newerRecordsExist"] is False
    assert body["syncInfo"]["syncType"] == "FSync"
    assert "syncType=FSync&recordCount=250&dateFrom=2026-11-17T20:30:12.345Z" in body["uri"]


@pytest.mark.parametrize(
    ("since", "count"), [("2026-11-17", 7), ("2026-11-16T12:00", 50), ("2026-11-01", 1000)]
)
def test_batches_hold_every_record_once_oldest_changes_first(api: Api, since: str, count: int) -> None:
    first = batch(api, f"dateFrom={since}&recordCount={count}&view=Detailed")
    batches = [first, *rest(api, first)]
    wanted = [
        record
        for page in api.walk("~/call-log", f"dateFrom={since}&view=Detailed&perPage=max")
        for record in page
    ]
    found = [record for each in batches for record in each["records"]]
    assert sorted(found, key=lambda r: r["id"]) == sorted(wanted, key=lambda r: r["id"])
    assert all(len(each["records"]) >= count for each in batches[:-1])
    for earlier, later in pairwise(batches):
        assert max(r["lastModifiedTime"] for r in earlier["records"]) < min(
            r["lastModifiedTime"] for r in later["records"]
        )
    for each in batches:
        starts = [record["startTime"] for record in each["records"]]
        assert starts == sorted(starts, reverse=True)


def test_new_records_follow_the_clock(api: Api) -> None:
    body = batch(api, "dateFrom=2026-11-17T20:00")
    assert not batch(api, f"syncType=ISync&syncToken={body['syncInfo']['syncToken']}")["records"]
    known = {record["id"] for record in body["records"]}
    api.clock.moment = NOW + timedelta(hours=2)
    body = batch(api, f"syncType=ISync&syncToken={body['syncInfo']['syncToken']}")
    later = [body, *rest(api, body)]
    found = known | {record["id"] for each in later for record in each["records"]}
    assert found == {r["id"] for r in api.records("~/call-log", "dateFrom=2026-11-17T20:00&perPage=1000")}
    assert found != known


def test_nothing_is_there_of_a_category_or_of_the_future(api: Api) -> None:
    for query in ("metadataCategory=Spam&dateFrom=2026-11-01", "dateFrom=2030-01-01"):
        body = batch(api, query)
        assert body["records"] == []
        assert body["syncInfo"]["newerRecordsExist"] is False
        assert batch(api, f"syncType=ISync&syncToken={body['syncInfo']['syncToken']}")["records"] == []


class Ties:
    """A call log of six records, three of which changed in the same millisecond."""

    def __init__(self, api: Api) -> None:
        rows = list(islice(api.company.calls.newest_first(None, NOW - timedelta(hours=5), NOW, NOW), 6))
        began = milliseconds(NOW - timedelta(minutes=30))
        self.changes = dict(
            zip((e.id for _, e in rows), (began + n for n in (1, 2, 2, 2, 3, 9)), strict=True)
        )
        self.rows = {entry.id: (call, entry) for call, entry in rows}

    def changed(
        self, _: None, after: int, now: datetime, since: datetime, limit: int, gone: bool
    ) -> list[Any]:
        found = [row for id_, row in self.rows.items() if after < self.changes[id_] <= milliseconds(now)]
        return found[: limit + 1]

    def oldest(self, now: datetime) -> datetime:
        return now - timedelta(days=90)

    def find(self, _: None, record_id: str, now: datetime) -> Any:
        return self.rows[record_id]

    def modified_ms(self, call: Any, entry: Any, now: datetime) -> int:
        return self.changes[entry.id]


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1, 3, 1, 1]), (2, [4, 2]), (3, [4, 2]), (4, [4, 2]), (5, [5, 1]), (6, [6])]
)
def test_what_changed_in_one_millisecond_comes_together(
    make_api: Callable[..., Api], api: Api, count: int, sizes: list[int]
) -> None:
    tied = make_api(api.company, calls=Ties(api))
    first = batch(tied, f"recordCount={count}")
    assert [len(each["records"]) for each in [first, *rest(tied, first)]] == sizes


@pytest.mark.parametrize(
    ("query", "code", "name"),
    [
        ("recordCount=1001", "CMN-101", "recordCount"),
        ("recordCount=0", "CMN-101", "recordCount"),
        ("view=Full", "CMN-101", "view"),
        ("dateFrom=soon", "CMN-101", "dateFrom"),
        ("syncType=ISync", "CMN-101", "syncToken"),
        ("syncType=ISync&syncToken=nonsense", "CLG-101", "syncToken"),
    ],
)
def test_refusals(api: Api, query: str, code: str, name: str) -> None:
    status, found, body = api.refusal(PATH, query)
    assert (status, found, body["parameterName"]) == (400, code, name)


def test_who_may(api: Api) -> None:
    assert api.by("105").refusal(PATH)[:2] == (403, "CMN-408")
    token = api.get("~/call-log-sync", "recordCount=1").json()["syncInfo"]["syncToken"]
    assert api.refusal(PATH, f"syncType=ISync&syncToken={token}")[1] == "CLG-105"
    assert api.refusal("~/extension/~/call-log-extract-sync")[:2] == (404, "CMN-120")
