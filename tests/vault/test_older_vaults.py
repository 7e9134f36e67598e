"""Vaults that an older Ringback has made: they open, whole or not at all, and nothing in them is lost."""

import sqlite3
import threading
from dataclasses import replace

import pytest

import services
from ringback import ConfigurationError
from ringback.vault import LoginKey, LoginRow, open_store, sql_schema, sqlite_file, sqlite_schema
from ringback.vault.sqlite import SqliteStore
from ringback.vault.store import SessionRow

KEY = LoginKey("https://s", "client", "1")
ROW = LoginRow(KEY, "login-1", 1, b"sealed", "session-1")
OLD = SessionRow("d1", "app", "1", 5.0, 100.0)
NEW = SessionRow("d2", "app", "1", 6.0, 100.0, "Firefox on Linux", 7.0)

SQLITE_1 = """
CREATE TABLE sessions (
    digest TEXT PRIMARY KEY, app TEXT NOT NULL, user_id TEXT,
    created_at REAL NOT NULL, expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions (app, user_id);
CREATE INDEX sessions_until ON sessions (app, expires_at);
INSERT INTO sessions VALUES ('d1', 'app', '1', 5.0, 100.0);
PRAGMA user_version = 1;
"""
"""The sessions as version 1 had them; its other tables were those of version 2."""

POSTGRES_1 = (
    "DROP TABLE ringback_sessions CASCADE",
    'CREATE TABLE ringback_sessions (digest VARCHAR COLLATE "C" PRIMARY KEY,'
    ' app VARCHAR COLLATE "C" NOT NULL, user_id VARCHAR COLLATE "C",'
    " created_at DOUBLE PRECISION NOT NULL, expires_at DOUBLE PRECISION NOT NULL)",
    "INSERT INTO ringback_sessions VALUES ('d1', 'app', '1', 5, 100)",
    "UPDATE ringback_version SET version = 1",
)


def prove_open(store):
    """The old session and login are there, and sessions of today can be written."""
    assert store.load_login(KEY) == ROW
    assert store.load_session("d1", now=6) == OLD
    store.note_session("d1", seen_at=8.0)
    assert store.load_session("d1", now=6) == replace(OLD, seen_at=8.0)
    store.put_session(NEW)
    assert store.load_session("d2", now=6) == NEW
    store.delete_session("d2")


@pytest.fixture
def sqlite_1(tmp_path):
    """A file of version 1, with a login and a session in it."""
    path = tmp_path / "vault.db"
    store = SqliteStore(path)
    store.replace_login(ROW, "h", now=0)
    store.close()
    with sqlite3.connect(path) as db:
        db.executescript("PRAGMA foreign_keys = OFF; DROP TABLE sessions;" + SQLITE_1)
    db.close()
    return path


def tables(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        made = dict(db.execute("SELECT name, sql FROM sqlite_master"))
        columns = [row[1:] for row in db.execute("PRAGMA table_info(sessions)")]
        (version,) = db.execute("PRAGMA user_version").fetchone()
    db.close()
    return version, sorted(made), columns


def test_a_sqlite_file_of_version_1_opens_and_is_one_of_version_2_then(sqlite_1, tmp_path):
    assert tables(sqlite_1)[0] == 1
    for _ in range(2):
        store = SqliteStore(sqlite_1)
        store.delete_session("d1")
        store.put_session(OLD)
        prove_open(store)
        store.close()
    SqliteStore(tmp_path / "new.db").close()
    assert tables(sqlite_1) == tables(tmp_path / "new.db")


def test_a_sqlite_file_that_cannot_be_brought_up_to_date_is_left_as_it_was(sqlite_1, monkeypatch):
    before = tables(sqlite_1)
    broken = {1: sqlite_schema.STEPS[1] + "; ALTER TABLE nothing ADD COLUMN x"}
    monkeypatch.setattr(sqlite_file, "STEPS", broken)
    with pytest.raises(ConfigurationError, match="nothing"):
        SqliteStore(sqlite_1)
    assert tables(sqlite_1) == before
    monkeypatch.undo()
    store = SqliteStore(sqlite_1)
    prove_open(store)
    store.close()


def test_several_that_open_an_old_vault_at_once_bring_it_up_to_date_once(sqlite_1):
    opened = at_once(lambda: SqliteStore(sqlite_1))
    prove_open(opened[0])
    for store in opened:
        store.close()


def at_once(open_one, number=4):
    """What several threads get that open a store at the same moment."""
    ready, opened = threading.Barrier(number), []

    def one():
        ready.wait()
        opened.append(open_one())

    threads = [threading.Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == number
    return opened


@pytest.fixture
def postgres_1():
    """A database of version 1: its server and its URL."""
    server = services.postgres()
    server.execute("DROP DATABASE IF EXISTS older WITH (FORCE)", "CREATE DATABASE older")
    url = server.url_at("127.0.0.1", database="older")
    store = open_store(url)
    store.replace_login(ROW, "h", now=0)
    store.close()
    run(url, *POSTGRES_1)
    yield url
    server.execute("DROP DATABASE IF EXISTS older WITH (FORCE)")


def run(url, *statements):
    import psycopg

    with psycopg.connect(url, autocommit=True) as db:
        for statement in statements:
            last = db.execute(statement)
        return last.fetchall() if last.description else None


COLUMNS = (
    "SELECT column_name, data_type, is_nullable, column_default, collation_name"
    " FROM information_schema.columns WHERE table_name = 'ringback_sessions' ORDER BY ordinal_position"
)


def test_a_postgres_database_of_version_1_opens_for_several_at_once(postgres_1):
    opened = at_once(lambda: open_store(postgres_1))
    prove_open(opened[0])
    for store in opened:
        store.close()
    migrated = run(postgres_1, COLUMNS)
    assert run(postgres_1, "SELECT max(version) FROM ringback_version") == [(2,)]
    tables = run(
        postgres_1,
        "SELECT 'DROP TABLE ' || tablename || ' CASCADE' FROM pg_tables WHERE tablename LIKE 'ringback_%'",
    )
    run(postgres_1, *(statement for (statement,) in tables))
    open_store(postgres_1).close()
    assert run(postgres_1, COLUMNS) == migrated


def test_a_postgres_database_that_cannot_be_brought_up_to_date_is_left_as_it_was(postgres_1, monkeypatch):
    before = run(postgres_1, COLUMNS)
    broken = {1: (*sql_schema._STEPS[1], "ALTER TABLE nothing ADD COLUMN x int")}
    monkeypatch.setattr(sql_schema, "_STEPS", broken)
    with pytest.raises(ConfigurationError, match="nothing"):
        open_store(postgres_1)
    assert run(postgres_1, COLUMNS) == before
    assert run(postgres_1, "SELECT max(version) FROM ringback_version") == [(1,)]
    monkeypatch.undo()
    store = open_store(postgres_1)
    prove_open(store)
    store.close()


def test_a_session_that_an_older_ringback_left_in_redis_is_read():
    server = services.redis()
    client = server.client()
    client.flushall()
    store = open_store(server.url)
    store.replace_login(ROW, "h", now=0)
    store.put_session(OLD)
    client.hdel("{ringback}:session:d1", "description", "seen_at")
    assert store.sessions_of("app", "1", now=6) == [OLD]
    prove_open(store)
    store.close()
