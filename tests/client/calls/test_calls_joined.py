"""One row per call: against what the platform itself knows of its calls, and by properties."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback import CallRecord
from ringback.client.calls.joined import join_calls, joined_call
from ringback.client.records import call_record_from

PEOPLE = {"User", "VirtualUser", "DigitalUser", "FaxUser", "Limited", "FlexibleUser"}


class Reckoner:
    """What became of a call, from the platform's own values: each person's side of it, no legs."""

    def __init__(self, world):
        self.types = {extension.id: extension.type for extension in world.company.extensions}

    def reckon(self, call):
        first = call.entries[0].part
        return {
            "direction": self.direction(first),
            "outcome": self.outcome(call, first),
            "answered_by": self.answered_by(call, first),
            "queue": next(
                (str(e.part.queue.extension_id) for e in call.entries if e.part.queue),
                str(first.extension_id) if self.types[first.extension_id] == "Department" else None,
            ),
            "records": 1,
        }

    def direction(self, part):
        if part.caller.extension_id and part.callee.extension_id and not part.callee.number:
            return "Internal"
        return part.direction

    def answered_by(self, call, first):
        if call.type == "Fax":
            return []
        if first.direction == "Outbound" and not first.callee.extension_id:
            return [None] if first.result == "Call connected" else []
        sides = sorted((entry.part for entry in call.entries), key=lambda part: part.start)
        return [
            str(part.extension_id)
            for part in sides
            if (part.direction, part.result) == ("Inbound", "Accepted")
            and self.types[part.extension_id] in PEOPLE
        ]

    def outcome(self, call, first):
        if call.type == "Fax":
            good = {"Received": "fax_received", "Sent": "fax_sent"}
            return good.get(first.result, "fax_failed")
        parts = [entry.part for entry in call.entries]
        if self.answered_by(call, first):
            return "answered"
        if any(part.message == "VoiceMail" for part in parts):
            return "voicemail"
        if first.direction == "Inbound" or first.callee.extension_id:
            if any(part.result == "Rejected" for part in parts):
                return "rejected"
            words = {"Missed": "missed", "No Answer": "missed", "Accepted": "answered", "Blocked": "blocked"}
            return words.get(first.result, "abandoned")
        words = {"No Answer": "no_answer", "Busy": "busy", "Hang Up": "cancelled", "Declined": "rejected"}
        return words.get(first.result, "failed")


@pytest.fixture
def admin(place, rc):
    return place.log_in(rc, next(user for user in place.users if user["admin"]))


def read(row):
    return {
        "direction": row.direction,
        "outcome": row.outcome,
        "answered_by": [answer.extension_id for answer in row.answered_by],
        "queue": row.queue.id if row.queue else None,
        "records": len(row.records),
    }


def window(place, days):
    end = place.visits.server.world.clock.now()
    return {"date_from": end - timedelta(days=days), "date_to": end}


def test_a_months_calls_are_what_the_platform_says(place, admin):
    world, span = place.visits.server.world, window(place, 30)
    known = world.calls.newest_first(None, span["date_from"], span["date_to"], world.clock.now())
    reckoner = Reckoner(world)
    expected = {call.session_id: reckoner.reckon(call) for call, _ in known}
    people = list(admin.extensions())
    rows = list(admin.calls("account", **span).joined(extensions=people))
    found = {row.session_id: read(row) for row in rows}
    assert len(found) == len(rows) > 1000
    assert {key: (row, expected[key]) for key, row in found.items() if row != expected[key]} == {}
    outcomes = {row.outcome for row in rows}
    assert outcomes >= {
        "answered",
        "missed",
        "voicemail",
        "abandoned",
        "rejected",
        "blocked",
        "busy",
        "no_answer",
        "cancelled",
        "failed",
        "fax_received",
        "fax_sent",
    }
    assert any(len(row.answered_by) > 1 for row in rows)


def test_without_the_extensions_only_announcements_are_taken_for_people(place, admin):
    people = {str(one.id): one for one in admin.extensions()}
    log = admin.calls("account", **window(place, 7))
    with_them = {row.session_id: row for row in log.joined(extensions=people.values())}
    for row in log.joined():
        same = with_them[row.session_id]
        assert row.outcome == same.outcome
        wrong = {answer.extension_id for answer in row.answered_by} - {
            answer.extension_id for answer in same.answered_by
        }
        assert {people[one].type for one in wrong} <= {"Announcement"}


def test_both_logs_together_make_the_same_calls(place, admin):
    span = window(place, 3)
    people = list(admin.extensions())
    company = list(admin.calls("account", view="Detailed", **span))
    own = [
        record
        for one in people
        if one.type == "User" and one.status == "Enabled"
        for record in admin.calls(extension_id=one.id, view="Detailed", **span)
    ]
    everything = {record.id: record for record in (*company, *own)}
    newest_first = sorted(everything.values(), key=lambda record: record.start_time, reverse=True)
    alone = {row.session_id: row for row in join_calls(company, extensions=people)}
    together = {row.session_id: row for row in join_calls(newest_first, extensions=people)}
    assert any(len(row.records) > 1 for row in together.values())
    for session, row in alone.items():
        whole = together[session]
        assert (whole.outcome, whole.direction, whole.queue) == (row.outcome, row.direction, row.queue)
        assert [one.extension_id for one in whole.answered_by] == [
            one.extension_id for one in row.answered_by
        ]


def test_queue_calls_and_transfers_of_the_scenarios(place, admin):
    from ringback.platform.company.scenario import play

    world = place.visits.server.world
    with world.lock:
        calls = [*play(world, "queue-call"), *play(world, "transfer-chain")]
    place.visits.advance(3600)
    rows = {row.session_id: row for row in admin.calls("account").joined()}
    answered, abandoned, handed_on, internal = (rows[call.session_id] for call in calls)
    assert (answered.outcome, answered.ring_seconds, answered.talk_seconds) == ("answered", 38, 95)
    assert answered.queue.name == abandoned.queue.name
    assert len(answered.recordings) == 1
    assert (abandoned.outcome, abandoned.answered_by, abandoned.talk_seconds) == ("abandoned", (), 0)
    assert [one.talk_seconds for one in handed_on.answered_by] == [25, 40, 180]
    assert (handed_on.duration, handed_on.ring_seconds) == (245, 0)
    assert (internal.direction, internal.outcome) == ("Internal", "answered")
    assert internal.answered_by[0].extension_id == handed_on.answered_by[0].extension_id


RESULTS = st.sampled_from(
    ["Accepted", "Missed", "Voicemail", "Rejected", "Hang Up", "In Progress", "new", None]
)
LEG = st.fixed_dictionaries(
    {
        "startTime": st.integers(0, 50).map(lambda s: f"2026-01-02T00:00:{s:02d}.000Z"),
        "direction": st.sampled_from(["Inbound", "Outbound"]),
        "result": RESULTS,
        "extension": st.none() | st.fixed_dictionaries({"id": st.integers(1, 4)}),
        "master": st.booleans(),
        "duration": st.none() | st.integers(0, 60),
        "delegate": st.none() | st.just({"id": "4", "name": "q"}),
        "legType": st.sampled_from(["Accept", "TransferCall", "FindMe"]),
    }
)


@st.composite
def records(draw):
    """Records, newest first, some of which belong together."""
    found = []
    for number in range(draw(st.integers(1, 12))):
        body = draw(LEG) | {
            "id": str(number),
            "sessionId": str(draw(st.integers(0, 5))),
            "telephonySessionId": draw(st.sampled_from(["s-1", "s-2", None])),
            "type": draw(st.sampled_from(["Voice", "Voice", "Fax"])),
            "startTime": f"2026-01-{2 + draw(st.integers(0, 5)):02d}T00:00:00.000Z",
            "legs": draw(st.lists(LEG, max_size=4)),
        }
        found.append(call_record_from(json.dumps(body).encode()))
    return sorted(found, key=lambda record: record.start_time, reverse=True)


@given(records())
def test_every_record_is_in_one_row(log):
    rows = list(join_calls(log, longest=timedelta(days=30)))
    held = [record.id for row in rows for record in row.records]
    assert sorted(held) == sorted(record.id for record in log)
    for one in rows:
        for other in rows:
            if one is not other:
                assert not {r.session_id for r in one.records} & {r.session_id for r in other.records}


@given(records(), st.randoms())
def test_a_row_does_not_depend_on_the_order_of_its_records(log, dice):
    shuffled = list(log)
    dice.shuffle(shuffled)
    assert joined_call(log) == joined_call(shuffled)


@given(records())
def test_who_answered_and_the_outcome_agree(log):
    for row in join_calls(log):
        if row.answered_by and row.type != "Fax":
            assert row.outcome in ("answered", "in_progress")
        assert row.ring_seconds >= 0
        assert row.talk_seconds >= 0
        assert [one.start_time for one in row.answered_by] == sorted(
            one.start_time for one in row.answered_by
        )


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40), st.integers(0, 30))
def test_a_call_comes_as_soon_as_it_must_be_whole(hours, longest):
    begin = datetime(2026, 1, 2, tzinfo=UTC)
    log = [
        CallRecord(
            id=str(n),
            session_id=str(n),
            start_time=begin + timedelta(hours=at),
            type="Voice",
            direction="Inbound",
        )
        for n, at in enumerate(sorted(hours, reverse=True))
    ]
    read_so_far = []

    def counted():
        for record in log:
            read_so_far.append(record)
            yield record

    for row in join_calls(counted(), longest=timedelta(hours=longest)):
        whole = row.start_time - timedelta(hours=longest) > read_so_far[-1].start_time
        assert whole or len(read_so_far) == len(log)


def test_a_queue_is_known_by_what_it_handed_on():
    base = {"direction": "Inbound", "result": "Accepted", "duration": 9}
    legs = [
        base | {"startTime": "2026-01-02T00:00:00Z", "extension": {"id": 9}},
        base
        | {"startTime": "2026-01-02T00:00:05Z", "extension": {"id": 7}, "delegate": {"id": "9", "name": "q"}},
    ]
    record = base | {
        "id": "1",
        "sessionId": "1",
        "startTime": "2026-01-02T00:00:00Z",
        "type": "Voice",
        "legs": legs,
    }
    row = joined_call([call_record_from(json.dumps(record).encode())])
    assert [answer.extension_id for answer in row.answered_by] == ["7"]
    assert (row.queue.id, row.queue.name, row.ring_seconds, row.talk_seconds) == ("9", "q", 5, 9)
