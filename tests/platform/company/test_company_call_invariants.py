"""What must hold of every call on any day of any seed: legs, times, parties, one call at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringback.platform.company import Call, CallLog, Company, CompanySize, Overlay, Part, build_company
from ringback.platform.company.schedule import LONGEST, Schedule
from ringback.platform.state import State

START = datetime(2026, 11, 17, 21, 30, 12, 345000, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")
ACCEPTED = {"Accepted", "Call connected"}


def check_call(call: Call, told_ms: int = 0) -> None:
    """What must hold of any call; one that was told at a time (milliseconds) does not show before."""
    assert call.end + 15_000 <= call.visible <= max(call.end + 30_000, told_ms)
    assert call.visible >= told_ms
    late = call.settled - call.visible
    assert late == 0 or 40_000 <= late <= 120_000 or (call.visible == told_ms and 0 < late <= 120_000)
    assert len({entry.part.extension_id for entry in call.entries}) == len(call.entries)
    for entry in call.entries:
        part = entry.part
        assert part.duration >= 0
        assert part.end <= call.end
        assert call.start <= part.start
        assert entry.legs[0].extension_id == part.extension_id
        assert entry.legs[0].start == part.start
        assert [leg.start for leg in entry.legs] == sorted(leg.start for leg in entry.legs)
        for leg in entry.legs:
            assert part.start <= leg.start
            assert leg.end <= part.end
        for leg in (part, *entry.legs):
            if leg.recording is not None:
                assert leg.result in ACCEPTED
                assert leg.duration >= 30_000
            assert (leg.message == "VoiceMail") == (leg.result == "Voicemail")
            assert ours_and_theirs(leg) or leg.internal_type == "Sip" or leg.action == "FindMe"
            assert leg.transport == "PSTN" or leg.direction == "Outbound" or leg.internal_type == "Sip"
    # Whoever took part has a leg in the record that the call is counted by.
    seen = {leg.extension_id for leg in call.entries[0].legs}
    assert {entry.part.extension_id for entry in call.entries} == seen


def ours_and_theirs(part: Part) -> bool:
    """Inbound calls come from outside to us, outbound ones go from us to the outside."""
    inner, outer = (part.callee, part.caller) if part.direction == "Inbound" else (part.caller, part.callee)
    return inner.extension_id is not None and outer.extension_id is None


SIZES = (
    CompanySize(),
    CompanySize(2, 5),
    CompanySize(2, 4000),
    CompanySize(5, 300),
    CompanySize(9, 2500),
    CompanySize(14, 200),
    CompanySize(33, 12_000),
    CompanySize(90, 4000),
)


@settings(max_examples=32, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(min_value=0, max_value=2**63),
    day=st.dates(min_value=date(2001, 1, 1), max_value=date(2090, 1, 1)),
    size=st.sampled_from(SIZES),
)
def test_calls_are_whole_on_any_day_of_any_seed(seed: int, day: date, size: CompanySize) -> None:
    company = build_company(seed, START, size)
    schedule, ordinal = company.schedule, day.toordinal()
    total = schedule.day(ordinal).total
    calls = tuple(schedule.call(ordinal, index) for index in range(min(total, 900)))
    assert [call.start for call in calls] == sorted(call.start for call in calls)
    for call in calls:
        check_call(call)
        local = datetime.fromtimestamp(call.start / 1000, PACIFIC)
        assert local.date() == day
        assert call.visible - call.start < LONGEST
    check_nobody_talks_twice(calls, company)
    check_first_open(schedule, calls)
    if len(calls) == total:
        check_counts(schedule, calls, ordinal)


def check_counts(schedule: Schedule, calls: tuple[Call, ...], day: int) -> None:
    """Records are counted and found by arithmetic as if they had been listed."""
    listed: dict[int, list[str]] = {}
    for call in calls:
        for entry in call.entries:
            listed.setdefault(entry.part.extension_id, []).append(entry.id)
    for extension in schedule.roster.extensions:
        expected = listed.get(extension.id, [])
        assert schedule.count(extension.id, day) == len(expected)
        rows = [schedule.record(extension.id, day, n) for n in range(len(expected))]
        assert [entry.id for _, entry in rows] == expected
        times = [entry.part.start for _, entry in rows]
        assert times == sorted(times)
        for n in range(0, len(times), 5):
            assert times[: schedule.begun_of(extension.id, day, times[n])] == [
                t for t in times if t < times[n]
            ]


def check_first_open(schedule: Schedule, calls: tuple[Call, ...]) -> None:
    """Whatever does not show yet at a time began after what `first_open` says."""
    for at in [call.start for call in calls[::7]] + [call.end for call in calls[::11]]:
        first = schedule.first_open(at)
        assert all(first <= call.start for call in calls if call.start <= at < call.visible)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(min_value=0, max_value=2**63),
    size=st.sampled_from(SIZES[:7]),
    hour=st.integers(0, 24 * 14),
)
def test_live_calls_are_whole_and_keep_nobody_busy_twice(seed: int, size: CompanySize, hour: int) -> None:
    company = build_company(seed, START, size)
    log = CallLog(company.schedule, Overlay(State()), live=True)
    now = START + timedelta(hours=hour)
    rows = log.newest_first(None, START - timedelta(hours=3), now - timedelta(hours=1), now)
    calls = tuple(call for call, _ in islice(rows, 700))
    for call in calls:
        check_call(call)
    assert len({call.session_id for call in calls}) == len(calls)
    assert len({call.telephony_id for call in calls}) == len(calls)
    check_nobody_talks_twice(calls, company)


def check_nobody_talks_twice(calls: tuple[Call, ...], company: Company) -> None:
    """Nobody is in two answered calls at once (a caller who is handed on leaves the first one)."""
    people = {e.id for e in company.extensions if e.type == "User"}
    talking: dict[int, list[tuple[int, int]]] = {}
    for call in calls:
        for entry in call.entries:
            leg = entry.legs[0]
            if leg.result in ACCEPTED and leg.extension_id in people:
                talking.setdefault(leg.extension_id, []).append((leg.start, leg.end))
    for spans in talking.values():
        spans.sort()
        for (_, end), (begin, _) in pairwise(spans):
            assert begin >= end
