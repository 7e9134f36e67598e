"""The shipped conformance tests, as somebody else's project runs them on a back end of its own."""

import os
import subprocess
import sys

HEAD = """
import pytest

from ringback.vault.conformance import StoreConformance
from ringback.vault.memory import MemoryStore


class MyStore(MemoryStore):
    pass

{changes}

class TestMyStore(StoreConformance):
    @pytest.fixture
    def store(self):
        self.time = 0.0
        store = MyStore(monotonic=lambda: self.time)
        yield store
        store.close()

    @pytest.fixture
    def let_leases_run_out(self):
        return lambda: self.let_pass(5.0)

    @pytest.fixture
    def let_budgets_run_out(self):
        return self.let_pass

    def let_pass(self, seconds):
        self.time += seconds
"""
INSERTS = """
def store_login(self, row, *, expected_generation):
    self.replace_login(row, "nobody", now=0.0)
    return True

MyStore.store_login = store_login
"""


def run(folder, changes):
    (folder / "test_my_store.py").write_text(HEAD.format(changes=changes))
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, timeout=100)
    return done.returncode, done.stdout + done.stderr


def test_a_right_store_passes(tmp_path):
    code, told = run(tmp_path, "")
    assert code == 0, told
    assert "failed" not in told


def test_a_store_that_inserts_where_it_must_compare_is_found_out(tmp_path):
    code, told = run(tmp_path, INSERTS)
    assert code == 1
    assert "test_store_is_a_compare_and_set_and_never_an_insert" in told
    assert "assert not True" in told  # with the values, as in a test file of one's own
