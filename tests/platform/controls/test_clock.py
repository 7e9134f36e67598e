"""The virtual clock: modes, jumps, waiting over HTTP, restarts and snapshots."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from headless import START, Visits, new_server
from ringback.platform.clock import Mode, VirtualClock, iso
from ringback.platform.clock_waits import jump
from ringback.platform.state import State, StateFile


def at(seconds: float) -> str:
    return iso(START + timedelta(seconds=seconds))


class Real:
    """Real time, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return START + timedelta(days=400, seconds=self.seconds)

    def clock(self, state: State | None = None) -> VirtualClock:
        return VirtualClock(START, self.monotonic, self.wall, state)


def test_the_jump_goes_to_the_earliest_once_all_wait() -> None:
    ten, twenty = START + timedelta(seconds=10), START + timedelta(seconds=20)
    assert jump([("a", ten)], 2, START) is None
    assert jump([("a", twenty), ("b", ten)], 2, START) == ten
    assert jump([("a", twenty), ("b", ten)], 2, ten) is None
    assert jump([], 0, START) is None
    assert jump([("a", ten), ("a", twenty)], 2, START) is None


def test_a_frozen_clock_stands_and_a_running_one_goes_on() -> None:
    real = Real()
    clock = real.clock()
    real.seconds = 5
    assert clock.switch(Mode.FROZEN) == START + timedelta(seconds=5)
    real.seconds = 50
    assert clock.now() == START + timedelta(seconds=5)
    clock.advance(10)
    clock.switch(Mode.RUNNING)
    real.seconds = 51
    assert clock.now() == START + timedelta(seconds=16)
    with pytest.raises(ValueError, match="forward"):
        clock.set_to(START)
    with pytest.raises(ValueError, match="zone"):
        clock.set_to(datetime(2027, 1, 1))


def test_after_a_restart_a_running_clock_has_kept_running_and_a_frozen_one_stands(tmp_path: Path) -> None:
    real = Real()

    def opened() -> tuple[VirtualClock, State, StateFile]:
        file = StateFile(tmp_path / "state.db")
        state = State(file)
        clock = real.clock(state)
        state.opened()
        return clock, state, file

    clock, state, file = opened()
    clock.advance(1000)
    state.commit()
    file.close()
    real.seconds += 100
    clock, state, file = opened()
    assert clock.now() == START + timedelta(seconds=1100)
    clock.switch(Mode.FROZEN)
    state.commit()
    file.close()
    real.seconds += 100
    clock, state, file = opened()
    assert (clock.mode, clock.now()) == (Mode.FROZEN, START + timedelta(seconds=1100))
    file.close()


def test_a_snapshot_restores_the_time_of_its_dump() -> None:
    real, state = Real(), State()
    clock = real.clock(state)
    real.seconds = 7
    dump = state.dump()
    clock.advance(500)
    clock.switch(Mode.FROZEN)
    real.seconds = 99
    state.load(dump)
    assert (clock.mode, clock.now()) == (Mode.RUNNING, START + timedelta(seconds=7))
    real.seconds = 100
    assert clock.now() == START + timedelta(seconds=8)


class Clock:
    """The clock of one running platform, over HTTP."""

    def __init__(self, visits: Visits) -> None:
        self.url = f"{visits.server.base_url}/_local/clock"
        self.waits = visits.server.world.clock_waits
        self.pool = ThreadPoolExecutor(16)

    def post(self, **body: Any) -> httpx2.Response:
        return httpx2.post(self.url, json=body)

    def get(self) -> dict[str, Any]:
        answer: dict[str, Any] = httpx2.get(self.url).json()
        return answer

    def wait(self, until: str, party: str | None = None) -> Future[httpx2.Response]:
        query = {"until": until} | ({"party": party} if party else {})
        return self.pool.submit(httpx2.get, f"{self.url}/wait", params=query, timeout=20)

    def until_waiting(self, *parties: str) -> None:
        """Returns when exactly these wait."""
        watched = threading.Event()
        for _ in range(2000):
            if set(self.waits.waiting) == set(parties):
                return
            watched.wait(0.005)
        raise AssertionError(f"waiting: {self.waits.waiting}")


@pytest.fixture
def clock(own: Visits) -> Clock:
    return Clock(own)


def test_the_modes_over_http(clock: Clock) -> None:
    assert clock.get()["mode"] == "running"
    frozen = clock.post(mode="frozen").json()
    assert frozen["mode"] == "frozen"
    assert clock.get() == frozen
    assert clock.post(set="2026-12-01T00:00:00+01:00").json()["now"] == "2026-11-30T23:00:00.000Z"
    assert clock.post(mode="auto", parties=2).json()["parties"] == 2
    assert clock.get()["waiting"] == {}
    for wrong in (
        {"set": at(0)},
        {"set": "2027-01-01T00:00:00"},
        {"set": "tomorrow"},
        {"set": 5},
        {"mode": "auto"},
        {"mode": "auto", "parties": 0},
        {"mode": "auto", "parties": 65},
        {"mode": "auto", "parties": True},
        {"mode": "auto", "parties": 1.5},
        {"mode": "running", "parties": 1},
        {"mode": "fast"},
        {"mode": None},
        {"advance": 1, "mode": "running"},
        {},
        {"parties": 1},
        {"jump": 1},
    ):
        assert clock.post(**wrong).status_code == 400, wrong
    assert clock.get()["now"] == "2026-11-30T23:00:00.000Z"


def test_in_auto_time_jumps_when_all_wait(clock: Clock) -> None:
    clock.post(mode="frozen")
    start = datetime.fromisoformat(clock.get()["now"])

    def later(seconds: float) -> str:
        return iso(start + timedelta(seconds=seconds))

    clock.post(mode="auto", parties=2)
    slow = clock.wait(later(100), "slow")
    clock.until_waiting("slow")
    assert clock.get()["now"] == iso(start)
    quick = clock.wait(later(10), "quick")
    assert quick.result().json()["now"] == later(10)
    assert not slow.done()
    assert clock.wait(later(40), "quick").result().json()["now"] == later(40)
    last = clock.wait(later(200), "quick")
    assert slow.result().json()["now"] == later(100)
    assert not last.done()
    clock.post(advance=100)
    assert last.result().json()["now"] == later(200)


def test_what_has_come_is_answered_at_once_in_every_mode(clock: Clock) -> None:
    for mode in ({"mode": "running"}, {"mode": "frozen"}, {"mode": "auto", "parties": 1}):
        clock.post(**mode)
        assert clock.wait(at(-1), "a").result().status_code == 200


def test_a_running_clock_answers_when_its_time_has_come(clock: Clock) -> None:
    now = datetime.fromisoformat(clock.get()["now"])
    target = iso(now + timedelta(seconds=0.3))
    assert clock.wait(target).result().json()["now"] >= target
    far = clock.wait(iso(now + timedelta(hours=5)))
    clock.until_waiting("unnamed 2")
    clock.post(advance=6 * 3600)
    assert far.result().json()["now"] > iso(now + timedelta(hours=5))


def test_a_new_wait_of_a_party_ends_its_old_one(clock: Clock) -> None:
    clock.post(mode="auto", parties=2)
    old = clock.wait(at(1000), "a")
    clock.until_waiting("a")
    new = clock.wait(at(2000), "a")
    assert old.result().json()["now"] < at(1000)
    assert not new.done()
    clock.post(set=at(2000))
    new.result()


def test_whoever_goes_away_waits_no_more(clock: Clock) -> None:
    clock.post(mode="auto", parties=2)
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.get(f"{clock.url}/wait", params={"until": at(1000), "party": "gone"}, timeout=0.2)
    clock.until_waiting()
    stays = clock.wait(at(500), "stays")
    clock.until_waiting("stays")
    assert clock.get()["now"] < at(500)
    assert clock.wait(at(100), "other").result().json()["now"] == at(100)
    clock.post(mode="running")
    clock.post(set=at(600))
    stays.result()


def test_switching_to_auto_with_all_waiting_jumps(clock: Clock) -> None:
    clock.post(mode="frozen")
    first, second = clock.wait(at(50), "a"), clock.wait(at(70), "b")
    clock.until_waiting("a", "b")
    clock.post(mode="auto", parties=2)
    assert first.result().json()["now"] == at(50)
    clock.post(mode="auto", parties=1)
    assert second.result().json()["now"] == at(70)


def test_waits_are_refused_clearly_and_bounded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert clock.wait("").result().status_code == 400
    assert clock.wait("2026-11-23T15:00:00").result().status_code == 400
    assert clock.wait(at(9), "x" * 201).result().status_code == 400
    monkeypatch.setattr("ringback.platform.clock_waits.MOST_WAITING", 1)
    clock.post(mode="frozen")
    held = clock.wait(at(5000), "a")
    clock.until_waiting("a")
    assert clock.wait(at(5000), "b").result().status_code == 503
    clock.post(set=at(5000))
    held.result()


def test_a_wait_ends_after_its_real_time(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringback.platform.controls.clock.WAIT_SECONDS", 0.05)
    clock.post(mode="frozen")
    answer = clock.wait(at(9000)).result()
    assert answer.status_code == 200
    assert answer.json()["now"] < at(9000)


def test_waiters_of_a_world_that_ends_are_answered(own: Visits) -> None:
    own.server.worlds.create("w")
    world = own.server.worlds.find("w")
    assert world is not None
    world.clock.switch(Mode.FROZEN)
    with ThreadPoolExecutor() as pool:
        url = f"{own.server.base_url}/_w/w/_local/clock/wait"
        held = pool.submit(httpx2.get, url, params={"until": at(9000), "party": "a"}, timeout=20)
        watched = threading.Event()
        while not world.clock_waits.waiting:
            watched.wait(0.005)
        assert httpx2.delete(f"{own.server.base_url}/_local/worlds/w").status_code == 204
        assert held.result().status_code == 200


def test_the_server_stops_while_somebody_waits() -> None:
    with ThreadPoolExecutor() as pool:
        with new_server() as server:
            server.world.clock.switch(Mode.FROZEN)
            url = f"{server.base_url}/_local/clock/wait"
            held = pool.submit(httpx2.get, url, params={"until": at(9000)}, timeout=20)
            watched = threading.Event()
            while not server.world.clock_waits.waiting:
                watched.wait(0.005)
        assert held.result().status_code == 200
