"""The calls: the same for the same seed, everybody's in every 24 hours, of every kind, and whole."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from ringback.platform.company import Call, Company, CompanySize, Entry, build_company, hours
from ringback.platform.company.schedule import Schedule
from ringback.platform.company.views import milliseconds

START = datetime(2026, 11, 17, 21, 30, 12, 345000, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")
DAY = 86_400_000


@pytest.fixture(scope="module")
def company() -> Company:
    return build_company(1, START)


@pytest.fixture(scope="module")
def rows(company: Company) -> list[tuple[Call, Entry]]:
    """The company log over its whole 90 days."""
    return everything(company, START)


def everything(company: Company, now: datetime, extension_id: int | None = None) -> list[tuple[Call, Entry]]:
    return list(company.calls.newest_first(extension_id, now - timedelta(days=400), now, now))


def test_the_same_seed_and_start_give_the_same_calls(rows: list[tuple[Call, Entry]]) -> None:
    again = build_company(1, START)
    # In another order of asking, and after somebody joined.
    again.add_admin("Robin", "Late", "robin@developer.example")
    again.schedule.calls_on(date(2026, 10, 1))
    assert everything(again, START) == rows
    assert everything(build_company(2, START), START) != rows


def test_another_start_shows_the_same_days(company: Company) -> None:
    earlier = build_company(1, START - timedelta(days=3, hours=5))
    day = date(2026, 11, 2)
    assert earlier.schedule.calls_on(day) == company.schedule.calls_on(day)


@pytest.mark.parametrize("seed", [1, 2, 2026])
@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 11, 17, 21, 30, tzinfo=UTC),
        datetime(2026, 3, 20, 12, 0, tzinfo=UTC),
        datetime(2026, 6, 1, 7, 5, tzinfo=UTC),
    ],
)
def test_everybody_has_a_finished_call_of_their_own_in_any_24_hours(seed: int, start: datetime) -> None:
    """Also at weekends, when the clocks change, and after the platform's clock has moved on ten days.

    At any time of the log, the newest call that shows by then must have begun less than 24 hours before. It
    is enough to look just before each call appears: there the newest one is at its oldest.
    """
    company = build_company(seed, start)
    until = start + timedelta(days=10)
    begins = milliseconds(company.calls.begins)
    for user in (e for e in company.extensions if e.can_log_in):
        found = everything(company, until, user.id)
        shown = sorted((call.visible, entry.part.start) for call, entry in found)
        newest = 0
        for visible, began in [*shown, (milliseconds(until), 0)]:
            if visible > begins + DAY:
                assert visible - newest < DAY, (user.number, datetime.fromtimestamp(visible / 1000, UTC))
            newest = max(newest, began)


@pytest.mark.parametrize(
    "size", [CompanySize(2, 1, 9), CompanySize(3, 12, 9), CompanySize(9, 10, 9), CompanySize(60, 20, 9)]
)
def test_however_few_calls_there_are_everybody_has_some_in_24_hours(size: CompanySize) -> None:
    company = build_company(5, START, size)
    begins = milliseconds(company.calls.begins)
    for user in company.schedule.roster.users:
        newest = begins
        for call, entry in reversed(everything(company, START, user.id)):
            assert call.visible - newest < DAY
            newest = entry.part.start
        assert milliseconds(START) - newest < DAY


def test_everybody_finds_calls_with_the_default_window(company: Company) -> None:
    """The same as it is used: one question an hour over ten days."""
    for hour in range(240):
        now = START + timedelta(hours=hour)
        for user in (e for e in company.extensions if e.can_log_in):
            assert next(company.calls.newest_first(user.id, now - timedelta(hours=24), now, now), None)


def test_who_does_not_work_there_any_more_has_no_calls(company: Company) -> None:
    former = next(e for e in company.extensions if e.status == "Disabled")
    assert everything(company, START, former.id) == []


def test_every_kind_of_call_occurs(rows: list[tuple[Call, Entry]]) -> None:
    entries = [(call, entry) for call, _ in rows for entry in call.entries]
    parts = [entry.part for _, entry in entries] + [leg for _, entry in entries for leg in entry.legs]
    assert {call.type for call, _ in rows} == {"Voice", "Fax"}
    assert {part.direction for part in parts} == {"Inbound", "Outbound"}
    assert {part.transport for part in parts} == {"PSTN", "VoIP"}
    assert {part.result for part in parts} >= {
        "Accepted",
        "Call connected",
        "Missed",
        "Voicemail",
        "Busy",
        "No Answer",
        "Hang Up",
        "Rejected",
        "Declined",
        "Blocked",
        "Abandoned",
        "Wrong Number",
        "Call Failed",
        "International Restricted",
        "Sent",
        "Received",
        "Send Error",
        "Receive Error",
        "Partial Receive",
    }
    assert {part.action for part in parts} >= {
        "Phone Call",
        "VoIP Call",
        "RingOut Web",
        "RingOut Mobile",
        "RingOut PC",
        "Call Return",
        "FindMe",
        "Transfer",
        "Incoming Fax",
        "Outgoing Fax",
    }
    assert {part.recording for part in parts} == {None, "Automatic", "OnDemand"}
    assert {part.message for part in parts} == {None, "VoiceMail", "Fax"}
    assert any(part.caller.name is None for part in parts)
    assert any(part.caller.number is None and part.caller.extension_id is None for part in parts)


def test_who_leaves_a_message_takes_some_time(rows: list[tuple[Call, Entry]]) -> None:
    left = [e.part for _, e in rows if e.part.result == "Voicemail" and e.part.internal_type != "Sip"]
    assert len(left) > 50
    assert all(22_000 <= part.duration <= 100_000 for part in left)


def test_a_week_is_shaped_like_a_week(rows: list[tuple[Call, Entry]]) -> None:
    times = [datetime.fromtimestamp(call.start / 1000, PACIFIC) for call, _ in rows]
    weekdays = Counter(time.weekday() for time in times)
    assert max(weekdays[5], weekdays[6]) < 0.4 * min(weekdays[day] for day in range(5))
    hours = Counter(time.hour for time in times if time.weekday() < 5)
    assert hours[12] < 0.7 * hours[10]
    assert hours[12] < 0.8 * hours[15]
    assert sum(hours[hour] for hour in range(8, 18)) > 0.85 * sum(hours.values())
    assert not {0, 1, 2, 3, 4} & set(hours)
    assert 8_000 < len(rows) < 20_000


def test_ids_are_unique_and_join_up(rows: list[tuple[Call, Entry]]) -> None:
    entries = [entry for call, _ in rows for entry in call.entries]
    assert len({entry.id for entry in entries}) == len(entries)
    assert len({call.session_id for call, _ in rows}) == len(rows)
    assert len({call.telephony_id for call, _ in rows}) == len(rows)
    oldest_first = [int(call.session_id) for call, _ in reversed(rows)]
    assert oldest_first == sorted(oldest_first)


def test_reading_is_newest_first_and_takes_both_ends(
    company: Company, rows: list[tuple[Call, Entry]]
) -> None:
    starts = [entry.part.start for _, entry in rows]
    assert starts == sorted(starts, reverse=True)
    ascending = starts[::-1]
    low, high = ascending[1000], ascending[1400]
    since, until = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms) for ms in (low, high))
    found = list(company.calls.newest_first(None, since, until, START))
    assert len(found) == bisect_right(ascending, high) - 1000


def test_calls_are_made_only_as_far_as_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    real = Schedule._made

    def counted(schedule: Schedule, day: int, index: int) -> Call:
        made.append(index)
        return real(schedule, day, index)

    monkeypatch.setattr(Schedule, "_made", counted)
    company = build_company(3, START)
    reader = company.calls.newest_first(None, START - timedelta(days=90), START, START)
    next(reader)
    # Those that may not be over yet, and the first one that shows.
    assert len(made) < 100


def test_a_clock_far_ahead_does_not_make_the_log_endless() -> None:
    company = build_company(3, START)
    now = START + timedelta(days=365 * 50)
    assert len(company.calls.page(None, START, now, now, 0, 5)) == 5
    assert next(company.calls.newest_first(None, now - timedelta(days=1), now, now))
    oldest = now - timedelta(days=400)
    [*_, (call, _)] = company.calls.newest_first(None, START, oldest + timedelta(days=2), now)
    assert oldest <= datetime.fromtimestamp(call.start / 1000, UTC) < oldest + timedelta(days=1)
    assert company.calls.page(None, START, oldest - timedelta(days=1), now, 0, 5) == []


def test_a_call_needs_nothing_else(company: Company) -> None:
    day = date(2026, 10, 6)
    fresh = build_company(1, START + timedelta(seconds=1)).schedule
    assert fresh.call(day.toordinal(), 77) == company.schedule.calls_on(day)[77]


def test_many_readers_at_once_see_the_same(rows: list[tuple[Call, Entry]]) -> None:
    company = build_company(1, START)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: everything(company, START), range(8)))
    assert all(seen == rows for seen in found)


def test_a_host_without_time_zones_has_calls_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(key: str) -> ZoneInfo:
        raise ZoneInfoNotFoundError(key)

    monkeypatch.setattr(hours, "ZoneInfo", missing)
    hours.zone.cache_clear()
    try:
        assert hours.zone().utcoffset(None) == timedelta(hours=-8)
        assert everything(build_company(1, START), START)
    finally:
        hours.zone.cache_clear()
