"""The tests of this room use the plugin as everybody does: as the installed entry point brings it."""

import pytest

from testing.pytest_runs import need_entry_point


@pytest.fixture(autouse=True, scope="session")
def _installed() -> None:
    need_entry_point()
