"""The call log's filters, each against the same records without it; and what is no value for one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from api_caller import NOW, Api

OWN, COMPANY = "~/extension/~/call-log", "~/call-log"
SPAN = "dateFrom=2026-11-04&dateTo=2026-11-09&perPage=1000&view=Detailed"
Record = dict
BOTH = pytest.mark.parametrize("path", [OWN, COMPANY])


def kind_of_recording(record: Record) -> str | None:
    return record.get("recording", {}).get("type")


@BOTH
@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ("direction=Inbound", lambda r: r["direction"] == "Inbound"),
        ("direction=Outbound", lambda r: r["direction"] == "Outbound"),
        ("direction=Inbound&direction=Outbound", lambda r: True),
        ("type=Fax", lambda r: r["type"] == "Fax"),
        ("type=Voice", lambda r: r["type"] == "Voice"),
        ("type=Voice&type=Fax", lambda r: True),
        ("transport=VoIP", lambda r: r["transport"] == "VoIP"),
        ("transport=PSTN", lambda r: r["transport"] == "PSTN"),
        ("showBlocked=false", lambda r: r["result"] != "Blocked"),
        ("showBlocked=true", lambda r: True),
        ("recordingType=All", lambda r: kind_of_recording(r) is not None),
        ("recordingType=OnDemand", lambda r: kind_of_recording(r) == "OnDemand"),
        ("recordingType=Automatic", lambda r: kind_of_recording(r) == "Automatic"),
        ("withRecording=true", lambda r: kind_of_recording(r) is not None),
        ("withRecording=false", lambda r: True),
        ("withRecording=true&recordingType=OnDemand", lambda r: kind_of_recording(r) == "OnDemand"),
        ("direction=Inbound&type=Fax", lambda r: r["direction"] == "Inbound" and r["type"] == "Fax"),
        ("direction=&type=&view=", lambda r: True),
        ("fromDate=2001-01-01&color=blue", lambda r: True),
    ],
)
def test_filter(api: Api, path: str, query: str, passes: Callable[[Record], bool]) -> None:
    everything = api.records(path, SPAN)
    assert api.records(path, f"{SPAN}&{query}") == [record for record in everything if passes(record)]


@pytest.mark.parametrize(
    "query", ["showBlocked=false", "recordingType=Automatic", "type=Fax", "transport=VoIP"]
)
def test_filters_leave_something_out_and_something_in(api: Api, query: str) -> None:
    some = len(api.records(COMPANY, f"{SPAN}&{query}"))
    assert 0 < some < len(api.records(COMPANY, SPAN))


def plain_number(party: Record) -> str:
    return party.get("phoneNumber", "")


@BOTH
@pytest.mark.parametrize("write", ["{0}", "%2B{0}", "+{0}", " {0}", "%20{0}"])
def test_phone_number(api: Api, path: str, write: str) -> None:
    everything = api.records(path, SPAN)
    number = next(r["from"]["phoneNumber"] for r in everything if "location" in r["from"])
    found = api.records(path, f"{SPAN}&phoneNumber=" + write.format(number[1:]).replace(" ", "%20"))
    expected = [r for r in everything if number in (plain_number(r["from"]), plain_number(r["to"]))]
    assert found == expected
    assert found


def test_session_ids_join_the_records_of_one_call(api: Api) -> None:
    call = next(r for r in api.records(COMPANY, SPAN) if len(r["legs"]) > 1 and r["internalType"] == "Sip")
    both = [leg["extension"]["id"] for leg in call["legs"]]
    for key in ("sessionId", "telephonySessionId"):
        assert api.records(COMPANY, f"{SPAN}&{key}={call[key]}") == [call]
        sides = [api.records(f"~/extension/{e}/call-log", f"{SPAN}&{key}={call[key]}") for e in both]
        assert [side[0]["direction"] for side in sides] == ["Outbound", "Inbound"]
        assert {side[0][key] for side in sides} == {call[key]}
        assert api.records(COMPANY, f"{SPAN}&{key}=1234567") == []


def test_extension_number_in_the_company_log_means_that_extensions_calls(api: Api) -> None:
    agent = api.by("107").user
    found = {r["sessionId"] for r in api.records(COMPANY, f"{SPAN}&extensionNumber=107")}
    own = {r["sessionId"] for r in api.records(f"~/extension/{agent.id}/call-log", SPAN)}
    assert found == own
    assert api.records(COMPANY, f"{SPAN}&extensionNumber=9999") == []


def test_extension_number_in_the_company_log_is_about_all_that_took_part(api: Api) -> None:
    everything = api.records(COMPANY, SPAN)

    def involved(record: Record) -> set[str]:
        parts = [record, *record["legs"]]
        parties = {record[end].get("extensionId") for end in ("from", "to")}
        return parties | {str(part["extension"]["id"]) for part in parts}

    some = 0
    for extension in api.company.extensions:
        if extension.number:
            found = api.records(COMPANY, f"{SPAN}&extensionNumber={extension.number}")
            assert found == [record for record in everything if str(extension.id) in involved(record)]
            some += bool(found)
    assert some > 8
    in_part = api.records(COMPANY, f"{SPAN}&extensionNumber=107&direction=Inbound&type=Voice")
    whole = api.records(COMPANY, f"{SPAN}&extensionNumber=107")
    assert in_part == [r for r in whole if r["direction"] == "Inbound" and r["type"] == "Voice"]


def test_an_extension_that_joined_a_call_after_the_last_moment_asked_for(api: Api) -> None:
    everything = api.records(COMPANY, SPAN)
    numbers = {str(extension.id): extension.number for extension in api.company.extensions}
    late = [
        (record, numbers[str(leg["extension"]["id"])])
        for record in everything
        for leg in record["legs"]
        if leg["startTime"] > record["startTime"] and leg["extension"]["id"] != record["extension"]["id"]
    ]
    assert late
    for record, number in late[:5]:
        query = f"dateFrom=2026-11-04&dateTo={record['startTime']}&perPage=1&view=Detailed"
        assert api.records(COMPANY, f"{query}&extensionNumber={number}") == [record]


def test_the_new_filters(api: Api) -> None:
    assert api.records(COMPANY, f"{SPAN}&metadataCategory=Spam") == []
    assert "metadataCategory=Spam" in api.get(COMPANY, f"{SPAN}&metadataCategory=Spam").json()["uri"]
    assert api.records(OWN, f"{SPAN}&showDeleted=true") == api.records(OWN, SPAN)
    assert api.records(COMPANY, f"{SPAN}&showDeleted=true&type=Fax") == api.records(
        COMPANY, f"{SPAN}&type=Fax"
    )


def test_extension_number_in_ones_own_log_means_calls_with_that_extension(api: Api) -> None:
    api = api.by("105")
    found = api.records(OWN, "dateFrom=2026-09-01&dateTo=2026-11-10&perPage=1000&extensionNumber=102")
    assert found
    for record in found:
        numbers = {record["from"].get("extensionNumber"), record["to"].get("extensionNumber")}
        assert numbers == {"102", "105"} or record["action"] in ("Transfer", "Phone Call")


@BOTH
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("view=Full", "view"),
        ("view=simple", "view"),
        ("direction=Sideways", "direction"),
        ("direction=Inbound,Outbound", "direction"),
        ("direction=Inbound&direction=Up", "direction"),
        ("type=Telex", "type"),
        ("transport=Pigeon", "transport"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=one", "page"),
        ("page=1.5", "page"),
        ("page=%D9%A1", "page"),
        ("perPage=0", "perPage"),
        ("perPage=lots", "perPage"),
        ("perPage=" + "9" * 5000, "perPage"),
        ("dateFrom=yesterday", "dateFrom"),
        ("dateFrom=2026-13-01", "dateFrom"),
        ("dateFrom=2026-11-10T10", "dateFrom"),
        ("dateTo=2026-02-30", "dateTo"),
        ("dateTo=2026-11-10T10:00:00%2B99:00", "dateTo"),
        ("dateTo=0001-01-01T00:00:00%2B12:00", "dateTo"),
        ("dateFrom=2026-11-10&dateTo=2026-11-09", "dateFrom"),
        ("showBlocked=perhaps", "showBlocked"),
        ("withRecording=1", "withRecording"),
        ("recordingType=Some", "recordingType"),
        ("showDeleted=2", "showDeleted"),
        ("metadataCategory=" + "x" * 201, "metadataCategory"),
        ("phoneNumber=nobody", "phoneNumber"),
        ("phoneNumber=16505550100&extensionNumber=101", "phoneNumber"),
    ],
)
def test_no_value_for_a_parameter(api: Api, path: str, query: str, name: str) -> None:
    answer = api.get(path, query)
    assert answer.status_code == 400
    body = answer.json()
    assert body["errorCode"] == body["errors"][0]["errorCode"] == "CMN-101"
    assert body["parameterName"] == body["errors"][0]["parameterName"] == name
    assert name in body["message"]


@BOTH
def test_session_id_goes_with_no_extension_number(api: Api, path: str) -> None:
    answer = api.get(path, "sessionId=4190&extensionNumber=101")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["errorCode"] == "CLG-110"
    assert "[sessionId]" in answer.json()["message"]
    assert "[extensionNumber]" in answer.json()["message"]


def test_too_many_parameters_are_refused(api: Api) -> None:
    answer = api.get(COMPANY, "&".join(f"a{n}=1" for n in range(1000)))
    assert answer.status_code == 400
    assert answer.json()["errorCode"] == "CMN-104"


@pytest.mark.parametrize(
    ("given", "means"),
    [
        ("2026-11-10T08:00:00.000Z", "2026-11-10T08:00:00.000Z"),
        ("2026-11-10T08:00:00%2B02:00", "2026-11-10T06:00:00.000Z"),
        ("2026-11-10T08:00:00+02:00", "2026-11-10T06:00:00.000Z"),
        ("2026-11-10T08:00:00%20%202:00".replace("%20%20", "%200"), "2026-11-10T06:00:00.000Z"),
        ("2026-11-10T08:00-0730", "2026-11-10T15:30:00.000Z"),
        ("2026-11-10T08:00:00.1234567Z", "2026-11-10T08:00:00.123Z"),
        ("2026-11-10T08:00:00", "2026-11-10T08:00:00.000Z"),
        ("2026-11-10", "2026-11-10T00:00:00.000Z"),
        ("2026-11", "2026-11-01T00:00:00.000Z"),
        ("2026", "2026-01-01T00:00:00.000Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_dates(api: Api, given: str, means: str) -> None:
    assert f"dateFrom={means}&" in api.get(COMPANY, f"dateFrom={given}&perPage=1").json()["uri"]


def test_date_from_defaults_to_a_day_before_date_to(api: Api) -> None:
    uri = api.get(COMPANY, "dateTo=2026-11-10T08:00:31Z").json()["uri"]
    assert "dateFrom=2026-11-09T08:00:00.000Z&dateTo=2026-11-10T08:00:31.000Z" in uri
    assert api.get(COMPANY, "dateTo=0001-01-01").json()["records"] == []
    assert api.get(COMPANY, "dateFrom=9999-12-31").json()["records"] == []
    ahead = api.get(COMPANY, "dateTo=9999-12-31&dateFrom=2026-11-17").json()["records"]
    assert ahead
    assert all(record["startTime"] < NOW.isoformat() for record in ahead)
