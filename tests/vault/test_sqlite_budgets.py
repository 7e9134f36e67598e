"""The file of rate budgets beside a SQLite vault: made when needed, private, shared, and no burden to it."""

import os
import subprocess
import sys

import pytest

from ringback.vault import VaultUnavailable
from ringback.vault.sqlite import SqliteStore

WRITER = """
import sys
from ringback.vault.sqlite import SqliteStore
store = SqliteStore(sys.argv[1])
done = 0
while done < 50:
    version, value = store.load_budget("k") or (0, b"0")
    done += store.swap_budget("k", version, b"%d" % (int(value) + 1), keep_seconds=60)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vault.db"


def test_without_budgets_there_is_no_file_and_with_them_it_is_the_owners_alone(path):
    store = SqliteStore(path)
    assert store.load_budget("k") is None
    assert not os.path.exists(f"{path}.budgets")
    store.swap_budget("k", 0, b"x", keep_seconds=60)
    assert os.stat(f"{path}.budgets").st_mode & 0o777 == 0o600
    assert SqliteStore(path).load_budget("k") == (1, b"x")
    store.close()


def test_processes_count_together_and_lose_no_write(path):
    SqliteStore(path).close()
    workers = [subprocess.Popen([sys.executable, "-c", WRITER, path]) for _ in range(4)]
    assert [worker.wait(timeout=60) for worker in workers] == [0] * 4
    assert SqliteStore(path).load_budget("k") == (200, b"200")


def test_a_write_waits_for_no_disk(path):
    """In WAL mode synchronous=NORMAL synchronises at a checkpoint only (sqlite.org/pragma.html)."""
    store = SqliteStore(path)
    store.swap_budget("k", 0, b"x", keep_seconds=60)
    with store._budgets._lend() as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (1,)
    store.close()


def test_a_file_that_cannot_be_used_says_so_and_leaves_the_vault_alone(path):
    store = SqliteStore(path)
    os.mkdir(f"{path}.budgets")
    with pytest.raises(VaultUnavailable, match="rate budgets"):
        store.swap_budget("k", 0, b"x", keep_seconds=60)
    assert store.interrupted("s", "c") == []
    store.close()


def test_a_forked_child_goes_on_with_the_budgets(path):
    store = SqliteStore(path)
    store.swap_budget("k", 0, b"x", keep_seconds=60)
    child = os.fork()
    if child == 0:
        os._exit(0 if store.swap_budget("k", 1, b"y", keep_seconds=60) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert store.load_budget("k") == (2, b"y")
    store.close()
