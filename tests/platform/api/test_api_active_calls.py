"""Active calls: what is going on, for an extension and for the company, and what is not told yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from api_caller import NOW, Api

OWN, COMPANY = "~/extension/~/active-calls", "~/active-calls"


def midst(api: Api, number: str | None = None) -> tuple[Api, dict[str, Any]]:
    """A moment in the middle of the longest call of the day, and that call as the log shows it afterwards."""
    path = "~/call-log" if number is None else "~/extension/~/call-log"
    caller = api if number is None else api.by(number)
    records = caller.records(path, "type=Voice&perPage=1000&view=Detailed&direction=Outbound")
    call = max(records, key=lambda record: record["durationMs"])
    began = datetime.fromisoformat(call["startTime"])
    api.clock.moment = began + timedelta(milliseconds=call["durationMs"] // 2)
    return caller, call


@pytest.mark.parametrize("number", [None, "105"])
def test_a_call_in_progress(api: Api, number: str | None) -> None:
    caller, call = midst(api, number)
    path = COMPANY if number is None else OWN
    body = caller.get(path, "view=Detailed").json()
    found = next(record for record in body["records"] if record["id"] == call["id"])
    assert found["result"] == "In Progress"
    assert found["startTime"] == call["startTime"]
    assert found["sessionId"] == call["sessionId"]
    assert not {"duration", "durationMs", "reason", "recording", "billing"} & set(found)
    assert sum(leg["master"] for leg in found["legs"]) == 1
    assert found["legs"][0]["result"] == "In Progress"
    assert "duration" not in found["legs"][0]
    simple = caller.records(path)
    assert [record["id"] for record in simple] == [record["id"] for record in body["records"]]
    assert not {"legs", "transport"} & set(simple[0])
    # The log does not show it before it is over.
    log = "~/call-log" if number is None else "~/extension/~/call-log"
    assert call["id"] not in [record["id"] for record in caller.records(log, "perPage=1000")]


def test_all_of_them_newest_first(api: Api) -> None:
    midst(api)
    records = api.records(COMPANY, "perPage=1000")
    starts = [record["startTime"] for record in records]
    assert starts == sorted(starts, reverse=True)
    assert all(record["extension"]["id"] for record in records)
    assert all("extension" not in record for record in api.records(OWN))


def test_filters(api: Api) -> None:
    midst(api)
    everything = api.records(COMPANY, "view=Detailed")
    for name, values in (
        ("direction", ["Inbound", "Outbound"]),
        ("type", ["Voice", "Fax"]),
        ("transport", ["PSTN", "VoIP"]),
    ):
        for value in values:
            found = api.records(COMPANY, f"view=Detailed&{name}={value}")
            assert found == [record for record in everything if record[name] == value]
    assert api.records(COMPANY, "conferenceType=Meetings") == []


def test_pages(api: Api) -> None:
    midst(api)
    body = api.get(COMPANY, "perPage=1").json()
    count = len(api.records(COMPANY))
    assert body["paging"] == {"page": 1, "perPage": 1, "pageStart": 0, "pageEnd": 0}
    assert f"page={count}&perPage=1" in body["navigation"]["lastPage"]["uri"]
    walked = [record for page in api.walk(COMPANY, "perPage=1") for record in page]
    assert walked == api.records(COMPANY)
    night = api.clock.moment = NOW.replace(hour=11)
    assert night
    empty = api.get(COMPANY).json()
    if not empty["records"]:
        assert empty["paging"] == {"perPage": 100}
        assert "page=1&" in empty["navigation"]["lastPage"]["uri"]


@pytest.mark.parametrize("path", [OWN, COMPANY])
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("view=x", "view"),
        ("perPage=0", "perPage"),
        ("direction=x", "direction"),
        ("conferenceType=x", "conferenceType"),
    ],
)
def test_refusals(api: Api, path: str, query: str, name: str) -> None:
    status, code, body = api.refusal(path, query)
    assert (status, code, body["parameterName"]) == (400, "CMN-101", name)


def test_who_may(api: Api) -> None:
    assert api.by("105").refusal(COMPANY)[:2] == (403, "CMN-408")
    other = api.by("106").user.id
    assert api.by("105").refusal(f"~/extension/{other}/active-calls")[:2] == (403, "CMN-419")
    assert api.get(f"~/extension/{other}/active-calls").status_code == 200


def test_queries_can_be_dropped(make_api: Callable[..., Api], api: Api) -> None:
    dropping = make_api(api.company, quirks={"active-calls-queries": "dropped"})
    midst(dropping)
    assert dropping.get(COMPANY, "view=Detailed&perPage=1&page=0").content == dropping.get(COMPANY).content
