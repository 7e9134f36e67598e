"""A wrong RINGBACK_VAULT_URL: what belongs to others is refused, and not a byte or mode of it changes."""

import sqlite3
import stat

import pytest

from ringback import ConfigurationError
from ringback.vault import LoginKey, LoginRow
from ringback.vault.sqlite import SqliteStore

KEY = LoginKey("https://s", "client", "1")
ROW = LoginRow(KEY, "login-1", 1, b"sealed", "session-1")


def database(*statements, wal=False):
    def make(path):
        db = sqlite3.connect(path, isolation_level=None)
        if wal:
            db.execute("PRAGMA journal_mode = WAL")
        for statement in statements:
            db.execute(statement)
        db.close()

    return make


FOREIGN = {
    "one byte": lambda path: path.write_bytes(b"x"),
    "a short text": lambda path: path.write_text("not a database"),
    "a long text": lambda path: path.write_text("not a database, but something dear " * 100),
    "zeros": lambda path: path.write_bytes(bytes(8192)),
    "a cut-off database": lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(600)),
    "another program's tables": database("CREATE TABLE people (name TEXT)"),
    "the same, writing ahead": database("CREATE TABLE people (name TEXT)", wal=True),
    "another program's mark": database("PRAGMA application_id = 7"),
    "another program's version": database("PRAGMA user_version = 1"),
    "a view alone": database("CREATE VIEW one AS SELECT 1"),
}


def seen(folder):
    return {file.name: (file.read_bytes(), file.stat().st_mode) for file in folder.iterdir()}


@pytest.mark.parametrize("kind", FOREIGN)
def test_another_programs_file_is_refused_and_left_as_it_is(kind, tmp_path):
    path = tmp_path / "theirs.db"
    FOREIGN[kind](path)
    path.chmod(0o664)
    before = seen(tmp_path)
    with pytest.raises(ConfigurationError, match=r"RINGBACK_VAULT_URL: \S*theirs\.db") as caught:
        SqliteStore(path)
    assert len(str(caught.value).splitlines()) == 1
    assert seen(tmp_path) == before


def test_what_another_program_has_in_its_log_alone_is_seen(tmp_path):
    path = tmp_path / "theirs.db"
    database(wal=True)(path)
    path.chmod(0o664)
    theirs = sqlite3.connect(path)
    theirs.execute("CREATE TABLE people (name TEXT)")  # it is in the log, not in the file
    before = seen(tmp_path)
    with pytest.raises(ConfigurationError, match="belongs to another program"):
        SqliteStore(path)
    assert seen(tmp_path).keys() == before.keys()
    for name in ("theirs.db", "theirs.db-wal"):
        assert seen(tmp_path)[name] == before[name]
    theirs.close()


@pytest.mark.parametrize("kind", ["an empty file", "an empty database"])
def test_a_file_with_nothing_in_it_becomes_a_vault(kind, tmp_path):
    path = tmp_path / "vault.db"
    path.touch()
    if kind == "an empty database":
        database("CREATE TABLE t (x)", "DROP TABLE t")(path)
    path.chmod(0o664)
    store = SqliteStore(path)
    store.replace_login(ROW, "h", now=0)
    store.close()
    assert SqliteStore(path).load_login(KEY) == ROW
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_vault_of_a_later_version_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "vault.db"
    SqliteStore(path).close()
    database("PRAGMA user_version = 99")(path)
    before = seen(tmp_path)
    with pytest.raises(ConfigurationError, match="version 99"):
        SqliteStore(path)
    assert seen(tmp_path) == before
