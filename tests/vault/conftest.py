"""Every back end the conformance tests run against."""

import sqlite3
import time

import pytest

from ringback.vault.memory import MemoryStore
from ringback.vault.sqlite import SqliteStore


class MemoryUnderTest:
    """A memory store whose lease clock the test moves."""

    def __init__(self):
        self.time = 1000.0
        self.store = MemoryStore(monotonic=lambda: self.time)

    def let_leases_run_out(self):
        self.time += 5.0

    def let_budgets_run_out(self, seconds):
        self.time += seconds


class SqliteUnderTest:
    """A SQLite store; a lease is made to run out by writing its end into the file."""

    def __init__(self, path):
        self.path = path
        self.store = SqliteStore(path)

    def let_leases_run_out(self):
        with sqlite3.connect(self.path) as db:
            db.execute("UPDATE logins SET lease_until = ? WHERE lease_id IS NOT NULL", (time.time() - 0.001,))
        db.close()

    def let_budgets_run_out(self, seconds):
        with sqlite3.connect(f"{self.path}.budgets") as db:
            db.execute("UPDATE budgets SET keep_until = keep_until - ?", (seconds,))
        db.close()


@pytest.fixture(params=["memory", "sqlite"])
def under_test(request, tmp_path):
    back_end = MemoryUnderTest() if request.param == "memory" else SqliteUnderTest(tmp_path / "vault.db")
    yield back_end
    back_end.store.close()


@pytest.fixture
def store(under_test):
    return under_test.store
