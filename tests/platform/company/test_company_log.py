"""Reading the log: pages at any offset, single records, what is new, what was deleted; live too."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.platform.company import CallLog, CompanySize, Overlay, build_company
from ringback.platform.company.amend import comes_late
from ringback.platform.company.schedule import _calls
from ringback.platform.company.track import Row
from ringback.platform.company.views import milliseconds
from ringback.platform.state import State

START = datetime(2026, 11, 17, 21, 30, 12, 345000, tzinfo=UTC)
SIZES = (CompanySize(2, 40, 5), CompanySize(13, 190, 30), CompanySize(40, 3000, 4), CompanySize(7, 4000, 2))
LONG_AGO = START - timedelta(days=1000)
KINDS = pytest.mark.parametrize("live", [False, True])


def call_log(size: CompanySize = SIZES[1], live: bool = False, state: State | None = None) -> CallLog:
    return CallLog(build_company(1, START, size).schedule, Overlay(state or State()), live)


def ids(rows: Any) -> list[str]:
    return [entry.id for _, entry in rows]


def a_user(log: CallLog, n: int = 0) -> int:
    return log.schedule.roster.users[n].id


def starts(rows: list[Row]) -> list[int]:
    return [entry.part.start for _, entry in rows]


@settings(max_examples=60, deadline=None)
@given(data=st.data(), size=st.sampled_from(SIZES), live=st.booleans(), company=st.booleans())
def test_a_page_is_a_slice_of_the_whole(
    data: st.DataObject, size: CompanySize, live: bool, company: bool
) -> None:
    log = call_log(size, live)
    now = START + timedelta(seconds=data.draw(st.integers(0, 5000)))
    extensions = log.schedule.roster.extensions
    scope = None if company else data.draw(st.sampled_from(extensions)).id
    since = now - timedelta(seconds=data.draw(st.integers(0, 2 * 86_400)))
    until = since + timedelta(seconds=data.draw(st.integers(0, 2 * 86_400)))
    whole = list(log.newest_first(scope, since, until, now))
    times = starts(whole)
    assert times == sorted(times, reverse=True)
    assert len(set(ids(whole))) == len(whole)
    assert all(milliseconds(since) <= at <= milliseconds(min(until, now)) for at in times)
    offset = data.draw(st.integers(0, len(whole) + 2))
    assert log.page(scope, since, until, now, offset, 7) == whole[offset : offset + 7]


@KINDS
@pytest.mark.parametrize("size", SIZES)
def test_the_logs_of_the_extensions_are_the_company_log_taken_apart(size: CompanySize, live: bool) -> None:
    log, now = call_log(size, live), START + timedelta(hours=1)
    calls = {call.session_id: call for call, _ in log.newest_first(None, LONG_AGO, now, now)}
    assert len(calls) > 50
    expected: dict[int, set[str]] = {}
    for call in calls.values():
        for entry in call.entries:
            expected.setdefault(entry.part.extension_id, set()).add(entry.id)
    for extension in log.schedule.roster.extensions:
        found = set(ids(log.newest_first(extension.id, LONG_AGO, now, now)))
        # A call on the border of the window may be in one log only.
        assert len(found ^ expected.get(extension.id, set())) <= 1
        assert bool(found) == (extension.can_log_in or extension.id in expected)


@KINDS
def test_a_call_shows_when_it_says_so(live: bool) -> None:
    log = call_log(live=live)
    for scope in (None, a_user(log), log.schedule.roster.queues[0].id):
        known: dict[str, Row] = {}
        later = START + timedelta(hours=3)
        for row in log.newest_first(scope, START, later, later + timedelta(hours=2)):
            known[row[1].id] = row
        for minutes in range(0, 180, 7):
            now = START + timedelta(minutes=minutes)
            shown = set(ids(log.newest_first(scope, START, now, now)))
            assert shown == {i for i, (call, _) in known.items() if call.visible <= milliseconds(now)}


@KINDS
def test_single_records_and_sessions_are_found_without_a_search(live: bool) -> None:
    log, now = call_log(live=live), START + timedelta(hours=2)
    for call, entry in islice(log.newest_first(None, LONG_AGO, now, now), 0, None, 13):
        assert log.find(None, entry.id, now) == (call, entry)
        for other in call.entries:
            owner = other.part.extension_id
            row = log.find(owner, other.id, now)
            assert row is not None
            assert row[1].id == other.id
            assert (log.find(None, other.id, now) is None) == (other.index > 0)
            assert ids(log.of_session(call.session_id, owner, now)) == [other.id]
        assert ids(log.of_session(call.telephony_id, None, now)) == [entry.id]
        just_before = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=call.visible - 1)
        assert log.find(None, entry.id, just_before) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I",
        "x" * 16,
        "IAAAAAAAAAAAAxxx",
        "4",
        "41",
        "4" + "9" * 30,
        "s-" + "0" * 32,
        "s-" + "f" * 32,
        "é" * 34,
    ],
)
def test_other_ids_are_nobodys(text: str) -> None:
    log = call_log(live=True)
    assert log.find(None, text, START) is None
    assert log.of_session(text, None, START) == []
    assert log.recording(text, START) is None
    assert not log.deleted(text, None)
    genuine = log.page(None, LONG_AGO, START, START, 0, 1)[0][1].id
    assert log.find(None, genuine[:5] + ("A" if genuine[5] != "A" else "B") + genuine[6:], START) is None


@KINDS
def test_active_calls_come_and_go(live: bool) -> None:
    log = call_log(CompanySize(40, 4000, 3), live)
    begun: dict[str, tuple[int, int]] = {}
    for second in range(0, 900):
        now = START + timedelta(seconds=second)
        now_ms = milliseconds(now)
        rows = log.active(None, now)
        assert starts(rows) == sorted(starts(rows), reverse=True)
        for call, entry in rows:
            assert now_ms - entry.part.start >= 3_000
            assert now_ms - entry.part.end < 8_001
            assert call.visible > now_ms
            assert log.find(None, entry.id, now) is None
            begun.setdefault(entry.id, (now_ms - entry.part.start, second))
    fresh = [lag for lag, second in begun.values() if second > 0]
    assert len(fresh) > 10
    assert max(fresh) < 11_001
    user_rows = [log.active(user.id, START) for user in log.schedule.roster.users]
    assert sum(map(len, user_rows)) >= 3


@KINDS
def test_changes_are_told_once_and_all(live: bool) -> None:
    """Whoever asks for changes every now and then ends up with what the list shows."""
    log = call_log(CompanySize(13, 400, 5), live)
    for scope in (None, a_user(log, 3), log.schedule.roster.queues[0].id):
        held: dict[str, Row] = {}
        last = milliseconds(START - timedelta(hours=1))
        for minutes in (0, 1, 2, 3, 5, 8, 13, 40, 41, 90):
            now = START + timedelta(minutes=minutes)
            rows = log.changed(scope, last, now, START - timedelta(hours=1), 10_000, False)
            assert starts(rows) == sorted(starts(rows), reverse=True)
            for call, entry in rows:
                assert last < log.modified_ms(call, entry, now) <= milliseconds(now)
                held[entry.id] = (call, entry)
            last = milliseconds(now)
            shown = {e.id: (c, e) for c, e in log.newest_first(scope, START - timedelta(hours=1), now, now)}
            assert {
                k: v for k, v in shown.items() if v[0].visible > milliseconds(START - timedelta(hours=1))
            } == held


def test_a_record_gets_its_recording_later() -> None:
    log = call_log()
    late = [
        (call, entry)
        for call, entry in log.newest_first(None, LONG_AGO, START, START)
        if call.settled > call.visible and entry.part.recording
    ]
    call, entry = late[0]
    first = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=call.visible)
    settled = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=call.settled)
    number = "7" + call.session_id[1:]
    row = log.find(None, entry.id, first)
    assert row is not None
    assert not comes_late(row[1])
    assert log.recording(number, first) is None
    assert log.modified_ms(*row, first) == call.visible
    assert log.find(None, entry.id, settled) == (call, entry)
    assert log.modified_ms(call, entry, settled) == call.settled
    assert ids(log.changed(None, call.settled - 1, settled, LONG_AGO, 5, False)) == [entry.id]
    found = log.recording(number, settled)
    assert found is not None
    assert found[1].duration == min(leg.duration for leg in entry.legs if leg.recording)


@KINDS
def test_deleting_ids_and_all_before_a_time(live: bool) -> None:
    state = State()
    log, now = call_log(live=live, state=state), START + timedelta(minutes=30)
    me, other = a_user(log), a_user(log, 1)
    mine, theirs = (
        list(log.newest_first(me, LONG_AGO, now, now)),
        ids(log.newest_first(other, LONG_AGO, now, now)),
    )
    company = ids(log.newest_first(None, LONG_AGO, now, now))
    gone = [mine[2][1].id, mine[5][1].id, mine[-1][1].id]
    assert log.delete(me, now, now, [*gone, gone[0], theirs[0], "nonsense"]) == 3
    left = [i for i in ids(mine) if i not in gone]
    assert ids(log.newest_first(me, LONG_AGO, now, now)) == left
    assert ids(log.page(me, LONG_AGO, now, now, 4, 9)) == left[4:13]
    assert ids(log.newest_first(me, LONG_AGO, now, now, show_deleted=True)) == ids(mine)
    assert log.find(me, gone[0], now) is None
    assert log.deleted(gone[0], me)
    assert not log.deleted(gone[0], None)
    assert not log.deleted(left[0], me)
    assert log.delete(me, now, now, gone) == 0
    # Everything older than a time of the day before.
    until = now - timedelta(days=1)
    old = [e.id for _, e in mine if e.part.start <= milliseconds(until) and e.id not in gone]
    later = now + timedelta(seconds=5)
    assert log.delete(me, until, later) == len(old) > 5
    assert ids(log.newest_first(me, LONG_AGO, now, later)) == [i for i in left if i not in old]
    told = log.changed(me, milliseconds(now), later, LONG_AGO, 10_000, show_deleted=True)
    assert {i for i in ids(told) if i in ids(mine)} == set(old)
    assert len(log.changed(me, milliseconds(now), later, LONG_AGO, 3, show_deleted=True)) == 4
    assert log.changed(me, milliseconds(later), later, LONG_AGO, 9, show_deleted=True) == []
    assert ids(log.newest_first(None, LONG_AGO, now, now)) == company
    assert ids(log.newest_first(other, LONG_AGO, now, now)) == theirs
    # What was going on when everything was deleted appears afterwards.
    log.delete(me, later, later)
    assert log.page(me, LONG_AGO, later, later, 0, 5) == []
    tomorrow = later + timedelta(days=1)
    rows = list(log.newest_first(me, LONG_AGO, tomorrow, tomorrow))
    assert rows
    assert all(call.visible > milliseconds(later) for call, _ in rows)
    assert set(ids(log.newest_first(me, LONG_AGO, tomorrow, tomorrow, True))) > set(ids(rows))
    # All of it is in the state.
    again = State()
    copy = call_log(live=live, state=again)
    again.load(state.dump())
    assert ids(copy.newest_first(me, LONG_AGO, tomorrow, tomorrow)) == ids(rows)


def test_a_call_in_progress_survives_delete_all() -> None:
    log = call_log(CompanySize(13, 1500, 3))
    users = log.schedule.roster.users
    now = next(
        now
        for now in (START + timedelta(seconds=n) for n in range(0, 4000, 10))
        if log.active(users[2].id, now)
    )
    [(call, entry), *_] = log.active(users[2].id, now)
    log.delete(users[2].id, now, now)
    later = now + timedelta(hours=2)
    assert ids(log.newest_first(users[2].id, LONG_AGO, now, later)) == [entry.id]
    assert ids(log.page(users[2].id, LONG_AGO, now, later, 0, 9)) == [entry.id]
    assert not log.deleted(entry.id, users[2].id)
    assert call.visible > milliseconds(now)


@KINDS
def test_deleting_all_leaves_just_what_did_not_show_yet(live: bool) -> None:
    """Calls may be over, and show, in another order than they began in."""
    size = CompanySize(13, 2000, 2)
    roster = call_log(size).schedule.roster
    since, end = START - timedelta(hours=1), START + timedelta(hours=3)
    for owner in (roster.queues[0].id, roster.users[7].id):
        everything = list(call_log(size, live).newest_first(owner, since, end, end))
        for seconds in range(0, 6000, 37):
            now = START + timedelta(seconds=seconds)
            until = now - timedelta(seconds=30 * (seconds % 2))
            log = call_log(size, live)
            log.delete(owner, until, now)
            left = [
                (call, entry)
                for call, entry in everything
                if entry.part.start > milliseconds(until) or call.visible > milliseconds(now)
            ]
            assert ids(log.newest_first(owner, since, end, end)) == ids(left)
            assert ids(log.page(owner, since, end, end, len(left) - 3, 9)) == ids(left[-3:])


def test_live_calls_never_stop_and_everybody_has_some() -> None:
    log = call_log(live=True)
    night = START.replace(hour=10) + timedelta(days=1)  # 02:00 in California
    rows = list(log.newest_first(None, night - timedelta(hours=1), night, night))
    gaps = [a - b for a, b in zip(starts(rows), starts(rows)[1:], strict=False)]
    assert min(gaps) >= 5_000
    assert max(gaps) <= 20_000
    assert all(call.end - call.start <= 90_000 for call, _ in rows)
    assert {entry.part.result for _, entry in rows} >= {"Accepted", "Call connected", "Missed", "Voicemail"}
    for user in log.schedule.roster.users:
        assert log.page(user.id, night - timedelta(minutes=15), night, night, 0, 1)
    assert log.page(log.schedule.roster.queues[0].id, night - timedelta(hours=1), night, night, 0, 1)
    quiet = call_log(live=False)
    assert quiet.page(None, night - timedelta(hours=1), night, night, 0, 1) == []


def test_ten_million_records_cost_no_memory() -> None:
    size = CompanySize(2_000, 156_000, 90)
    log = call_log(size)
    total = sum(len(view) for view in log._views.views(None, LONG_AGO, START, START))
    assert total > 10_000_000
    log.page(None, LONG_AGO, START, START, 0, 100)
    tracemalloc.start()
    try:
        for n in range(0, total, total // 60):
            assert log.page(None, LONG_AGO, START, START, n, 50)
            user = a_user(log, n % 2000)
            assert log.page(user, LONG_AGO, START, START, 100, 5)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 30_000_000
    assert len(_calls) <= 4000
