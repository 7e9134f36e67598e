"""Outages: a store that answers errors, that is killed, whose disk or memory is full; a clock that is off.

A refresh that meets one may fail, with an error that says so; afterwards every user is still logged in.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ringback import RefreshBusy, RingCentral, VaultUnavailable
from ringback.client.clock import PlatformClock

from .ground import HOUR, Ground, still_logged_in
from .platform import running_platform
from .redis_server import RedisServer
from .results import Result
from .stores import Place, store

_CLOCK_OFF = 300.0


class FailingStore:
    """Another store, whose method number `at` fails: before it is carried out, or after."""

    def __init__(self, store: Any, at: int, when: str) -> None:
        self._store, self._at, self._when = store, at, when
        self.called = 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        def call(*given: Any, **named: Any) -> Any:
            number, self.called = self.called, self.called + 1
            if number == self._at and self._when == "before":
                raise VaultUnavailable("a campaign's error, before the step")
            answer = method(*given, **named)
            if number == self._at:
                raise VaultUnavailable("a campaign's error, after the step")
            return answer

        return call


class SkewedClock:
    """The platform's clock, and `off` seconds more."""

    def __init__(self, url: str, off: float) -> None:
        self._clock, self._off = PlatformClock(url), off

    def now(self) -> float:
        return self._clock.now() + self._off


def run(name: str, *, users: int, store_deaths: int) -> Result:
    """Every outage on the back end of this name."""
    result = Result("outages", name)
    started = time.monotonic()
    with store(name) as place, running_platform(max(users, 20)) as platform:
        ground = Ground(platform, place)
        with ground.client() as rc:
            user_ids = ground.log_in(rc, users)
            _errors(ground, rc, user_ids, result)
            if place.server is not None:
                _deaths_of_the_store(ground, rc, user_ids, store_deaths, result)
            if isinstance(place.server, RedisServer):
                _full(ground, rc, user_ids, result, "memory", full_memory(place.server))
            _clock_off(ground, user_ids, result)
        if name == "sqlite":
            _full_disk(platform, users, result)
    lost = sum("must log in" in fault for fault in result.faults)
    result.figures |= {"users": users, "logins lost": lost, "seconds": round(time.monotonic() - started, 1)}
    return result


def _errors(ground: Ground, rc: RingCentral, user_ids: list[str], result: Result) -> None:
    real = rc.vault.store
    counting = FailingStore(real, -1, "")
    rc.vault.store = counting
    rc.user(user_ids[0]).refresh()
    tried = 0
    for at in range(counting.called):
        for when in ("before", "after"):
            rc.vault.store = FailingStore(real, at, when)
            tried += 1
            with suppress(RefreshBusy):
                try:
                    rc.user(user_ids[tried % len(user_ids)]).refresh()
                except VaultUnavailable:
                    pass
                else:
                    result.faults.append(f"a store's error {when} step {at} was swallowed")
            rc.vault.store = real
            ground.place.let_leases_run_out()
            _recover(ground, rc, user_ids, result, f"a store's error {when} step {at}")
    result.figures["errors of the store"] = tried


def _deaths_of_the_store(
    ground: Ground, rc: RingCentral, user_ids: list[str], deaths: int, result: Result
) -> None:
    """The store is killed while every login is being refreshed, and started again."""
    server = ground.place.server
    assert server is not None
    for number in range(deaths):
        threads = [threading.Thread(target=_refresh_quietly, args=(rc, one)) for one in user_ids]
        for thread in threads:
            thread.start()
        time.sleep(0.01 * number)
        server.kill()
        for thread in threads:
            thread.join()
        server.start()
        ground.place.let_leases_run_out()
        _recover(ground, rc, user_ids, result, f"the store's death {number}")
    result.figures["deaths of the store"] = deaths


def _refresh_quietly(rc: RingCentral, user_id: str) -> None:
    with suppress(VaultUnavailable, RefreshBusy):
        rc.user(user_id).refresh()


def _full(ground: Ground, rc: RingCentral, user_ids: list[str], result: Result, what: str, full: Any) -> None:
    refused = 0
    with full:
        for user_id in user_ids:
            try:
                rc.user(user_id).refresh()
            except VaultUnavailable:
                refused += 1
    ground.place.let_leases_run_out()
    _recover(ground, rc, user_ids, result, f"full {what}")
    if not refused:
        result.faults.append(f"the {what} was not full enough: no refresh was refused")
    result.figures[f"refused by full {what}"] = refused


def _full_disk(platform: Any, users: int, result: Result) -> None:
    with small_disk() as (folder, fill, kind):
        ground = Ground(platform, Place("sqlite", f"sqlite:///{folder / 'vault.db'}"))
        with ground.client() as rc:
            user_ids = ground.log_in(rc, users)
            _full(ground, rc, user_ids, result, "disk", fill(rc))
    result.figures["disk"] = kind


def _clock_off(ground: Ground, user_ids: list[str], result: Result) -> None:
    """Clients five minutes ahead and behind take turns over three hours, on the same logins."""
    ground.platform.forget()
    for hour in range(3):
        for off in (_CLOCK_OFF, -_CLOCK_OFF):
            with ground.client(SkewedClock(ground.platform.base_url, off)) as rc:
                for what, found in still_logged_in(rc, user_ids).items():
                    result.faults += [
                        f"clock off by {off:+.0f} s, hour {hour}: {what}: {one}" for one in found
                    ]
        ground.platform.advance(HOUR)
    result.figures["refreshes with clocks 5 min off"] = len(ground.platform.refreshes())
    if len(ground.platform.refreshes()) > 3 * len(user_ids):
        result.faults.append("a clock that is off causes more than one refresh an hour")


def _recover(ground: Ground, rc: RingCentral, user_ids: list[str], result: Result, after: str) -> None:
    """Let 50 minutes pass, tidy, and call as every user."""
    ground.platform.advance(50 * 60)
    rc.tidy()
    for what, found in still_logged_in(rc, user_ids).items():
        result.faults += [f"after {after}: {what}: {who}" for who in found]
    if rc.vault.interrupted():
        result.faults.append(f"after {after}: an interrupted refresh was not finished")


@contextmanager
def full_memory(server: RedisServer) -> Iterator[None]:
    """Redis takes no more."""
    with server.client() as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1")
        try:
            yield
        finally:
            client.config_set("maxmemory", "0")


Fill = Callable[[RingCentral], Any]


@contextmanager
def small_disk() -> Iterator[tuple[Path, Fill, str]]:
    """A folder on a disk of 2 MB and a way to fill it; where no disk can be made, SQLite's own limit."""
    with tempfile.TemporaryDirectory(prefix="ringback-disk-") as made:
        folder = Path(made)
        mounted = (
            os.geteuid() == 0
            and not subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=2m", "ringback-campaign", folder],
                stderr=subprocess.DEVNULL,
            ).returncode
        )
        try:
            yield (
                (folder, lambda rc: _filled(folder), "tmpfs of 2 MB")
                if mounted
                else (folder, _no_more_pages, "max_page_count")
            )
        finally:
            if mounted:
                subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def _filled(folder: Path) -> Iterator[None]:
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def _no_more_pages(rc: RingCentral) -> Iterator[None]:
    file = rc.vault.store._file
    with file.read() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute("PRAGMA max_page_count = 1")
        db.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        with file.read() as db:
            db.execute("PRAGMA max_page_count = 1000000")
