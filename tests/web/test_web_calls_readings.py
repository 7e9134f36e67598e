"""Readings as they are kept: pauses, followers, errors, and readings that nobody wants any more."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ringback import CallRecord, RateLimited, RingbackError, TransportError
from ringback.client.messages import Headers, HttpAnswer
from ringback.client.response import Response
from ringback.web import readings, readings_kept
from ringback.web.explain import explain
from ringback.web.readings import Crowded, Key, Reading, Source, TooMany
from ringback.web.readings_kept import KEEP_SECONDS, MOST_READINGS, MOST_RUNNING_EACH, KeptReadings

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def key(user: str = "1", holder: str = "h", scope: str = "account", day: int = 0) -> Key:
    return Key(user, holder, scope, START + timedelta(days=day), START + timedelta(days=day + 1))


def record(number: int) -> CallRecord:
    return CallRecord(
        id=str(number),
        session_id=f"s{number}",
        start_time=START - timedelta(minutes=number),
        type="Voice",
        direction="Inbound",
        result="Missed",
    )


def limited(seconds: int) -> RateLimited:
    answer = HttpAnswer(429, Headers({"Retry-After": str(seconds)}), b"")
    return RateLimited("a pause", response=Response(answer), code="CMN-301")


class Script:
    """A source that gives what it was told: records, or an error to raise. Its clock stands until moved."""

    def __init__(self, *pages: Sequence[CallRecord] | Exception) -> None:
        self.pages = list(pages)
        self.time = 1000.0
        self.asked: list[Any] = []
        self.paused = threading.Event()

    def now(self) -> float:
        return self.time

    def page(self, cursor: int | None) -> tuple[Sequence[CallRecord], int | None]:
        self.asked.append(cursor)
        told = self.pages.pop(0)
        if isinstance(told, Exception):
            raise told
        return told, (cursor or 0) + 1 if self.pages else None

    def reading(self, which: Key | None = None) -> Reading[int]:
        return Reading(which or key(), Source(lambda: (), self.page, self.now))


def test_pages_are_read_in_order_and_joined():
    script = Script([record(1), record(2)], [record(3)])
    reading = script.reading()
    reading.run()
    assert script.asked == [None, 1]
    assert [one.session_id for one in reading.calls()] == ["s1", "s2", "s3"]
    assert [one.id for one in reading.follow()] == ["1", "2", "3"]
    assert [one.session_id for one in reading.follow_calls()] == ["s1", "s2", "s3"]
    assert (reading.finished, reading.size, reading.waited) == (True, 3, False)


def test_a_pause_is_told_and_the_same_page_asked_for_again():
    script = Script([record(1)], limited(60), [record(2)])
    reading = script.reading()
    reading.start()
    while not reading.waited:
        reading.settle(5)
    now = reading.progress()
    assert (now.records, now.seconds_left, now.finished) == (1, 60.0, False)
    assert reading.settle(0) is False
    script.time += 60
    assert [one.id for one in reading.follow()] == ["1", "2"]
    assert script.asked == [None, 1, 1]


def test_a_short_pause_is_waited_out_without_a_word():
    script = Script(limited(1), [record(1)])
    ticks = iter(range(1000, 2000))
    reading = Reading(key(), Source(lambda: (), script.page, lambda: float(next(ticks))))
    reading.start()
    assert reading.settle(30) is True
    assert (reading.waited, reading.size) == (False, 1)


def test_an_error_in_the_middle_breaks_every_follower_off():
    reading = Script([record(1)], TransportError("gone")).reading()
    reading.run()
    with pytest.raises(TransportError, match="gone"):
        list(reading.follow())
    with pytest.raises(TransportError, match="gone"):
        reading.calls()


def test_a_reading_that_nobody_wants_stops(monkeypatch):
    monkeypatch.setattr(readings, "FORGOTTEN_SECONDS", -1.0)
    script = Script([record(1)])
    reading = script.reading()
    reading.run()
    assert script.asked == []
    assert isinstance(reading.error, RingbackError)


def test_a_window_that_is_too_large_says_so(monkeypatch):
    monkeypatch.setattr(readings, "MOST_RECORDS", 2)
    reading = Script([record(1), record(2)], [record(3)]).reading()
    reading.run()
    with pytest.raises(TooMany, match="more than 2 records"):
        reading.calls()


def kept(store: KeptReadings, which: Key, now: float = 1000.0) -> Reading[Any]:
    found = store.get(which, lambda: Script([record(1)]).reading(which), now)
    list(found.follow())
    return found


def test_a_reading_is_found_again_for_half_a_minute_by_its_own_login_only():
    store = KeptReadings()
    first = kept(store, key())
    assert kept(store, key(), 1000 + KEEP_SECONDS - 1) is first
    for other in (key(user="2"), key(holder="i"), key(scope="extension"), key(day=1)):
        assert kept(store, other) is not first
    assert kept(store, key(), 1000 + KEEP_SECONDS + 1) is not first


def test_a_clock_that_was_set_back_makes_nothing_immortal():
    store = KeptReadings()
    first = kept(store, key())
    assert kept(store, key(), 10.0) is not first


def test_one_user_has_few_readings_going_and_a_process_few_at_all():
    store = KeptReadings()
    scripts = [Script(limited(60), [record(1)]) for _ in range(MOST_RUNNING_EACH + 1)]
    running = []
    for number, script in enumerate(scripts):
        one = key(day=number)
        running.append(store.get(one, lambda script=script, one=one: script.reading(one), 1000.0))
    with pytest.raises(RingbackError, match="Nobody asked"):
        list(running[0].follow())
    assert store.find(key(day=0)) is None
    assert store.find(key(day=1)) is running[1]
    for script in scripts[1:]:
        script.time += 60
    for one in running[1:]:
        assert len(list(one.follow())) == 1
    for number in range(MOST_READINGS + 5):
        kept(store, key(user="9", day=number))
    assert len(store._kept) <= MOST_READINGS


def test_what_is_held_is_bounded_and_the_finished_goes_first(monkeypatch):
    monkeypatch.setattr(readings_kept, "MOST_RECORDS_HELD", 3)
    store = KeptReadings()
    old = kept(store, key(user="1"))
    pages = [[record(1), record(2)], [record(3)]]
    large = store.get(key(user="2"), lambda: Script(*pages).reading(key(user="2")), 1000.0)
    assert len(list(large.follow())) == 3
    assert store.find(old.key) is old  # three fit, with what the first page had
    larger = [[record(1), record(2)], [record(3), record(4)], [record(5)]]
    crowded = store.get(key(user="3"), lambda: Script(*larger).reading(key(user="3")), 1000.0)
    with pytest.raises(Crowded, match="just now"):
        list(crowded.follow())
    assert store.find(old.key) is None
    assert (explain(crowded.error).status, explain(TooMany("x")).status) == (503, 422)


def test_the_end_of_a_login_drops_what_was_read_with_it():
    store = KeptReadings()
    for holder in ("h", "i"):
        kept(store, key(holder=holder))
    store.forget_login("1", "h")
    assert (store.find(key(holder="h")) is None, store.find(key(holder="i")) is None) == (True, False)
    store.forget_login("1")
    assert store.find(key(holder="i")) is None
