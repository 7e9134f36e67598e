"""Records in full: every field of the contract, both types of id, what is unknown, and the way back."""

import json

import pytest

from ringback import UnusableAnswer
from ringback.client.records import (
    account_from,
    call_log_page_from,
    call_record_from,
    extension_from,
    extension_page_from,
)

LEG = {
    "startTime": "2026-01-02T03:04:05.678Z",
    "duration": 12,
    "durationMs": 12345,
    "type": "Voice",
    "internalType": "Local",
    "direction": "Inbound",
    "action": "FindMe",
    "result": "A result of next year",
    "reason": "Accepted",
    "reasonDescription": "why",
    "to": {
        "phoneNumber": "+16505550100",
        "extensionNumber": "101",
        "extensionId": "7",
        "name": "A",
        "location": "Palo Alto, CA",
        "device": {"id": "8", "uri": "https://s/device/8"},
        "dialedPhoneNumber": "+16505550101",
    },
    "from": {"phoneNumber": "+1855201XXXX", "dialerPhoneNumber": "+18552010000"},
    "extension": {"id": 7, "uri": "https://s/extension/7"},
    "recording": {
        "id": "9",
        "uri": "https://s/r/9",
        "type": "Automatic",
        "contentUri": "https://m/r/9/content",
    },
    "shortRecording": True,
    "message": {"id": "10", "type": "VoiceMail", "uri": "https://s/m/10"},
    "delegate": {"id": "11", "name": "Support"},
    "delegationType": "QueueForwarding",
    "transferTarget": {"telephonySessionId": "s-2"},
    "transferee": {"telephonySessionId": "s-3"},
    "metadataCategories": ["a", "b"],
    "finished": True,
    "telephonySessionId": "s-1",
    "partyId": "p-1",
    "sipUuidInfo": "u",
    "transport": "PSTN",
    "billing": {"costIncluded": 0.5, "costPurchased": 1.0},
    "legType": "FindMe",
    "master": True,
}
RECORD = {
    **{name: value for name, value in LEG.items() if name not in ("legType", "master")},
    "id": "1",
    "uri": "https://s/1",
    "sessionId": "2",
    "lastModifiedTime": "2026-01-02T03:05:00.000Z",
    "deleted": True,
    "legs": [LEG],
}


def page(*records):
    return json.dumps({"records": records, "navigation": {}, "paging": {"perPage": 100}}).encode()


def test_every_field_of_a_record_and_its_legs_is_there():
    (record,) = call_log_page_from(page(RECORD)).records
    assert record.to_dict() == RECORD
    assert record.legs[0].result == "A result of next year"
    assert record.from_.phone_number == "+1855201XXXX"


def test_unknown_fields_are_kept_where_that_is_asked_for():
    strange = RECORD | {"newField": {"a": [1, None]}, "legs": [LEG | {"newer": 1}]}
    body = page(strange, RECORD)
    first, second = call_log_page_from(body, original=True).records
    assert (first.to_dict(), second.to_dict()) == (strange, RECORD)
    plain, _ = call_log_page_from(body).records
    assert plain.original is None
    assert "newField" not in plain.to_dict()


def test_ids_come_as_numbers_or_as_text():
    turned = RECORD | {
        "id": 1,
        "sessionId": 2,
        "extension": {"id": "7"},
        "recording": {"id": 9, "contentUri": "u"},
        "to": {"extensionId": 7},
        "delegate": {"id": 11},
        "duration": "12",
    }
    record = call_record_from(json.dumps(turned).encode())
    assert (record.id, record.session_id, record.extension.id, record.duration) == ("1", "2", 7, 12)
    assert (record.recording.id, record.to.extension_id, record.delegate.id) == (9, 7, 11)
    assert extension_from(b'{"id": "5", "account": {"id": 6}}').id == 5
    assert account_from(b'{"id": "5"}').id == "5"


@pytest.mark.parametrize("read", [account_from, extension_page_from, call_record_from])
@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b"[" * 100_000, b'{"id": [], "records": 5}'])
def test_an_answer_that_is_something_else_is_said_to_be(read, body):
    with pytest.raises(UnusableAnswer):
        read(body)


def test_the_platforms_people_are_read_in_full(place, rc):
    user = place.log_in(rc, next(user for user in place.users if user["admin"]))
    account, extension = user.account(), user.extension()
    sent = user.get("/restapi/v1.0/account/~").json()
    assert without_false(account.to_dict()) == without_false(sent)
    sent = user.get("/restapi/v1.0/account/~/extension/~").json()
    read, sent = without_false(extension.to_dict()), without_false(sent)
    assert {name: read.get(name, []) for name in sent} == sent
    whole = list(user.extensions())
    assert [one.id for one in user.extensions(per_page=7)] == [one.id for one in whole]
    queues = list(user.extensions(type="Department"))
    assert queues
    assert {one.type for one in queues} == {"Department"}
    assert not queues[0].is_person
    assert whole[0].is_person
    with pytest.raises(ValueError, match="per_page"):
        list(user.extensions(per_page=0))


def test_the_platforms_detailed_records_are_read_in_full(place, rc):
    user = place.log_in(rc, next(user for user in place.users if user["admin"]))
    query = {"view": "Detailed", "perPage": 200}
    answer = user.get("/restapi/v1.0/account/~/call-log", params=query)
    sent = answer.json()["records"]
    read = call_log_page_from(answer.content).records
    assert len(read) > 20
    for record, json_ in zip(read, sent, strict=True):
        assert without_false(record.to_dict()) == without_false(json_)


def without_false(value):
    """What is false, `master` for one, may be left out."""
    if isinstance(value, dict):
        return {name: without_false(one) for name, one in value.items() if one is not False}
    return [without_false(one) for one in value] if isinstance(value, list) else value
