"""A log that changes: what is there all the time is read once, whatever else comes and goes."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.client.calls.call_log import CallLogQuery, just_after
from ringback.client.calls.call_pages import advanced, first_cursor
from ringback.client.records import call_log_page_from

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@dataclass
class Log:
    """A server's call log: ids and the millisecond before NOW in which each call began."""

    calls: dict = field(default_factory=dict)
    reverse: bool = False
    whole_seconds: bool = False

    def page(self, query, number):
        sent = query.page(number)
        since, until = sent["dateFrom"] or NOW - timedelta(hours=24), sent["dateTo"] or NOW
        if self.whole_seconds:
            until = until.replace(microsecond=0)
        found = [(NOW - timedelta(milliseconds=ago), key) for key, ago in self.calls.items()]
        found = sorted(((at, key) for at, key in found if since <= at <= until), reverse=not self.reverse)
        first = (number - 1) * query.per_page
        body = {
            "uri": f"https://s/x?dateFrom={since.isoformat().replace('+00:00', 'Z')}",
            "records": [
                {
                    "id": key,
                    "sessionId": key,
                    "startTime": at.isoformat(),
                    "type": "Voice",
                    "direction": "Inbound",
                }
                for at, key in found[first : first + query.per_page]
            ],
            "navigation": {"nextPage": {"uri": "u"}} if first + query.per_page < len(found) else {},
        }
        return call_log_page_from(json.dumps(body).encode())


def read(log, query, between=lambda page: None):
    ids, pages, cursor = [], 0, first_cursor(query)
    while cursor is not None:
        read_now = advanced(cursor, log.page(cursor.query, cursor.number), NOW)
        ids += [record.id for record in read_now.records]
        cursor, pages = read_now.after, pages + 1
        between(pages)
        assert pages < 500, "no end"
    return ids


AGO = st.integers(0, 60_000) | st.integers(0, 3) | st.sampled_from([1000, 2000, 3000])
CALLS = st.dictionaries(st.integers(0, 10**6).map(str), AGO, max_size=60)
CHANGES = st.lists(st.lists(st.tuples(st.booleans(), st.integers(0, 10**6), AGO), max_size=6), max_size=40)


@given(CALLS, CHANGES, st.integers(1, 7), st.booleans())
def test_what_is_there_all_the_time_is_read_exactly_once(calls, changes, per_page, whole_seconds):
    log = Log(dict(calls), whole_seconds=whole_seconds)
    begin_at = NOW + (timedelta(seconds=1) if whole_seconds else timedelta())
    kept = set(calls)

    def between(page):
        for is_new, number, ago in changes[page - 1] if page <= len(changes) else []:
            if is_new:
                log.calls.setdefault(f"new-{number}", ago)
            elif log.calls:
                gone = sorted(log.calls)[number % len(log.calls)]
                log.calls.pop(gone)
                kept.discard(gone)

    ids = read(log, CallLogQuery("account", date_to=begin_at, per_page=per_page), between)
    assert len(ids) == len(set(ids))
    assert kept <= set(ids)
    assert {key for key in ids if not key.startswith("new-")} <= set(calls)


@given(CALLS, st.integers(1, 7))
def test_a_log_that_stands_still_is_read_in_its_order(calls, per_page):
    log = Log(dict(calls))
    ids = read(log, CallLogQuery("account", per_page=per_page))
    assert ids == [record.id for record in log.page(CallLogQuery("account"), 1).records]


@given(st.sets(AGO, max_size=60), st.integers(2, 7))
def test_a_server_that_lists_oldest_first_is_paged_by_number(times, per_page):
    log = Log({str(ago): ago for ago in times}, reverse=True)
    assert sorted(read(log, CallLogQuery("account", per_page=per_page))) == sorted(log.calls)


def test_more_calls_in_one_second_than_the_largest_page_holds_are_all_read():
    log = Log({str(n): n // 10 for n in range(2500)})
    assert len(read(log, CallLogQuery("account", per_page=100))) == 2500


def test_the_window_does_not_move_while_it_is_read():
    log = Log({str(n): n * 1000 for n in range(50)})
    query = CallLogQuery("account", per_page=10)
    first = advanced(first_cursor(query), log.page(query, 1), NOW)
    assert first.after.query.date_from == NOW - timedelta(hours=24)
    assert first.after.query.date_to == just_after(first.records[-1].start_time)


def test_the_records_of_one_session_are_read_by_number():
    log = Log({str(n): n for n in range(5)})
    query = CallLogQuery("account", session_id="1", per_page=2)
    after = advanced(first_cursor(query), log.page(query, 1), NOW).after
    assert (after.number, after.query) == (2, query)


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": "nobody"},
        {"view": "Full"},
        {"direction": ["Inbound", "Sideways"]},
        {"transport": "Pigeon"},
        {"recording_type": "Manual"},
        {"phone_number": "101"},
        {"phone_number": "+16505550100", "extension_number": "101"},
        {"session_id": "1", "extension_number": "101"},
        {"per_page": 1001},
        {"date_from": datetime(2026, 1, 1)},
        {"date_to": "2026-01-01"},
        {"date_from": NOW, "date_to": NOW - timedelta(1)},
        {"extension_id": "../1", "scope": "extension"},
        {"extension_id": "1"},
    ],
)
def test_what_ringcentral_would_refuse_is_refused_before_anything_is_sent(wrong):
    with pytest.raises(ValueError, match=r"must be|cannot|lies after|telephone|naive|1 to 1000|goes with"):
        CallLogQuery(**{"scope": "account", **wrong})


def test_all_filters_are_sent_under_ringcentrals_names():
    query = CallLogQuery(
        "extension",
        direction=["Inbound"],
        type="Fax",
        transport=["PSTN", "VoIP"],
        phone_number="+1 (650) 555-0100",
        show_blocked=False,
        recording_type="All",
        with_recording=True,
        metadata_category="m",
        show_deleted=True,
        telephony_session_id="s-1",
        extension_id=7,
    )
    assert query.path == "/restapi/v1.0/account/~/extension/7/call-log"
    assert {name: value for name, value in query.page(2).items() if value not in (None, [])} == {
        "view": "Simple",
        "direction": ["Inbound"],
        "type": ["Fax"],
        "transport": ["PSTN", "VoIP"],
        "phoneNumber": "16505550100",
        "showBlocked": False,
        "recordingType": "All",
        "withRecording": True,
        "metadataCategory": ["m"],
        "showDeleted": True,
        "telephonySessionId": "s-1",
        "page": 2,
        "perPage": 1000,
    }
