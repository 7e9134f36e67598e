"""A state file that cannot be written for a while, and changes that are kept as one or not at all."""

from __future__ import annotations

import random
import re
import sqlite3
from pathlib import Path
from typing import Any

import httpx2
import pytest

from headless import START, Visits, new_server
from ringback.platform import worlds as worlds_room
from ringback.platform.settings import PlatformSettings
from ringback.platform.state import StateFile, StateFileError
from ringback.platform.worlds import WorldOptions, Worlds


def full(*_: Any, **__: Any) -> None:
    raise StateFileError("state.db cannot be written: database or disk is full")


def test_a_full_disk_is_a_503_until_there_is_room_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "state.db"
    with new_server(state_file=file) as server:
        visits = Visits(server)
        base = server.base_url
        tokens = visits.tokens()
        with monkeypatch.context() as patched:
            patched.setattr(StateFile, "write", full)
            for path in ("/restapi", "/", "/_w/other/restapi"):
                answer = httpx2.get(base + path)
                assert (answer.status_code, answer.json()["errorCode"]) == (503, "CMN-201"), path
            moved = httpx2.post(f"{base}/_local/clock", json={"advance": 3600})
            assert moved.status_code == 503
            assert httpx2.post(f"{base}/_local/worlds", json={"id": "w"}).status_code == 503
        assert "disk is full" in caplog.text
        assert "Traceback" not in caplog.text
        assert httpx2.get(f"{base}/restapi").status_code == 200
        now = httpx2.get(f"{base}/_local/clock").json()["now"]
        assert visits.tokens()["access_token"] != tokens["access_token"]
    with new_server(state_file=file) as server:
        assert httpx2.get(f"{server.base_url}/_local/clock").json()["now"] >= now


def test_what_is_written_as_one_is_kept_as_one(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.db")
    rows = {"w": [("t", [("a", b"1")])]}

    def broken_off() -> None:
        with file.as_one():
            file.write("w", [("t", "a", b"1", True)])
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        broken_off()
    assert file.rows("w") == {}
    with file.as_one(), file.as_one():
        file.write("w", [("t", "a", b"1", True)])
    assert [*file.rows("w").items()] == rows["w"]
    file.close()


def test_a_reset_that_is_broken_off_ends_no_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = PlatformSettings(start=START, state_file=tmp_path / "state.db")
    worlds = Worlds(settings)
    worlds.create("stays")
    monkeypatch.setattr(worlds_room, "World", full)
    with pytest.raises(StateFileError):
        worlds.reset(worlds.home)
    monkeypatch.undo()
    home = worlds.home
    home.remember(1, "app", frozenset({"ReadAccounts"}))
    home.state.commit()
    worlds.close()
    again = Worlds(settings)
    assert again.ids() == ["stays"]
    assert again.home.fact("start") == START.isoformat()
    assert again.home.remembered(1, "app") == {"ReadAccounts"}, "it was kept no more after the failure"
    again.close()


def test_nothing_of_an_old_world_is_in_a_new_one(tmp_path: Path) -> None:
    settings = PlatformSettings(start=START, state_file=tmp_path / "state.db")
    worlds = Worlds(settings)
    worlds.create("w", WorldOptions(seed=5))
    assert worlds.file is not None
    worlds.file.write("", [("worlds", "w", None, False)])  # as if the rest could not be written
    worlds.close()
    again = Worlds(settings)
    assert again.create("w", WorldOptions(seed=6)).seed == 6
    again.close()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A state file of two worlds."""
    file = tmp_path / "state.db"
    with new_server(state_file=file) as server:
        visits = Visits(server)
        for _ in range(3):
            visits.tokens()
        httpx2.get(f"{server.base_url}/_w/other/restapi")
    return file


@pytest.mark.parametrize("place", range(1, 12))
def test_damage_is_one_clear_error(kept: Path, place: int) -> None:
    size = kept.stat().st_size
    with kept.open("r+b") as file:
        file.seek(place * size // 12)
        file.write(random.Random(place).randbytes(3_000))
    said = ""  # as when only a page is hit that nobody reads at the start
    try:
        Worlds(PlatformSettings(start=START, state_file=kept)).close()
    except StateFileError as fault:
        said = str(fault)
    assert re.fullmatch(r"|.*/state\.db is (damaged; start with a new file|not a state file of .*)", said)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE rows SET row = x'7b' WHERE name = 'sessions'",
        "UPDATE rows SET row = x'ff' WHERE name = 'journal'",
        "UPDATE rows SET row = '[1]' WHERE name = 'clock'",
        "UPDATE rows SET row = '\"yesterday\"' WHERE name = 'world' AND key = 'start'",
        "UPDATE rows SET key = 'x' || key WHERE name = 'journal'",
    ],
)
def test_rows_that_make_no_sense_are_one_clear_error(kept: Path, change: str) -> None:
    with sqlite3.connect(kept) as db:
        db.execute(change)
    db.close()
    with pytest.raises(StateFileError, match=r"state\.db is damaged; start with a new file"):
        Worlds(PlatformSettings(start=START, state_file=kept))


def test_a_damaged_world_ends_no_other_and_can_be_dropped(kept: Path) -> None:
    with sqlite3.connect(kept) as db:
        db.execute("UPDATE rows SET row = x'7b' WHERE world = 'other'")
    db.close()
    with new_server(state_file=kept) as server:
        base = server.base_url
        assert httpx2.get(f"{base}/_w/other/restapi").status_code == 503
        assert httpx2.get(f"{base}/_local/worlds/other").status_code == 503
        assert httpx2.get(f"{base}/restapi").status_code == 200
        assert httpx2.delete(f"{base}/_local/worlds/other").status_code == 204
        assert httpx2.get(f"{base}/_w/other/restapi").status_code == 200
