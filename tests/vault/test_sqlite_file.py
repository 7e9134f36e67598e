"""The SQLite back end when its file is gone or replaced, or locked by others."""

import os
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ringback import VaultUnavailable
from ringback.vault import LoginKey, LoginRow, sqlite_file
from ringback.vault.sqlite import SqliteStore

KEY = LoginKey("https://s", "client", "1")
ROW = LoginRow(KEY, "login-1", 1, b"sealed", "session-1")


@pytest.mark.parametrize("name", ["a b", "what?mode=memory", "a#b", "50%25", "%41", "ä\udcff", "a&b=c"])
def test_any_path_names_the_file_it_says(name, tmp_path):
    folder = tmp_path / name
    folder.mkdir()
    store = SqliteStore(folder / f"{name}.db")
    store.replace_login(ROW, "h", now=0)
    store.close()
    assert [file.name for file in folder.iterdir()] == [f"{name}.db"]
    assert SqliteStore(folder / f"{name}.db").load_login(KEY) == ROW


def remove(path):
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("use", ["read", "write"])
def test_a_vault_whose_file_is_gone_says_so_and_makes_no_new_one(connected, use, tmp_path):
    path = tmp_path / "vault.db"
    store = SqliteStore(path)
    store.replace_login(ROW, "h", now=0)
    if not connected:
        store._file._pool.close_idle()
    remove(path)
    with pytest.raises(VaultUnavailable, match="file is gone"):
        store.load_login(KEY) if use == "read" else store.replace_login(ROW, "h", now=0)
    assert list(tmp_path.iterdir()) == []


def test_a_vault_whose_file_was_replaced_says_so_and_leaves_the_new_one_alone(tmp_path):
    path = tmp_path / "vault.db"
    store = SqliteStore(path)
    store.replace_login(ROW, "h", now=0)
    remove(path)
    new = SqliteStore(path)
    with pytest.raises(VaultUnavailable, match="file is gone"):
        store.replace_login(ROW, "h", now=0)
    with pytest.raises(VaultUnavailable, match="file is gone"):
        store.load_login(KEY)
    assert new.load_login(KEY) is None
    store.close()
    new.replace_login(ROW, "h", now=0)
    assert SqliteStore(path).load_login(KEY) == ROW


def test_a_file_that_goes_while_a_connection_is_opened_is_noticed(tmp_path, monkeypatch):
    path = tmp_path / "vault.db"
    store = SqliteStore(path)
    store._file._pool.close_idle()
    SqliteStore(tmp_path / "new.db").close()
    connect = sqlite3.connect

    def replaced(*arguments, **options):
        os.replace(tmp_path / "new.db", path)
        return connect(*arguments, **options)

    monkeypatch.setattr(sqlite3, "connect", replaced)
    with pytest.raises(VaultUnavailable, match="file is gone"):
        store.load_login(KEY)


def test_a_file_that_goes_just_before_a_connection_is_opened_does_not_come_back_empty(tmp_path, monkeypatch):
    path = tmp_path / "vault.db"
    store = SqliteStore(path)
    store._file._pool.close_idle()
    connect = sqlite3.connect

    def removed(*arguments, **options):
        remove(path)
        return connect(*arguments, **options)

    monkeypatch.setattr(sqlite3, "connect", removed)
    with pytest.raises(VaultUnavailable):
        store.load_login(KEY)
    assert list(tmp_path.iterdir()) == []


def test_threads_wait_for_a_locked_file_together_and_not_in_turn(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "_BUSY_SECONDS", 0.4)
    store = SqliteStore(tmp_path / "vault.db")
    other = sqlite3.connect(tmp_path / "vault.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def write(number):
        started = time.monotonic()
        with pytest.raises(VaultUnavailable, match="locked"):
            store.spend("app", f"state {number}", now=0, expires_at=1)
        return time.monotonic() - started

    with ThreadPoolExecutor(8) as threads:
        waited = list(threads.map(write, range(8)))
    assert min(waited) >= 0.35
    assert max(waited) < 1.2  # one after the other they would take 3.2 s
    assert store.load_login(KEY) is None  # readers were not in the way
    other.execute("COMMIT")
    assert store.spend("app", "state 0", now=0, expires_at=1)
    other.close()


def test_a_thread_does_not_wait_for_another_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "_BUSY_SECONDS", 0.2)
    store = SqliteStore(tmp_path / "vault.db")
    store._file._pool.writing.acquire()
    release = threading.Timer(3.0, store._file._pool.writing.release)
    release.start()
    with pytest.raises(VaultUnavailable, match="locked"):
        store.spend("app", "state", now=0, expires_at=1)
    release.cancel()


def test_a_wait_for_another_thread_leaves_less_for_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "_BUSY_SECONDS", 1.0)
    store = SqliteStore(tmp_path / "vault.db")
    other = sqlite3.connect(tmp_path / "vault.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store._file._pool.writing.acquire()
    threading.Timer(0.6, store._file._pool.writing.release).start()
    started = time.monotonic()
    with pytest.raises(VaultUnavailable, match="locked"):
        store.spend("app", "state", now=0, expires_at=1)
    assert 0.9 <= time.monotonic() - started < 1.4
    other.close()


def test_a_vault_that_stays_locked_at_the_start_is_unavailable_not_misconfigured(tmp_path, monkeypatch):
    SqliteStore(tmp_path / "vault.db").close()
    monkeypatch.setattr(sqlite_file, "_BUSY_SECONDS", 0.2)
    other = sqlite3.connect(tmp_path / "vault.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(VaultUnavailable, match="locked"):
        SqliteStore(tmp_path / "vault.db")
    other.close()


def test_only_a_busy_file_is_asked_again_to_write_ahead():
    asked = []

    class Broken:
        def execute(self, statement):
            asked.append(statement)
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error

    with pytest.raises(sqlite3.OperationalError):
        sqlite_file._write_ahead(Broken(), time.monotonic() + 60)
    assert len(asked) == 1
