"""A state file that cannot be written for a while, and changes that are kept as one or not at all."""

from __future__ import annotations

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
