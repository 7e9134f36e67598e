"""Readings over several workers of a host: one asks RingCentral, all have it; none loses a wait."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from web_helpers import REDIRECT_URI, Browser, Platform

from headless import new_server
from ringback import RateLimited, RingbackError, RingCentral
from ringback.client.clock import PlatformClock
from ringback.client.messages import Headers, HttpAnswer
from ringback.client.records.decoding import call_log_page_from
from ringback.client.response import Response
from ringback.vault import KeyRing, Vault, new_key
from ringback.vault.memory import MemoryStore
from ringback.web import WebSettings, create_app
from ringback.web.readings import Key, Reading, Source
from ringback.web.readings_kept import KEEP_SECONDS, KEEP_SECONDS_AFTER_WAITING
from ringback.web.shared_readings import SharedReadings

ASKED = "/calls?scope=account"


@dataclass
class Workers:
    """Two workers over one vault and one folder of shared readings, and a browser that meets either."""

    rcs: list[RingCentral]
    browsers: list[Browser]
    platform: Platform

    def get(self, worker: int, path: str) -> Any:
        """The browser's request, as worker 0 or 1 answers it."""
        mine, others = self.browsers[worker], self.browsers[1 - worker]
        if others.cookie:
            mine.client.set_cookie("ringback-5000", others.cookie, domain="localhost")
        return mine.get(path, environ_overrides={"wsgi.multiprocess": True})

    def readings(self, worker: int) -> list[Reading]:
        kept = self.browsers[worker].client.application.extensions["ringback"].readings
        return list(kept._kept.values())

    def requests(self) -> int:
        """How often a page of the account's call log was answered."""
        paths = [one["path"] for one in self.platform.journal() if one["status"] == 200]
        return sum(path.endswith("/account/~/call-log") for path in paths)

    def advance(self, seconds: float) -> None:
        httpx2.post(f"{self.platform.base_url}/_local/clock", json={"advance": seconds})


@pytest.fixture
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with new_server(rate_limits=True, web_redirect_uri=REDIRECT_URI) as server:
        platform = Platform(server.base_url, server, httpx2.get(f"{server.base_url}/_local/seed").json())
        key = new_key()
        rcs = [
            RingCentral(
                client_id=platform.app["clientId"],
                client_secret=platform.app["clientSecret"],
                server=server.base_url,
                redirect_uri=REDIRECT_URI,
                vault=f"sqlite:///{tmp_path / 'vault.db'}",
                secret_keys=key,
                clock=PlatformClock(server.base_url),
            )
            for _ in range(2)
        ]
        browsers = [Browser(create_app(rc, settings=WebSettings(REDIRECT_URI)), platform) for rc in rcs]
        browsers[0].log_in(platform.user(admin=True))
        yield Workers(rcs, browsers, platform)
        for rc in rcs:
            rc.close()


def spend(workers: Workers) -> None:
    """Use up the calls of this minute, which then stands still."""
    httpx2.post(f"{workers.platform.base_url}/_local/clock", json={"mode": "frozen"})
    user = workers.rcs[0].user(workers.platform.user(admin=True)["extensionId"])
    for _ in range(10):
        user.get("/restapi/v1.0/account/~/call-log", params={"perPage": 1})


def test_what_one_worker_has_read_the_other_shows_without_asking(workers: Workers):
    pages = [
        workers.get(n % 2, f"{ASKED}&sort={sort}") for n, sort in enumerate(("when", "-duration", "from"))
    ]
    assert [page.status_code for page in pages] == [200] * 3
    figures = {re.search(r"<dt>Calls</dt><dd>([^<]*)", page.text)[1] for page in pages}
    assert len(figures) == 1
    csv = workers.get(1, f"{ASKED}&format=csv")
    records = workers.get(0, f"{ASKED}&format=jsonl")
    assert csv.status_code == records.status_code == 200
    assert workers.requests() == 1
    assert [one.ended_at for one in workers.readings(0)] == [one.ended_at for one in workers.readings(1)]


def test_a_wait_is_the_same_at_every_worker_and_is_gone_through_once(workers: Workers):
    spend(workers)
    workers.platform.forget_journal()
    first = workers.get(0, ASKED)
    assert first.status_code == 202
    address = re.search(r'data-progress="([^"]*)"', first.text)[1].replace("&amp;", "&")
    for n in range(6):
        told = workers.get(n % 2, address).json
        assert told["finished"] is False
        page = workers.get((n + 1) % 2, ASKED)
        assert page.status_code == 202
        assert abs(int(page.headers["Retry-After"]) - int(first.headers["Retry-After"])) <= 3
    assert workers.requests() == 0
    workers.advance(70)
    for n in range(2):
        (reading,) = workers.readings(n)
        assert list(reading.follow())
    for n in range(4):
        assert workers.get(n % 2, address).json["finished"] is True
        assert workers.get(n % 2, ASKED).status_code == 200
    assert workers.requests() == 1
    refused = [one for one in workers.platform.journal() if one["status"] == 429]
    assert refused == []


def test_a_poll_keeps_the_reading_of_another_worker_alive(workers: Workers):
    """Also when that worker ends: the one that was polled goes on."""
    spend(workers)
    address = re.search(r'data-progress="([^"]*)"', workers.get(0, ASKED).text)[1].replace("&amp;", "&")
    assert workers.get(1, address).json["finished"] is False
    (lost,) = workers.readings(0)
    lost.stop()
    workers.advance(70)
    (reading,) = workers.readings(1)
    assert list(reading.follow())
    assert workers.get(1, ASKED).status_code == 200


def test_a_poll_where_nothing_is_known_tells_that_and_begins_nothing(workers: Workers):
    told = workers.get(1, "/calls/progress?scope=account").json
    assert told == {"finished": False, "known": False}
    assert workers.readings(1) == []


def test_logout_at_one_worker_ends_it_at_all(workers: Workers, tmp_path: Path):
    assert workers.get(0, ASKED).status_code == 200
    (folder,) = tmp_path.glob("ringback-*")
    assert len(list(folder.iterdir())) == 1
    workers.browsers[1].client.set_cookie("ringback-5000", workers.browsers[0].cookie, domain="localhost")
    workers.browsers[1].get("/logout", headers={"Sec-Fetch-Site": "same-origin"})
    assert list(folder.iterdir()) == []
    assert workers.browsers[0].get(ASKED).status_code == 303


def test_files_are_private_and_sealed(workers: Workers, tmp_path: Path):
    assert workers.get(0, ASKED).status_code == 200
    (folder,) = tmp_path.glob("ringback-*")
    (file,) = folder.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"sessionId" not in file.read_bytes()
    assert workers.platform.user(admin=True)["extensionId"] not in file.name


# Below: the sharing itself, over sources that are told what to answer.

CALL = (
    b'{"id":"%d","sessionId":"s%d","startTime":"2026-11-01T10:00:00Z","type":"Voice","direction":"Inbound",'
    b'"result":"Missed"}'
)
BEGIN = 1_800_000_000.0


def key(user: str = "1", holder: str = "h") -> Key:
    from datetime import UTC, datetime

    return Key(user, holder, "account", datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))


class Script:
    """A source of numbered pages that counts who asks; every process has one over the same calls."""

    def __init__(self, pages: int = 3) -> None:
        self.pages = pages
        self.asked: list[int] = []
        self.time = BEGIN
        self.limited_at: set[int] = set()
        self.lock = threading.Lock()

    def source(self) -> Source[int]:
        return Source(people=lambda: (), page=self.page, now=lambda: self.time)

    def page(self, cursor: int | None):
        place = cursor or 0
        with self.lock:
            self.asked.append(place)
            if place in self.limited_at:
                self.limited_at.remove(place)
                answer = HttpAnswer(429, Headers({"Retry-After": "60"}), b"")
                raise RateLimited("a pause", response=Response(answer), code="CMN-301")
        record = CALL % (place, place)
        body = b'{"records":[' + record + b"]}"
        more = place + 1 < self.pages
        return call_log_page_from(body, original=True).records, place + 1 if more else None


@pytest.fixture
def vault() -> Vault:
    return Vault(MemoryStore(), KeyRing.from_setting(new_key()), server="https://s", client_id="c")


def reading(script: Script, vault: Vault, folder: Path, which: Key | None = None) -> Reading:
    shared = SharedReadings(vault, folder)
    which = which or key()
    return Reading(which, shared.join(which, script.source(), script.time, int))


def ids(one: Reading) -> list[str]:
    return [record.id for record in one.follow()]


def test_many_at_once_ask_for_each_page_once(vault: Vault, tmp_path: Path):
    script = Script(pages=8)
    many = [reading(script, vault, tmp_path / "shared") for _ in range(6)]
    for one in many:
        one.start()
    assert [ids(one) for one in many] == [[str(n) for n in range(8)]] * 6
    assert script.asked == list(range(8))


def test_a_pause_of_one_is_a_pause_of_all(vault: Vault, tmp_path: Path):
    script = Script()
    script.limited_at = {1}
    many = [reading(script, vault, tmp_path / "shared") for _ in range(3)]
    for one in many:
        one.start()
    for one in many:
        while not one.waited:
            assert one.settle(10) is False
        assert one.progress().seconds_left == 60.0
    script.time += 60
    assert [ids(one) for one in many] == [["0", "1", "2"]] * 3
    assert script.asked == [0, 1, 1, 2]


def test_what_ended_counts_as_long_as_it_would_in_one_process(vault: Vault, tmp_path: Path):
    script = Script()
    for later, pages_asked in ((0.0, 3), (KEEP_SECONDS - 1, 3), (KEEP_SECONDS, 6)):
        script.time = BEGIN + later
        one = reading(script, vault, tmp_path / "shared")
        one.run()
        assert len(script.asked) == pages_asked
    assert one.ended_at == BEGIN + KEEP_SECONDS
    script.time, script.limited_at = BEGIN + 1000, {1}
    one = reading(script, vault, tmp_path / "shared")
    one.start()
    while not one.waited:
        assert not one.settle(5)
    script.time += 60
    assert ids(one) == ["0", "1", "2"]
    script.asked.clear()
    script.time += KEEP_SECONDS_AFTER_WAITING - 1
    one = reading(script, vault, tmp_path / "shared")
    one.run()
    assert (script.asked, one.waited) == ([], True)


@pytest.mark.parametrize("cut", [1, 7, 30, 200])
def test_a_frame_that_was_broken_off_is_written_over(vault: Vault, tmp_path: Path, cut: int):
    script = Script()
    reading(script, vault, tmp_path / "shared").run()
    (file,) = (tmp_path / "shared").iterdir()
    file.write_bytes(file.read_bytes()[:-cut])
    one = reading(script, vault, tmp_path / "shared")
    one.run()
    assert ids(one) == ["0", "1", "2"]
    assert script.asked[:4] == [0, 1, 2, 2]


@pytest.mark.parametrize("place", [0, 3, 40, -5])
def test_damage_is_read_around(vault: Vault, tmp_path: Path, place: int):
    script = Script()
    reading(script, vault, tmp_path / "shared").run()
    (file,) = (tmp_path / "shared").iterdir()
    data = bytearray(file.read_bytes())
    data[place] ^= 0xFF
    file.write_bytes(data)
    one = reading(script, vault, tmp_path / "shared")
    one.run()
    assert ids(one) == ["0", "1", "2"]


def test_another_key_reads_nothing_of_it(vault: Vault, tmp_path: Path):
    script = Script()
    reading(script, vault, tmp_path / "shared").run()
    other = Vault(MemoryStore(), KeyRing.from_setting(new_key()), server="https://s", client_id="c")
    one = reading(script, other, tmp_path / "shared")
    one.run()
    assert (ids(one), len(script.asked)) == (["0", "1", "2"], 6)


def test_a_file_put_in_place_of_another_is_not_taken_for_it(vault: Vault, tmp_path: Path):
    script, shared = Script(), tmp_path / "shared"
    reading(script, vault, shared, key("1")).run()
    (first,) = shared.iterdir()
    reading(Script(), vault, shared, key("2")).run()
    (second,) = set(shared.iterdir()) - {first}
    second.write_bytes(first.read_bytes())
    script.asked.clear()
    one = reading(script, vault, shared, key("2"))
    one.run()
    assert script.asked == [0, 1, 2]


def test_without_a_folder_of_its_own_each_reads_for_itself(vault: Vault, tmp_path: Path, caplog):
    open_to_all = tmp_path / "shared"
    open_to_all.mkdir(mode=0o755)
    script = Script()
    one = reading(script, vault, open_to_all)
    one.run()
    assert (ids(one), list(open_to_all.iterdir())) == (["0", "1", "2"], [])
    assert "is not this user's alone" in caplog.text
    nowhere = reading(script, vault, tmp_path / "missing" / "shared")
    nowhere.run()
    assert ids(nowhere) == ["0", "1", "2"]


def test_a_full_disk_is_done_without(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from ringback.web import shared_files

    script = Script()
    one = reading(script, vault, tmp_path / "shared")
    added = []

    def full(self, turn, frame, data=b""):
        added.append(frame)
        if len(added) > 2:
            raise OSError(28, "No space left on device")
        return add(self, turn, frame, data)

    add = shared_files.SharedFile.add
    monkeypatch.setattr(shared_files.SharedFile, "add", full)
    one.run()
    assert ids(one) == ["0", "1", "2"]


def test_the_end_of_the_login_ends_the_readings_of_other_workers(vault: Vault, tmp_path: Path):
    script = Script()
    script.limited_at = {1}
    one = reading(script, vault, tmp_path / "shared")
    one.start()
    while not one.waited:
        assert not one.settle(5)
    SharedReadings(vault, tmp_path / "shared").forget_login("1", "h")
    script.time += 60
    with pytest.raises(RingbackError, match="login has ended"):
        ids(one)
    assert script.asked == [0, 1]


def test_old_files_go(vault: Vault, tmp_path: Path):
    import os

    reading(Script(), vault, tmp_path / "shared", key("1")).run()
    (old,) = (tmp_path / "shared").iterdir()
    long_ago = time.time() - 7200
    os.utime(old, (long_ago, long_ago))
    reading(Script(), vault, tmp_path / "shared", key("2")).run()
    assert not old.exists()
