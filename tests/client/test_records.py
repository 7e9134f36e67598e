"""Answers into typed records: what is read, and what is refused rather than misread."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from ringback import RingCentral, UnusableAnswer
from ringback.client.calls.call_log import CallLogQuery
from ringback.client.messages import Headers, HttpAnswer
from ringback.client.records import call_log_page_from, extension_from
from ringback.oauth import Secret, TokenSet

RECORD = {
    "id": "1",
    "sessionId": "2",
    "startTime": "2026-01-02T03:04:05.000Z",
    "type": "Voice",
    "direction": "Inbound",
    "somethingNew": {"a": 1},
}


def page(*records, more=False, uri="https://s/x"):
    navigation = {"nextPage": {"uri": "https://s/x?page=2"}} if more else {}
    return json.dumps({"uri": uri, "records": list(records), "navigation": navigation}).encode()


def test_a_record_with_unknown_fields_is_read():
    (record,) = call_log_page_from(page(RECORD)).records
    assert record.start_time == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (record.duration, record.legs) == (None, ())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"[" * 100_000,
        b'{"records": [{}], "id": "x"}',
        b'{"uri": "\xff", "id": 1}',
        page(RECORD | {"startTime": "2026-01-02T03:04:05"}),
        page(RECORD | {"startTime": "yesterday"}),
    ],
)
def test_an_answer_that_is_no_page_is_said_to_be_none(body):
    with pytest.raises(UnusableAnswer, match="call log"):
        call_log_page_from(body)
    with pytest.raises(UnusableAnswer, match="extension"):
        extension_from(body)


def test_the_window_of_the_first_page_is_kept_for_the_others():
    now = datetime(2026, 1, 2, 4, tzinfo=UTC)
    first = call_log_page_from(page(RECORD, uri="https://s/x?dateFrom=2026-01-01T00%3A00%3A00.000Z&page=1"))
    frozen = CallLogQuery("account").frozen(first.uri, now, newest=first.records[0].start_time)
    assert frozen.date_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert frozen.date_to == datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)
    frozen = CallLogQuery("account").frozen("nonsense", now, newest=datetime.max.replace(tzinfo=UTC))
    assert (frozen.date_from, frozen.date_to.year) == (now - timedelta(hours=24), 9999)


class Pages:
    """A transport that answers every call with the same page."""

    def __init__(self, body):
        self.body, self.asked = body, 0

    def send(self, request, *, seconds):
        self.asked += 1
        return HttpAnswer(200, Headers(), self.body)

    def close(self):
        pass


def test_a_server_that_promises_pages_without_end_and_has_none_is_left():
    pages = Pages(page(more=True))
    with RingCentral(client_id="id", server="https://s", transport=pages) as rc:
        tokens = TokenSet(Secret("A" * 20), None, 0, 9e9, None, (), "1")
        rc.vault.put_login(tokens, "default", now=0)
        assert list(rc.user("1").calls()) == []
    assert pages.asked == 1
