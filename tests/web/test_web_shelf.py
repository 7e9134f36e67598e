"""The shelf of saved files: private, bounded in time, and rid of what dead writers leave."""

import os
import stat
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from ringback.web.readings import Progress
from ringback.web.saved import shelf as shelves
from ringback.web.saved import writers
from ringback.web.saved.shelf import About, Shelf, new_id
from ringback.web.saved.writers import NoRoom, Writers

ROOT = "f" * 32


class Clock:
    """Seconds that a test moves."""

    def __init__(self):
        self.now = time.time()

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def shelf(tmp_path, clock):
    return Shelf("app", clock, tmp_path / "parent" / ROOT)


@pytest.fixture
def reading():
    return SimpleNamespace(progress=lambda: Progress(3, None, None, False), size=3)


def about(shelf, clock, state="ready", **more):
    given = {"owner": "o", "user": "u", "query": "q", "kind": "csv", "name": "n.csv"} | more
    return About(new_id(), made_at=clock(), until=clock() + 100, state=state, **given)


def put(shelf, one):
    with shelf.writing(one) as folder:
        (folder / "data").write_bytes(b"data")
    return one


def begin(work, reading, write=lambda path, each: path.write_bytes(b"calls"), owner="o", query="q", **more):
    return work.begin(
        owner=owner, user="u", query=query, kind="csv", name="n.csv", reading=reading, write=write, **more
    )


def test_nobody_else_can_look(shelf, clock):
    one = put(shelf, about(shelf, clock))
    folder = shelf.path(one).parent
    for path, mode in ((folder.parent, 0o700), (folder.parent.parent, 0o700), (folder, 0o700)):
        assert stat.S_IMODE(path.stat().st_mode) == mode
    for name in ("data", "about.json"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("wrong", ["open", "link", "file"])
def test_a_root_that_others_can_use_is_not_used(tmp_path, clock, wrong):
    root = tmp_path / "parent"
    if wrong == "open":
        root.mkdir(mode=0o755)
        root.chmod(0o755)
    elif wrong == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        root.symlink_to(tmp_path / "elsewhere")
    else:
        root.write_text("in the way")
    shelf = Shelf("app", clock, root / ROOT)
    with pytest.raises(OSError), shelf.writing(about(shelf, clock)):
        pass
    assert shelf.is_empty()


def test_a_file_ends_at_its_time(shelf, clock):
    one = put(shelf, about(shelf, clock))
    assert shelf.find(one.id) == one
    clock.now += 100
    assert shelf.find(one.id) is None
    shelf.sweep()
    assert shelf.is_empty()


@pytest.mark.parametrize("name", ["", "..", "../../etc", "x" * 32, "A" * 32, "0" * 31])
def test_a_name_that_is_none_finds_and_removes_nothing(shelf, clock, name):
    one = put(shelf, about(shelf, clock))
    assert shelf.find(name) is None
    shelf.remove(name)
    assert shelf.find(one.id) == one


def test_damage_is_nobodys_file_and_goes(shelf, clock):
    one = put(shelf, about(shelf, clock))
    (shelf.path(one).parent / "about.json").write_bytes(b"{")
    assert shelf.find(one.id) is None
    shelf.sweep()
    assert not shelf.is_empty()  # it may be that it is just being made
    clock.now += 61
    shelf.sweep()
    assert shelf.is_empty()


DIES = """
import os, sys, time
from pathlib import Path
from ringback.web.saved.shelf import About, Shelf, new_id
shelf = Shelf("app", root=Path(sys.argv[1]))
now = time.time()
one = About(new_id(), "o", "u", "q", "csv", "n.csv", now, now + 9999)
with shelf.writing(one) as folder, shelf.scratch() as scratch:
    (folder / "data").write_bytes(b"half of it")
    (scratch / "data").write_bytes(b"half of it")
    print(one.id, flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(shelves.fcntl is None, reason="needs file locks")
def test_what_a_killed_process_leaves_is_swept_by_the_next(tmp_path, clock):
    root = tmp_path / "parent" / ROOT
    dying = subprocess.Popen([sys.executable, "-c", DIES, root], stdout=subprocess.PIPE, text=True)
    name = dying.stdout.readline().strip()
    shelf = Shelf("app", clock, root)
    clock.now += 61
    shelf.sweep()
    assert shelf.find(name).state == "writing"  # its writer lives
    assert len(list(root.iterdir())) == 2
    dying.kill()
    dying.wait()
    dying.stdout.close()
    assert shelf.find(name) is None
    clock.now = time.time() + 61
    other_app = Shelf("another app", clock, root.parent / ("e" * 32))
    Writers(other_app, clock)  # as at the start of the next process, whatever app it serves
    assert not list(root.iterdir())
    clock.now += 3601
    other_app.sweep_all()
    assert not root.exists()


def test_a_file_is_written_beside_the_pages(shelf, clock, reading):
    work = Writers(shelf, clock)
    one = begin(work, reading)
    ready = work.wait(one.id, 5)
    assert (ready.state, ready.size, ready.records) == ("ready", 5, 3)
    assert shelf.path(ready).read_bytes() == b"calls"
    assert stat.S_IMODE(shelf.path(ready).stat().st_mode) == 0o600
    assert begin(work, reading).id == one.id  # the same question again
    assert begin(work, reading, query="other").id != one.id
    clock.now += 31
    assert begin(work, reading).id != one.id


def stuck(release):
    def write(path, each):
        while not release:
            each()
            time.sleep(0.01)

    return write


def test_a_file_that_is_removed_is_called_off(shelf, clock, reading):
    work, release = Writers(shelf, clock), []
    one = begin(work, reading, stuck(release))
    assert begin(work, reading, stuck(release)).id == one.id
    shelf.remove(one.id)
    ended_within(lambda: work._running.acquire(blocking=False), 5)
    work._running.release()
    assert shelf.is_empty()


def ended_within(condition, seconds):
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found


def test_files_are_few(shelf, clock, reading):
    work, release = Writers(shelf, clock), []
    for number in range(5):
        begin(work, reading, stuck(release), query=str(number))
    with pytest.raises(NoRoom, match="You have other files"):
        begin(work, reading, stuck(release), query="6")
    begin(work, reading, stuck(release), owner="another")
    with pytest.raises(NoRoom, match="Other files are being written"):
        begin(work, reading, stuck(release), owner="a third")
    release.append(True)
    ended_within(lambda: all(one.state == "ready" for one in shelf.all()), 10)
    mine = {one.id for one in shelf.all() if one.owner == "o"}
    clock.now += 60
    last = begin(work, reading, query="7")
    assert work.wait(last.id, 5).state == "ready"
    now = {one.id for one in shelf.all() if one.owner == "o"}
    assert (len(now), len(now & mine)) == (5, 4)


def test_files_are_not_larger_than_they_may_be(shelf, clock, reading, monkeypatch):
    monkeypatch.setattr(writers, "MOST_BYTES", 1000)

    def write(path, each):
        with path.open("wb") as file:
            while True:
                file.write(b"x" * 500)
                file.flush()
                each()
                time.sleep(0.05)

    work = Writers(shelf, clock)
    one = begin(work, reading, write)
    failed = work.wait(one.id, 5)
    assert (failed.state, failed.trouble["status"]) == ("failed", 413)
    assert not shelf.path(failed).exists()
    monkeypatch.setattr(writers, "MOST_BYTES_TOGETHER", 1)
    with pytest.raises(NoRoom, match="no room"):
        begin(work, reading, query="other")


@pytest.mark.parametrize(
    ("error", "status"),
    [(OSError(28, "No space left on device"), 507), (ValueError("SECRET"), 500), (NoRoom("told"), 500)],
)
def test_what_goes_wrong_is_told_and_leaves_no_half_file(shelf, clock, reading, caplog, error, status):
    def write(path, each):
        path.write_bytes(b"half")
        raise error

    work = Writers(shelf, clock)
    failed = work.wait(begin(work, reading, write).id, 5)
    assert (failed.state, failed.trouble["status"]) == ("failed", status)
    assert not shelf.path(failed).exists()
    assert "SECRET" not in caplog.text + str(failed)


def test_the_files_of_a_login_that_ended_go(shelf, clock):
    work = Writers(shelf, clock)
    mine, same_user, other = (
        put(shelf, about(shelf, clock, owner=owner, user=user))
        for owner, user in (("a", "u"), ("b", "u"), ("c", "v"))
    )
    work.forget(user="u", owner="a")
    assert [shelf.find(one.id) for one in (mine, same_user, other)] == [None, same_user, other]
    work.forget(user="u")
    assert [shelf.find(one.id) for one in (same_user, other)] == [None, other]


def test_what_is_noted_after_removal_brings_nothing_back(shelf, clock):
    one = put(shelf, about(shelf, clock))
    shelf.remove(one.id)
    assert not shelf.note(replace(one, records=9))
    assert shelf.is_empty()


def test_apps_and_users_of_the_machine_have_shelves_of_their_own(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    first, second = Shelf("one"), Shelf("two")
    assert first._root != second._root
    assert first._root.parent.name == f"ringback-{os.geteuid()}"
    assert first.digest("user") != second.digest("user")
