"""The SQLite back end across a fork: the child's locks are its own, and nothing it stores is lost."""

import gc
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest

from ringback import VaultUnavailable
from ringback.vault import LoginKey, LoginRow, sqlite_pool
from ringback.vault.sqlite import SqliteStore

if not hasattr(os, "fork"):
    pytest.skip("this system has no fork", allow_module_level=True)

KEY = LoginKey("https://s", "client", "1")
ROW = LoginRow(KEY, "login-1", 1, b"sealed", "session-1")


def put(store, owner):
    store.replace_login(replace(ROW, key=replace(KEY, owner_id=owner)), "h", now=0)


def owners(path):
    """Who has a login, as a process with no part in the fork sees it."""
    code = (
        "import sqlite3, sys; print(*sorted(r[0] for r in sqlite3.connect(sys.argv[1]).execute(sys.argv[2])))"
    )
    query = "SELECT owner_id FROM logins"
    told = subprocess.run(
        [sys.executable, "-c", code, str(path), query], capture_output=True, text=True, check=True, timeout=60
    )
    return told.stdout.split()


class Child:
    """A forked child that runs `steps`, each when told to, and tells what came of it; then it is killed."""

    def __init__(self, *steps):
        self._told, told = os.pipe()
        go, self._go = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                for step in steps:
                    os.read(go, 1)
                    try:
                        answer = f"{step()}"
                    except Exception as error:
                        answer = f"{type(error).__name__}: {error}"
                    os.write(told, answer.encode())
                os.read(go, 1)
            finally:
                os._exit(0)
        os.close(told)
        os.close(go)

    def step(self):
        os.write(self._go, b"x")
        return os.read(self._told, 65536).decode()

    def kill(self):
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self._told)
        os.close(self._go)


@contextmanager
def forked(*steps):
    child = Child(*steps)
    try:
        yield child
    finally:
        child.kill()


@pytest.mark.parametrize("parent_writes", [False, True])
def test_what_a_child_stores_outlives_its_parents_connections(tmp_path, parent_writes):
    path = tmp_path / "vault.db"
    store = SqliteStore(path)
    with forked(lambda: put(store, "A"), lambda: put(store, "B")) as child:
        assert child.step() == "None"
        if parent_writes:
            put(store, "P")
        store.close()
        assert child.step() == "None"
        expected = ["A", "B", "P"] if parent_writes else ["A", "B"]
        assert owners(path) == expected
    assert owners(path) == expected  # also once the child was killed


def test_what_the_parent_stores_outlives_its_child(tmp_path):
    path = tmp_path / "vault.db"
    store = SqliteStore(path)
    with forked(lambda: put(store, "A"), store.close) as child:
        child.step()
        put(store, "P")
        assert child.step() == "None"
        put(store, "Q")
        assert owners(path) == ["A", "P", "Q"]


def test_parent_and_child_keep_each_other_out(tmp_path):
    store = SqliteStore(tmp_path / "vault.db")
    put(store, "1")
    with forked(lambda: store.acquire_lease(KEY, "login-1", "child")) as child:
        assert "child" in child.step()
        assert store.acquire_lease(KEY, "login-1", "parent") is None


def test_a_second_store_on_the_file_and_one_left_to_the_collector_are_no_exception(tmp_path):
    path = tmp_path / "vault.db"
    gc.disable()
    try:
        forgotten = SqliteStore(path)
        put(forgotten, "F")
        del forgotten
        store, second = SqliteStore(path), SqliteStore(path)
        put(second, "S")
        with forked(lambda: put(second, "A"), lambda: put(store, "B")) as child:
            child.step()
            store.close()
            second.close()
            gc.collect()
            assert child.step() == "None"
            assert owners(path) == ["A", "B", "F", "S"]
    finally:
        gc.enable()


def test_a_write_that_waits_for_the_lock_of_this_process_does_not_hang_the_child(tmp_path):
    store = SqliteStore(tmp_path / "vault.db")
    store._file._pool.writing.acquire()
    with forked(lambda: put(store, "A")) as child:
        store._file._pool.writing.release()
        assert child.step() == "None"


def test_a_fork_waits_for_the_connections_that_are_in_use(tmp_path):
    path = tmp_path / "vault.db"
    store = SqliteStore(path)
    inside, go = threading.Event(), threading.Event()
    after = []

    def use():
        with store._file.write() as db:
            inside.set()
            go.wait()
            db.execute("INSERT INTO spent VALUES ('app', 'digest', 1.0)")
        after.append(os.getpid())
        put(store, "later")  # a new use waits until the fork is over

    thread = threading.Thread(target=use, daemon=True)
    thread.start()
    inside.wait()
    threading.Timer(0.2, go.set).start()
    with forked(lambda: [put(store, "A"), after]) as child:
        thread.join()
        store.close()
        assert child.step() == f"[None, {[os.getpid()]}]"
        assert owners(path) == ["A", "later"]


def test_a_thread_that_uses_one_vault_may_use_another_while_a_fork_waits(tmp_path):
    one, two = SqliteStore(tmp_path / "one.db"), SqliteStore(tmp_path / "two.db")
    inside, waiting, done = threading.Event(), threading.Event(), []

    def use():
        with one._file.read():
            inside.set()
            waiting.wait()
            put(two, "2")
            done.append(True)

    thread = threading.Thread(target=use, daemon=True)
    thread.start()
    inside.wait()
    threading.Timer(0.2, waiting.set).start()
    with forked(lambda: done) as child:
        thread.join()
        assert child.step() == "[True]"


def test_a_child_that_inherited_a_connection_in_use_refuses_rather_than_lose_what_it_stores(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(sqlite_pool, "_FORK_SECONDS", 0.05)
    path = tmp_path / "vault.db"
    store, other = SqliteStore(path), SqliteStore(tmp_path / "other.db")
    inside, go = threading.Event(), threading.Event()

    def use():
        with store._file.read():
            inside.set()
            go.wait()

    thread = threading.Thread(target=use, daemon=True)
    thread.start()
    inside.wait()
    steps = (lambda: put(store, "A"), lambda: put(SqliteStore(path), "B"), lambda: put(other, "C"))
    with forked(*steps) as child:
        assert "VaultUnavailable: This process was forked" in child.step()
        assert "This process was forked" in child.step()
        assert child.step() == "None"
    go.set()
    thread.join()
    put(store, "P")
    assert owners(path) == ["P"]


def test_a_fork_inside_a_use_gives_the_connection_to_the_parent_alone(tmp_path):
    path = tmp_path / "vault.db"
    store = SqliteStore(path)
    with store._file.read() as db:
        child = os.fork()
        if child == 0:
            os._exit(0 if _refused(store) else 1)
        assert db.execute("SELECT count(*) FROM logins").fetchone() == (0,)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    put(store, "P")
    assert owners(path) == ["P"]


def _refused(store):
    try:
        put(store, "A")
    except VaultUnavailable:
        return True
    return False


def test_looking_at_a_file_lets_go_of_no_lock_that_this_process_has_on_it(tmp_path):
    path = tmp_path / "vault.db"
    store = SqliteStore(path)
    put(store, "A")
    SqliteStore(path).close()
    sqlite3.connect("file:" + str(path) + "?mode=ro&immutable=1", uri=True).close()
    assert owners(path) == ["A"]  # that process was the last but for this one, which it must notice
    put(store, "B")
    assert owners(path) == ["A", "B"]
