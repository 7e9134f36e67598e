"""One file for several processes: who waits for whom, how long, and what they are told."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import duckdb
import pytest

from ringback.archive import ArchiveInUse, duckdb_parked, open_archive
from ringback.archive.duckdb_file import DuckFile
from ringback.archive.duckdb_parked import ParkedFile

START = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "calls.duckdb"
    open_archive(found).close()
    return found


def test_two_syncs_at_once_are_one_clear_line(desk, path):
    with open_archive(path) as archive, archive.store.alone():
        child = desk.child(path)
        out, err = child.communicate("go\n", timeout=60)
    assert child.returncode == 1, err
    assert "is being synced by another process" in out
    assert len(out.splitlines()) == 2


def test_a_sync_leaves_the_file_to_readers_between_its_steps(desk, path):
    held = []

    def tell(line):
        with open_archive(path, create=False) as reader:
            held.append(reader.totals().records)

    with open_archive(path) as archive:
        archive.sync(desk.source, history=desk.now(), tell=tell)
        assert held
        assert held[-1] == archive.totals().records


def test_who_waits_too_long_is_told_so(path):
    file = DuckFile(path, reader_seconds=0.1, writer_seconds=0.1)
    with duckdb.connect(str(path)), pytest.raises(ArchiveInUse, match="in use by another process"):
        file.reading().__enter__()
    with file.reading(), pytest.raises(ArchiveInUse, match="in use by another process") as refused:
        file.writing().__enter__()
    assert str(path) in str(refused.value)
    with file.writing() as database:
        assert database.execute("SELECT count(*) FROM records").fetchone() == (0,)


def test_readers_who_come_and_go_keep_no_writer_out(path):
    done, counts = threading.Event(), [0, 0, 0]

    def read(which):
        while not done.is_set():
            with DuckFile(path).reading() as database:
                database.execute("SELECT count(*) FROM calls").fetchone()
            counts[which] += 1

    readers = [threading.Thread(target=read, args=(which,)) for which in range(len(counts))]
    for one in readers:
        one.start()
    begun = time.monotonic()
    try:
        for number in range(5):
            with DuckFile(path).writing() as database:
                database.execute("INSERT INTO about VALUES (?, 'x')", [f"turn {number}"])
    finally:
        done.set()
        for one in readers:
            one.join()
    assert time.monotonic() - begun < 25
    assert min(counts) > 0


def test_a_step_that_fails_changes_nothing(path):
    def fail():
        with DuckFile(path).writing() as database:
            database.execute("DELETE FROM about")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with open_archive(path, create=False) as archive:
        assert archive.totals().records == 0


def test_what_pages_keep_open_is_let_go_of_when_a_writer_waits(path, monkeypatch):
    monkeypatch.setattr(duckdb_parked, "KEEP_SECONDS", 3600.0)
    parked = ParkedFile(DuckFile(path))
    with parked.reading() as first, parked.reading() as second:
        first.execute("CREATE TEMP TABLE mine AS SELECT 1")
        assert second.execute("SELECT count(*) FROM records").fetchone() == (0,)
        with pytest.raises(duckdb.CatalogException):
            second.execute("SELECT * FROM mine")
    begun = time.monotonic()
    with DuckFile(path, writer_seconds=20).writing() as database:
        database.execute("INSERT INTO about VALUES ('turn', 'x')")
    assert time.monotonic() - begun < 15
    with parked.reading() as again:
        assert again.execute("SELECT value FROM about WHERE name = 'turn'").fetchone() == ("x",)


def test_what_pages_keep_open_keeps_no_writer_out_while_they_come_and_go(path, monkeypatch):
    monkeypatch.setattr(duckdb_parked, "KEEP_SECONDS", 3600.0)
    parked, done, counts = ParkedFile(DuckFile(path)), threading.Event(), [0, 0]

    def read(which):
        while not done.is_set():
            with parked.reading() as database:
                database.execute("SELECT count(*) FROM calls").fetchone()
            counts[which] += 1

    readers = [threading.Thread(target=read, args=(which,)) for which in range(len(counts))]
    for one in readers:
        one.start()
    try:
        for number in range(5):
            with DuckFile(path, writer_seconds=20).writing() as database:
                database.execute("INSERT INTO about VALUES (?, 'x')", [f"turn {number}"])
    finally:
        done.set()
        for one in readers:
            one.join()
    assert min(counts) > 0
