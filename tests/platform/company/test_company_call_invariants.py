"""What must hold of every call on any day of any seed: legs, times, parties, one call at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringback.platform.company import Call, Part, build_company

START = datetime(2026, 11, 17, 21, 30, 12, 345000, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")
ACCEPTED = {"Accepted", "Call connected"}


def check_call(call: Call) -> None:
    """What must hold of any call."""
    assert call.end + 15_000 <= call.visible <= call.end + 30_000
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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(min_value=0, max_value=2**63),
    day=st.dates(min_value=date(2001, 1, 1), max_value=date(2090, 1, 1)),
)
def test_calls_are_whole_on_any_day_of_any_seed(seed: int, day: date) -> None:
    company = build_company(seed, START)
    calls = company.calls.day(day).calls
    assert [call.start for call in calls] == sorted(call.start for call in calls)
    for call in calls:
        check_call(call)
        local = datetime.fromtimestamp(call.start / 1000, PACIFIC)
        assert local.date() == day
    check_nobody_talks_twice(calls)


def check_nobody_talks_twice(calls: tuple[Call, ...]) -> None:
    """Nobody is in two answered calls at once (a caller who is handed on leaves the first one)."""
    talking: dict[int, list[tuple[int, int]]] = {}
    for call in calls:
        for entry in call.entries:
            leg = entry.legs[0]
            if leg.result in ACCEPTED:
                talking.setdefault(leg.extension_id, []).append((leg.start, leg.end))
    for extension_id, spans in talking.items():
        if extension_id in shared_lines(calls):
            continue
        spans.sort()
        for (_, end), (begin, _) in pairwise(spans):
            assert begin >= end


def shared_lines(calls: tuple[Call, ...]) -> set[int]:
    """The queue, the menu and the announcement: they serve many callers at once."""
    lines = {"Support", "Main Menu", "Opening Hours", "Front Desk Fax"}
    return {
        entry.part.extension_id for call in calls for entry in call.entries if entry.part.callee.name in lines
    }
