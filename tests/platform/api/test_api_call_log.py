"""The two call logs over HTTP: what a page holds, its window of time, its paging, and how the logs agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from api_caller import BASE, NOW, Api

OWN, COMPANY = "~/extension/~/call-log", "~/call-log"
BOTH = pytest.mark.parametrize("path", [OWN, COMPANY])


def started(record: dict) -> datetime:
    return datetime.fromisoformat(record["startTime"])


@BOTH
def test_default_page_is_the_last_24_hours_newest_first(api: Api, path: str) -> None:
    body = api.get(path, "perPage=1000").json()
    times = [started(record) for record in body["records"]]
    assert times == sorted(times, reverse=True)
    assert times
    assert NOW - timedelta(hours=24, minutes=1) <= times[-1] <= times[0] <= NOW
    # Nothing of the window is left out: a wider one holds the same records in it.
    wider = api.records(path, "perPage=1000&dateFrom=2026-11-15")
    since = NOW.replace(day=16, second=0, microsecond=0)
    assert [r["id"] for r in wider if started(r) >= since] == [r["id"] for r in body["records"]]


def test_uris_write_out_real_ids_and_the_filters_in_force(api: Api) -> None:
    account = api.company.account.id
    root = f"{BASE}/restapi/v1.0/account/{account}"
    own = api.by("105").get(OWN).json()
    extension = api.by("105").user.id
    assert own["uri"] == (
        f"{root}/extension/{extension}/call-log"
        "?view=Simple&showBlocked=true&dateFrom=2026-11-16T21:30:00.000Z&page=1&perPage=100"
    )
    company = api.get(COMPANY, "view=Detailed&dateFrom=2026-11-01&dateTo=2026-11-02T03:04Z&perPage=7").json()
    assert company["uri"] == (
        f"{root}/call-log?view=Detailed&dateFrom=2026-11-01T00:00:00.000Z&dateTo=2026-11-02T03:04:00.000Z"
        "&page=1&perPage=7"
    )
    record = company["records"][0]
    assert record["uri"] == f"{root}/call-log/{record['id']}?view=Detailed"
    assert own["records"][0]["uri"].startswith(f"{root}/extension/{extension}/call-log/")
    assert "/~" not in api.get(COMPANY, "view=Detailed").text


def test_content_is_compact_utf8_json(api: Api) -> None:
    answer = api.get("~/extension")
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert b'": ' not in answer.content
    assert api.user.name.encode() in answer.content
    assert not [name for name in answer.headers if name.lower().startswith("x-rate-limit")]


@BOTH
@pytest.mark.parametrize("view", ["Simple", "Detailed"])
def test_walking_the_pages_meets_every_record_once(api: Api, path: str, view: str) -> None:
    span = f"view={view}&dateFrom=2026-11-13&dateTo=2026-11-17"
    pages = api.walk(path, f"{span}&perPage=17")
    records = [record for page in pages for record in page]
    assert records == api.records(path, f"{span}&perPage=max")
    assert len({record["id"] for record in records}) == len(records) > 17
    assert [len(page) for page in pages[:-1]] == [17] * (len(pages) - 1)
    assert pages[-1]


def test_paging_and_navigation(api: Api) -> None:
    span = "dateFrom=2026-11-09&dateTo=2026-11-13"
    total = len(api.records(COMPANY, f"{span}&perPage=1000"))
    first = api.get(COMPANY, f"{span}&perPage=50").json()
    assert first["paging"] == {"page": 1, "perPage": 50, "pageStart": 0, "pageEnd": 49}
    assert set(first["navigation"]) == {"firstPage", "nextPage"}
    assert first["navigation"]["firstPage"]["uri"] == first["uri"]
    last_page = -(-total // 50)
    last = api.get(COMPANY, f"{span}&perPage=50&page={last_page}").json()
    assert last["paging"]["pageEnd"] == total - 1
    assert set(last["navigation"]) == {"firstPage", "previousPage"}
    beyond = api.get(COMPANY, f"{span}&perPage=50&page={last_page + 1}").json()
    assert beyond["records"] == []
    assert beyond["paging"] == {"perPage": 50}
    exact = api.get(COMPANY, f"{span}&perPage={total}").json()
    assert "nextPage" not in exact["navigation"]
    assert api.get(COMPANY, f"{span}&page=999999999999999999").json()["records"] == []


def test_links_keep_every_filter_and_no_token(api: Api) -> None:
    query = (
        "view=Detailed&direction=Inbound&direction=Outbound&type=Voice&dateFrom=2026-11-02&perPage=5"
        "&recordingType=All&access_token=a-secret-token&nonsense=1"
    )
    answer = api.get(COMPANY, query)
    assert "a-secret-token" not in answer.text
    follow = answer.json()["navigation"]["nextPage"]["uri"]
    for part in ("view=Detailed", "direction=Inbound&direction=Outbound", "type=Voice", "recordingType=All"):
        assert part in follow
    assert "nonsense" not in follow
    assert "page=2&perPage=5" in follow


@pytest.mark.parametrize(
    ("asked", "given"), [("1", 1), ("250", 250), ("1000", 1000), ("1001", 1000), ("max", 1000)]
)
def test_per_page(api: Api, asked: str, given: int) -> None:
    body = api.get(COMPANY, f"dateFrom=2026-09-01&perPage={asked}").json()
    assert body["paging"]["perPage"] == given == len(body["records"])
    assert f"perPage={given}" in body["uri"]


def test_the_window_includes_both_ends(api: Api) -> None:
    record = api.records(COMPANY)[3]
    at = record["startTime"]
    assert [r["id"] for r in api.records(COMPANY, f"dateFrom={at}&dateTo={at}")] == [record["id"]]
    just_after = (started(record) + timedelta(milliseconds=1)).astimezone(UTC).isoformat().replace("+", "%2B")
    assert record["id"] not in [r["id"] for r in api.records(COMPANY, f"dateFrom={just_after}")]


def test_windows_side_by_side_miss_nothing(api: Api) -> None:
    whole = [r["id"] for r in api.records(COMPANY, "dateFrom=2026-11-10&dateTo=2026-11-12&perPage=1000")]
    days = [
        r["id"]
        for span in ("dateFrom=2026-11-11&dateTo=2026-11-12", "dateFrom=2026-11-10&dateTo=2026-11-11")
        for r in api.records(COMPANY, f"{span}&perPage=1000")
    ]
    assert days == whole


def test_the_log_begins_90_days_before_the_clocks_start(api: Api) -> None:
    last = api.records(COMPANY, "dateFrom=2001&dateTo=2026-08-21&perPage=max")
    begins = NOW - timedelta(days=90)
    assert begins <= min(started(r) for r in last) < begins + timedelta(hours=2)
    assert api.records(COMPANY, "dateFrom=2001&dateTo=2026-08-19") == []


def test_a_call_shows_after_it_has_ended_and_new_ones_follow_the_clock(api: Api) -> None:
    before = api.records(COMPANY, "perPage=1000")
    for record in before:
        ended = started(record) + timedelta(milliseconds=record["durationMs"])
        assert ended + timedelta(seconds=15) <= NOW
    assert api.records(COMPANY, "dateFrom=2026-11-17T21:31&dateTo=2026-11-19") == []
    api.clock.moment = NOW + timedelta(days=10)
    later = api.records(COMPANY, "dateFrom=2026-11-17T21:31&dateTo=2026-11-19&perPage=1000")
    assert later
    unchanged = api.records(COMPANY, "dateFrom=2026-11-16T21:30&dateTo=2026-11-17T21:30:12.345Z&perPage=1000")
    assert [r for r in unchanged if r in before] == before


def test_the_company_log_and_the_extension_logs_agree(api: Api) -> None:
    span = "dateFrom=2026-11-11&dateTo=2026-11-12&perPage=1000&view=Detailed"
    company = api.records(COMPANY, span)
    own: dict[int, dict[str, dict]] = {}
    for extension in api.company.extensions:
        found = api.records(f"~/extension/{extension.id}/call-log", span)
        own[extension.id] = {record["id"]: record for record in found}
    told_apart = {"uri", "extension"}
    for record in company:
        twin = own[record["extension"]["id"]][record["id"]]
        assert {k: v for k, v in record.items() if k not in told_apart} == {
            k: v for k, v in twin.items() if k not in told_apart
        }
    sessions = {record["sessionId"] for record in company}
    assert len(sessions) == len(company)
    assert {r["sessionId"] for log in own.values() for r in log.values()} <= sessions | {
        r["sessionId"]
        for r in api.records(COMPANY, "dateFrom=2026-11-10T23:00&dateTo=2026-11-12&perPage=1000")
    }


def test_views(api: Api) -> None:
    simple = api.records(COMPANY, "perPage=1000")
    detailed = api.records(COMPANY, "perPage=1000&view=Detailed")
    only_detailed = {"transport", "billing", "legs", "lastModifiedTime"}
    for short, full in zip(simple, detailed, strict=True):
        assert short == {k: v for k, v in full.items() if k not in only_detailed} | {"uri": short["uri"]}
        assert not only_detailed & set(short)
        assert only_detailed <= set(full)
        assert sum(leg["master"] for leg in full["legs"]) == 1
        assert all(not {"id", "uri", "sessionId"} & set(leg) for leg in full["legs"])


def test_own_log_names_no_extension_the_company_log_does(api: Api) -> None:
    assert all("extension" not in record for record in api.records(OWN))
    assert all(record["extension"]["id"] for record in api.records(COMPANY))


@BOTH
def test_head_is_get_without_the_body(api: Api, path: str) -> None:
    got, head = api.get(path), api.request("HEAD", path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]
    assert head.headers["content-type"] == got.headers["content-type"]


@BOTH
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "OPTIONS", "BREW"])
def test_other_methods_are_405(api: Api, path: str, method: str) -> None:
    answer = api.request(method, path)
    assert answer.status_code == 405
    there_are = {"GET", "HEAD", "DELETE"} if path == OWN else {"GET", "HEAD"}
    assert set(answer.headers["allow"].split(", ")) == there_are
    body = answer.json()
    assert body["errorCode"] == body["errors"][0]["errorCode"]
