"""The SQLite back end: its file, its durability settings, and many processes at once."""

import multiprocessing
import os
import stat
import threading

import pytest

from ringback import ConfigurationError, VaultUnavailable
from ringback.vault import LoginKey, LoginRow, open_store
from ringback.vault.sqlite import SqliteStore

KEY = LoginKey("https://s", "client", "1")
ROW = LoginRow(KEY, "login-1", 1, b"sealed", "session-1")


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_the_file_and_its_companions_are_for_their_owner_only(tmp_path):
    path = tmp_path / "vault.db"
    old = os.umask(0)
    try:
        store = SqliteStore(path)
        store.replace_login(ROW, "h", now=0)
    finally:
        os.umask(old)
    assert {file.name: mode(file) for file in tmp_path.iterdir()} == {
        "vault.db": 0o600,
        "vault.db-wal": 0o600,
        "vault.db-shm": 0o600,
    }


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path):
    path = tmp_path / "vault.db"
    path.touch(0o644)
    SqliteStore(path)
    assert mode(path) == 0o600


def test_it_writes_ahead_and_waits_for_the_disk(tmp_path):
    store = SqliteStore(tmp_path / "vault.db")
    with store._file.read() as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_what_is_stored_is_there_for_the_next_process(tmp_path):
    first = SqliteStore(tmp_path / "vault.db")
    first.replace_login(ROW, "h", now=0)
    assert SqliteStore(tmp_path / "vault.db").load_login(KEY) == ROW


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:///{}/missing/vault.db", "does not exist"),
        ("sqlite:///{}", "cannot be opened"),
        ("sqlite:///", "no vault back end"),
        ("mongodb://user:SECRET@host/db", "mongodb://"),
        ("tokens.db", "this kind of URL"),
        ("mysql:SECRET", "this kind of URL"),
    ],
)
def test_a_url_that_names_no_vault_is_refused_in_one_line(url, says, tmp_path):
    with pytest.raises(ConfigurationError, match=says) as caught:
        open_store(url.format(tmp_path))
    assert "RINGBACK_VAULT_URL" in str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_a_full_disk_is_said_so_and_changes_nothing(tmp_path):
    store = SqliteStore(tmp_path / "vault.db")
    store.replace_login(ROW, "h", now=0)
    with store._file.read() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
    big = LoginRow(KEY, "login-1", 2, b"x" * 100_000, "session-1")
    with pytest.raises(VaultUnavailable, match="full"):
        store.store_login(big, expected_generation=1)
    assert store.load_login(KEY) == ROW
    assert store.store_login(LoginRow(KEY, "login-1", 2, b"small", "s"), expected_generation=1)


def test_a_closed_vault_says_so(tmp_path):
    store = SqliteStore(tmp_path / "vault.db")
    store.close()
    with pytest.raises(VaultUnavailable, match="closed"):
        store.load_login(KEY)


def _make(path, gate, results):
    gate.wait()
    try:
        store = SqliteStore(path)
        results.put(store.acquire_lease(KEY, "login-1", str(os.getpid())))
    except Exception as error:
        results.put(error)


def test_processes_that_make_the_same_file_at_once_all_succeed(tmp_path):
    context = multiprocessing.get_context("spawn")
    gate, results = context.Barrier(4), context.Queue()
    arguments = (str(tmp_path / "vault.db"), gate, results)
    workers = [context.Process(target=_make, args=arguments) for _ in range(4)]
    for worker in workers:
        worker.start()
    assert [results.get(timeout=60) for _ in workers] == [None] * 4
    for worker in workers:
        worker.join()


def test_threads_race_for_one_lease_and_one_wins(tmp_path):
    store = SqliteStore(tmp_path / "vault.db")
    store.replace_login(ROW, "h", now=0)
    gate, won = threading.Barrier(16), []

    def race(number):
        gate.wait()
        won.append(store.acquire_lease(KEY, "login-1", f"lease-{number}"))

    threads = [threading.Thread(target=race, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([lease for lease in won if lease is not None]) == 1
