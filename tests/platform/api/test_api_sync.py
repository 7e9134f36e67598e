"""Call log sync: full and incremental, tokens that are honest, limits, and a copy that equals the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from api_caller import BASE, NOW, Api
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ringback.platform.company import CallLog, Overlay, build_company
from ringback.platform.state import State

OWN, COMPANY = "~/extension/~", "~"
BOTH = pytest.mark.parametrize("scope", [OWN, COMPANY])
WIDE = "dateFrom=2026-10-01&perPage=1000"


def started(record: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(record["startTime"])


def full(api: Api, scope: str, query: str) -> dict[str, Any]:
    answer = api.get(f"{scope}/call-log-sync", f"syncType=FSync&{query}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def token_of(body: dict[str, Any]) -> str:
    token: str = body["syncInfo"]["syncToken"]
    return token


def again(api: Api, scope: str, token: str, query: str = "") -> dict[str, Any]:
    answer = api.get(f"{scope}/call-log-sync", f"syncType=ISync&syncToken={token}&{query}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@BOTH
@pytest.mark.parametrize("view", ["Simple", "Detailed"])
def test_full_sync_gives_the_newest_records(api: Api, scope: str, view: str) -> None:
    body = full(api, scope, f"recordCount=20&view={view}")
    assert body["records"] == api.records(f"{scope}/call-log", f"{WIDE}&view={view}")[:20]
    assert set(body) == {"uri", "records", "syncInfo"}
    info = body["syncInfo"]
    assert set(info) == {"syncType", "syncToken", "syncTime"}
    assert (info["syncType"], info["syncTime"]) == ("FSync", "2026-11-17T21:30:12.345Z")
    assert body["uri"].startswith(f"{BASE}/restapi/v1.0/account/{api.company.account.id}/")
    assert "/~" not in body["uri"]
    assert "syncType=FSync" in body["uri"]
    assert api.get(f"{scope}/call-log-sync", "recordCount=20").json()["records"]


@BOTH
def test_an_incremental_sync_gives_what_is_new_and_then_older_ones(api: Api, scope: str) -> None:
    first = full(api, scope, "recordCount=5")
    nothing = again(api, scope, token_of(first))
    assert nothing["records"] == []
    api.clock.moment = NOW + timedelta(hours=1, minutes=10)
    second = again(api, scope, token_of(nothing), "recordCount=7")
    everything = api.records(f"{scope}/call-log", WIDE)
    known = {record["id"] for record in first["records"]}
    oldest = started(first["records"][-1])
    new = [record for record in everything if record["id"] not in known and started(record) >= oldest]
    older = [record for record in everything if started(record) < oldest][:7]
    # Records that were amended since the full sync come again, as they are now.
    given_again = [record for record in second["records"] if record["id"] in known]
    assert [r for r in second["records"] if r["id"] not in known] == new + older
    assert all(record in everything for record in given_again)
    assert new or scope == OWN
    assert second["syncInfo"]["syncType"] == "ISync"
    third = again(api, scope, token_of(second), "recordCount=3")
    after = everything.index(older[-1]) + 1
    assert third["records"] == everything[after : after + 3]


@BOTH
def test_the_view_is_that_of_the_full_sync(api: Api, scope: str) -> None:
    token = token_of(full(api, scope, "recordCount=2&view=Detailed"))
    records = again(api, scope, token, "recordCount=2&view=Simple")["records"]
    assert len(records) == 2
    assert all("legs" in record for record in records)


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ("statusGroup=Missed", lambda r: r["result"] == "Missed"),
        ("statusGroup=Missed&statusGroup=All", lambda r: True),
        ("statusGroup=All", lambda r: True),
        ("recordingType=All", lambda r: "recording" in r),
        ("withRecording=true", lambda r: "recording" in r),
        ("recordingType=Automatic", lambda r: r.get("recording", {}).get("type") == "Automatic"),
        ("metadataCategory=Spam", lambda r: False),
    ],
)
def test_filters_stay_with_the_token(api: Api, query: str, passes: Callable[[Any], bool]) -> None:
    everything = [record for record in api.records("~/call-log", WIDE) if passes(record)]
    first = full(api, COMPANY, f"recordCount=3&{query}")
    assert first["records"] == everything[:3]
    assert again(api, COMPANY, token_of(first), "recordCount=4")["records"] == everything[3:7]


@BOTH
def test_the_frame_begins_at_date_from_at_most_30_days_back(api: Api, scope: str) -> None:
    since = "2026-11-17T16:00:00.000Z"
    everything = api.records(f"{scope}/call-log", f"dateFrom={since}&perPage=1000")
    body = full(api, scope, f"recordCount=250&dateFrom={since}")
    assert body["records"] == everything
    assert f"dateFrom={since}" in body["uri"]
    assert again(api, scope, token_of(body), "recordCount=50")["records"] == []
    token = token_of(full(api, "~/extension/~", "recordCount=250&dateFrom=2020-01-01"))
    seen = 250
    while found := again(api, "~/extension/~", token, "recordCount=250"):
        if not found["records"]:
            break
        token, seen = token_of(found), seen + len(found["records"])
        assert started(found["records"][-1]) >= NOW - timedelta(days=30)
    assert seen >= 250 or scope == COMPANY


def test_the_whole_history_by_older_records(api: Api) -> None:
    body = full(api, OWN, "recordCount=250")
    found, token = list(body["records"]), token_of(body)
    while records := (body := again(api, OWN, token, "recordCount=250"))["records"]:
        found, token = found + records, token_of(body)
    assert found == [record for page in api.walk(f"{OWN}/call-log", "dateFrom=2001") for record in page]


def test_more_than_250_new_records_want_a_full_sync(api: Api) -> None:
    token = token_of(full(api, COMPANY, "recordCount=5"))
    api.clock.moment = NOW + timedelta(days=9)
    status, code, body = api.refusal("~/call-log-sync", f"syncType=ISync&syncToken={token}")
    assert status == 400
    assert code.startswith("CLG-10")
    assert body["message"] == "Parameter [syncToken] is invalid [max sync record number limit is exceeded]"
    assert body["parameterName"] == "syncToken"


def test_a_token_works_for_its_own_log_alone(api: Api) -> None:
    own = token_of(full(api, OWN, "recordCount=1"))
    company = token_of(full(api, COMPANY, "recordCount=1"))
    other = f"~/extension/{api.by('105').user.id}"
    for scope, token in ((COMPANY, own), (OWN, company), (other, own)):
        status, code, _ = api.refusal(f"{scope}/call-log-sync", f"syncType=ISync&syncToken={token}")
        assert (status, code) == (400, "CLG-102")
    extract = api.get("~/call-log-extract-sync").json()["syncInfo"]["syncToken"]
    assert api.refusal("~/call-log-sync", f"syncType=ISync&syncToken={extract}")[1] == "CLG-105"


def test_a_token_from_a_later_clock_is_expired(api: Api) -> None:
    api.clock.moment = NOW + timedelta(minutes=5)
    token = token_of(full(api, OWN, "recordCount=1"))
    api.clock.moment = NOW
    status, code, body = api.refusal(f"{OWN}/call-log-sync", f"syncType=ISync&syncToken={token}")
    assert (status, code) == (400, "CLG-104")
    assert body["message"] == "Parameter [syncToken] is invalid [Sync token expired, call log was reset]"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(data=st.data())
def test_a_changed_token_is_refused(api: Api, data: st.DataObject) -> None:
    token = token_of(full(api, OWN, "recordCount=2"))
    at = data.draw(st.integers(0, len(token) - 2))
    letter = data.draw(st.sampled_from("ABCDEFGHabcdefgh0123-_."))
    changed = token[:at] + letter + token[at + 1 :]
    for text in {changed, token[:at], data.draw(st.text("AZaz09-_=", min_size=1))} - {token, ""}:
        status, code, _ = api.refusal(f"{OWN}/call-log-sync", f"syncType=ISync&syncToken={text}")
        assert (status, code) == (400, "CLG-101")


@BOTH
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "recordCount"),
        ("recordCount=0", "recordCount"),
        ("recordCount=251", "recordCount"),
        ("recordCount=-1", "recordCount"),
        ("recordCount=few", "recordCount"),
        ("recordCount=5&syncType=Sync", "syncType"),
        ("recordCount=5&view=Full", "view"),
        ("recordCount=5&statusGroup=Found", "statusGroup"),
        ("recordCount=5&dateFrom=soon", "dateFrom"),
        ("recordCount=5&showDeleted=maybe", "showDeleted"),
        ("syncType=ISync", "syncToken"),
    ],
)
def test_no_value_for_a_parameter(api: Api, scope: str, query: str, name: str) -> None:
    status, code, body = api.refusal(f"{scope}/call-log-sync", query)
    assert (status, code, body["parameterName"]) == (400, "CMN-101", name)


def test_deleted_records_come_when_asked_for(make_api: Callable[..., Api]) -> None:
    api = make_api(build_company(1, NOW)).by("101", "EditCallLog")
    first = full(api, OWN, "recordCount=6")
    gone = first["records"][2]["id"]
    api.clock.moment = NOW + timedelta(seconds=1)
    assert api.request("DELETE", f"{OWN}/call-log/{gone}").status_code == 204
    api.clock.moment = NOW + timedelta(seconds=2)
    assert gone not in [r["id"] for r in again(api, OWN, token_of(first))["records"]]
    told = again(api, OWN, token_of(first), "showDeleted=true")["records"]
    assert [(record["id"], record["deleted"]) for record in told if record.get("deleted")] == [(gone, True)]


def test_where_a_full_sync_begins_without_date_from(make_api: Callable[..., Api], api: Api) -> None:
    ahead = make_api(api.company, quirks={"fsync-date-from": "now"})
    body = full(ahead, COMPANY, "recordCount=5")
    assert body["records"] == []
    ahead.clock.moment = NOW + timedelta(hours=1)
    since = [record["id"] for record in again(ahead, COMPANY, token_of(body))["records"]]
    assert since == [r["id"] for r in ahead.records("~/call-log", "dateFrom=2026-11-17T21:30:12.345Z")]


class SameStart:
    """A call log of five records that all began in the same millisecond."""

    def __init__(self, api: Api) -> None:
        rows = list(islice(api.company.calls.newest_first(None, NOW - timedelta(hours=5), NOW, NOW), 5))
        start = rows[-1][1].part.start
        self.rows = [
            (call, replace(entry, part=replace(entry.part, start=start), legs=())) for call, entry in rows
        ]

    def newest_first(self, *_: object, **__: object) -> list[Any]:
        return self.rows

    def changed(self, *_: object, **__: object) -> list[Any]:
        return []

    def modified_ms(self, call: Any, entry: Any, now: datetime) -> int:
        return int(call.visible)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_older_records_of_the_same_millisecond_come_once_each(
    make_api: Callable[..., Api], api: Api, count: int
) -> None:
    tied = make_api(api.company, calls=SameStart(api))
    body = full(tied, COMPANY, f"recordCount={count}")
    found = [record["id"] for record in body["records"]]
    for _ in range(5):
        body = again(tied, COMPANY, token_of(body), "recordCount=1")
        found += [record["id"] for record in body["records"]]
    assert found == [entry.id for _, entry in tied.app.world.calls.rows]


class Copy:
    """A client's copy of a call log, kept by syncs alone."""

    def __init__(self, api: Api, scope: str, count: int, only: str) -> None:
        self.api, self.scope, self.only = api, scope, only
        body = full(api, scope, f"recordCount={count}&view=Detailed{only}")
        self.token = token_of(body)
        self.records = {record["id"]: record for record in body["records"]}

    def sync(self, older: int) -> None:
        query = "showDeleted=true" + (f"&recordCount={older}" if older else "")
        body = again(self.api, self.scope, self.token, query)
        self.token = token_of(body)
        for record in body["records"]:
            if record.get("deleted"):
                self.records.pop(record["id"], None)
            else:
                self.records[record["id"]] = record

    def matches_the_list(self) -> None:
        """From its oldest record on, the copy holds what the list shows, and nothing else."""
        since = min((record["startTime"] for record in self.records.values()), default="2026-11-17T21:30:13Z")
        query = f"dateFrom={since}&view=Detailed&perPage=max{self.only}"
        shown = [record for page in self.api.walk(f"{self.scope}/call-log", query) for record in page]
        assert {record["id"]: record for record in shown} == self.records


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=25,
    print_blob=True,
)
@given(
    scope=st.sampled_from([OWN, COMPANY]),
    live=st.booleans(),
    only=st.sampled_from(["", "&recordingType=All"]),
    count=st.integers(1, 30),
    steps=st.lists(
        st.tuples(
            st.one_of(st.integers(1, 300), st.integers(1, 1_800)),  # seconds until the next sync
            st.sampled_from([0, 0, 1, 5, 12]),  # older records asked for
            st.sampled_from(["", "", "newest", "older"]),  # what is deleted from the extension's log first
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_syncs_keep_a_copy_equal_to_the_list(
    make_api: Callable[..., Api],
    scope: str,
    live: bool,
    only: str,
    count: int,
    steps: list[tuple[int, int, str]],
) -> None:
    company = build_company(1, NOW)
    calls = CallLog(company.schedule, Overlay(State()), live=live)
    api = make_api(company, calls=calls).by("101", "EditCallLog")
    copy = Copy(api, scope, count, only)
    copy.matches_the_list()
    for seconds, older, deletes in steps:
        api.clock.moment += timedelta(seconds=seconds)
        if deletes == "older":
            an_hour_ago = (api.clock.moment - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
            assert api.request("DELETE", f"{OWN}/call-log", f"dateTo={an_hour_ago}").status_code == 204
        if deletes == "newest" and api.records(f"{OWN}/call-log", "dateFrom=2026-11-14&perPage=1"):
            newest = api.records(f"{OWN}/call-log", "dateFrom=2026-11-14&perPage=1")[0]["id"]
            assert api.request("DELETE", f"{OWN}/call-log/{newest}").status_code == 204
        api.clock.moment += timedelta(milliseconds=1)
        copy.sync(older)
        copy.matches_the_list()
