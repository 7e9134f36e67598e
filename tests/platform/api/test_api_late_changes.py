"""What changes after a record has appeared: amendments show at once, in lists, single records and syncs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from api_caller import NOW, Api

from ringback.platform.company import Call, CallLog, Entry, Overlay, build_company
from ringback.platform.state import State

LOG = "~/call-log"


@pytest.fixture
def late(api: Api) -> tuple[Call, Entry]:
    """A recorded call whose recording comes some time after its record."""
    rows = api.company.calls.newest_first(None, NOW - timedelta(days=20), NOW, NOW)
    return next((c, e) for c, e in rows if e.part.recording and c.settled > c.visible + 1_000)


def at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


@pytest.mark.parametrize("view", ["Simple", "Detailed"])
def test_a_recording_that_comes_late(api: Api, late: tuple[Call, Entry], view: str) -> None:
    call, entry = late
    query = f"view={view}&perPage=5"
    for _ in range(2):  # the clock of one world does not run back, but what was kept must not show through
        api.clock.moment = at(call.visible + 1)
        bare = next(record for record in api.records(LOG, query) if record["id"] == entry.id)
        assert "recording" not in bare
        assert api.get(f"{LOG}/{entry.id}", f"view={view}").json() == bare
        api.clock.moment = at(call.settled + 1)
        whole = next(record for record in api.records(LOG, query) if record["id"] == entry.id)
        assert api.get(whole["recording"]["uri"]).status_code == 200
        assert api.get(f"{LOG}/{entry.id}", f"view={view}").json() == whole
        if view == "Detailed":
            assert whole["lastModifiedTime"] > bare["lastModifiedTime"]


def test_an_incremental_sync_brings_what_came_late(api: Api, late: tuple[Call, Entry]) -> None:
    call, entry = late
    api.clock.moment = at(call.visible + 1)
    first = api.get(f"{LOG}-sync", "recordCount=5").json()
    assert "recording" not in next(r for r in first["records"] if r["id"] == entry.id)
    api.clock.moment = at(call.settled + 1)
    token = first["syncInfo"]["syncToken"]
    again = api.get(f"{LOG}-sync", f"syncType=ISync&syncToken={token}").json()["records"]
    assert "recording" in next(record for record in again if record["id"] == entry.id)


def test_live_calls_are_active_then_in_the_log(make_api: Callable[..., Api]) -> None:
    company = build_company(1, NOW)
    api = make_api(company, calls=CallLog(company.schedule, Overlay(State()), live=True))
    seen: dict[str, str] = {}
    for _ in range(40):
        api.clock.moment += timedelta(seconds=8)
        for record in api.records("~/active-calls", "perPage=1000"):
            seen.setdefault(record["id"], record["startTime"])
    assert len(seen) > 8
    api.clock.moment += timedelta(hours=4)
    logged = {
        record["id"]: record["startTime"]
        for page in api.walk(LOG, "dateFrom=2026-11-17T16:00&perPage=max")
        for record in page
    }
    assert {id_: logged.get(id_) for id_ in seen} == seen
