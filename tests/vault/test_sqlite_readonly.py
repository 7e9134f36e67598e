"""The SQLite back end on a file or folder that this user may not write: said at the start, in one line."""

import errno
import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from ringback import ConfigurationError
from ringback.vault import sqlite_file
from ringback.vault.sqlite import SqliteStore

NOBODY = 65534


@pytest.fixture
def open_folder():
    """A folder that every user may enter, with a vault in it."""
    folder = Path(tempfile.mkdtemp(prefix="ringback-test-"))
    folder.chmod(0o777)
    SqliteStore(folder / "vault.db").close()
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


def opened_by_nobody(path):
    """What a user without root's powers is told on opening a vault, and whether it took under 5 s."""
    if os.geteuid() != 0:
        return _opened(path)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        told = "the child died"
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            told = _opened(path)
        except OSError as error:
            told = f"skip {errno.errorcode[error.errno]}"
        finally:
            os.write(writing, told.encode())
            os._exit(0)
    os.waitpid(child, 0)
    told = os.read(reading, 65536).decode()
    os.close(reading)
    os.close(writing)
    if told.startswith("skip"):
        pytest.skip(f"root may not become another user here: {told}")
    return told


def _opened(path):
    started = time.monotonic()
    try:
        SqliteStore(path).close()
    except Exception as error:
        return f"{type(error).__name__} {'soon' if time.monotonic() - started < 5 else 'late'}: {error}"
    return "opened"


def give_away(*paths):
    if os.geteuid() == 0:
        for path in paths:
            os.chown(path, NOBODY, NOBODY)


def test_a_vault_its_user_may_write_opens(open_folder):
    give_away(open_folder, open_folder / "vault.db")
    assert opened_by_nobody(open_folder / "vault.db") == "opened"


@pytest.mark.parametrize("folder_mode", [0o777, 0o555])
def test_a_vault_that_is_only_to_be_read_is_refused_at_the_start(open_folder, folder_mode):
    path = open_folder / "vault.db"
    give_away(path)
    path.chmod(0o400)
    open_folder.chmod(folder_mode)
    told = opened_by_nobody(path)
    assert told.startswith("ConfigurationError soon: RINGBACK_VAULT_URL: ")
    assert "may read and write" in told


def test_a_vault_in_a_folder_that_is_only_to_be_read_is_refused_at_the_start(open_folder):
    give_away(open_folder / "vault.db")
    open_folder.chmod(0o555)
    told = opened_by_nobody(open_folder / "vault.db")
    assert told.startswith("ConfigurationError soon: RINGBACK_VAULT_URL: ")


def test_a_connection_that_cannot_write_is_noticed_at_the_start(tmp_path, monkeypatch):
    SqliteStore(tmp_path / "vault.db").close()
    monkeypatch.setattr(sqlite_file, "uri", lambda path, options: f"file://{path}?mode=ro")
    with pytest.raises(ConfigurationError, match="readonly"):
        SqliteStore(tmp_path / "vault.db")
