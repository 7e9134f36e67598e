"""What a vault's back end must do, as tests for pytest to run on one of your own (docs/vault.md).

    class TestMyStore(StoreConformance):
        @pytest.fixture
        def store(self):
            store = MyStore(...)  # empty, and for this test alone
            yield store
            store.close()

The fixtures `let_leases_run_out` and `let_budgets_run_out` wait; override them where your store's clock can
be moved. This package needs pytest; nothing else of Ringback imports it.
"""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    *(
        f"{__name__}.{part}"
        for part in ("browsers", "budgets", "leases", "logins", "other_browsers", "upkeep")
    )
)

from .browsers import BrowserConformance  # noqa: E402
from .budgets import BudgetConformance  # noqa: E402
from .leases import LeaseConformance  # noqa: E402
from .logins import LoginConformance  # noqa: E402
from .other_browsers import OtherBrowserConformance  # noqa: E402
from .upkeep import UpkeepConformance  # noqa: E402


class StoreConformance(
    LoginConformance,
    LeaseConformance,
    BrowserConformance,
    OtherBrowserConformance,
    BudgetConformance,
    UpkeepConformance,
):
    """Every test of a Store. A subclass named Test… gives the fixture `store`."""


__all__ = [
    "BrowserConformance",
    "BudgetConformance",
    "LeaseConformance",
    "LoginConformance",
    "OtherBrowserConformance",
    "StoreConformance",
    "UpkeepConformance",
]
