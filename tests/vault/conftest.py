"""Every back end the conformance tests run against."""

import sqlite3
import time

import pytest

import services
from ringback.vault import open_store
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


class PostgresUnderTest:
    """A PostgreSQL store, empty; ends are written into its tables."""

    def __init__(self, server):
        self.server = server
        self.url = server.url
        self.store = open_store(self.url)
        tables = ["logins", "holders", "revocations", "spent", "sessions", "attempts", "budgets"]
        server.execute("TRUNCATE " + ", ".join(f"ringback_{table}" for table in tables))

    def let_leases_run_out(self):
        self.server.execute(
            "UPDATE ringback_logins SET lease_until = extract(epoch from clock_timestamp()) - 0.001"
            " WHERE lease_id IS NOT NULL"
        )

    def let_budgets_run_out(self, seconds):
        self.server.execute(f"UPDATE ringback_budgets SET keep_until = keep_until - {seconds}")


class RedisUnderTest:
    """A Redis store, empty; ends are written into its keys."""

    def __init__(self, server):
        self.server = server
        self.url = server.url
        self.client = server.client()
        self.client.flushall()
        self.store = open_store(self.url)

    def let_leases_run_out(self):
        seconds, microseconds = self.client.time()
        for key in self.client.scan_iter("{ringback}:login:*"):
            if self.client.hexists(key, "lease_id"):
                self.client.hset(key, "lease_until", seconds + microseconds / 1e6 - 0.001)

    def let_budgets_run_out(self, seconds):
        for key in self.client.scan_iter("{ringback}:budget:*"):
            self.client.pexpire(key, max(int(self.client.pttl(key) - seconds * 1000), 0))


@pytest.fixture(params=["memory", "sqlite", "postgres", "redis"])
def under_test(request, tmp_path):
    match request.param:
        case "memory":
            back_end = MemoryUnderTest()
        case "sqlite":
            back_end = SqliteUnderTest(tmp_path / "vault.db")
        case "postgres":
            back_end = PostgresUnderTest(services.postgres())
        case "redis":
            back_end = RedisUnderTest(services.redis())
    yield back_end
    back_end.store.close()


@pytest.fixture
def store(under_test):
    return under_test.store
