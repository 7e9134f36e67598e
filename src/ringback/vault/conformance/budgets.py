"""What a store must do with rate budgets: a compare-and-set of small values, forgotten after a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from ringback.vault.store import Store


class BudgetConformance:
    """Rate budgets."""

    @pytest.fixture
    def let_budgets_run_out(self) -> Callable[[float], None]:
        """Lets so many seconds of the store's clock pass: by waiting, unless the clock can be moved."""
        return time.sleep

    def test_a_budget_is_inserted_once_and_then_swapped_by_version(self, store: Store) -> None:
        assert store.load_budget("k") is None
        assert not store.swap_budget("k", 1, b"x", keep_seconds=60)
        assert store.swap_budget("k", 0, b"one", keep_seconds=60)
        assert not store.swap_budget("k", 0, b"again", keep_seconds=60)
        found = store.load_budget("k")
        assert found is not None
        version, value = found
        assert value == b"one"
        assert version >= 1
        assert store.swap_budget("k", version, b"two", keep_seconds=60)
        assert not store.swap_budget("k", version, b"late", keep_seconds=60)
        assert store.load_budget("k") == (version + 1, b"two")
        assert store.load_budget("another") is None

    def test_a_budget_is_forgotten_after_its_time_and_each_write_begins_it_anew(
        self, store: Store, let_budgets_run_out: Callable[[float], None]
    ) -> None:
        store.swap_budget("k", 0, b"one", keep_seconds=1)
        store.swap_budget("other", 0, b"lasts", keep_seconds=10)
        let_budgets_run_out(0.6)
        assert store.swap_budget("k", 1, b"two", keep_seconds=1)
        let_budgets_run_out(0.6)
        assert store.load_budget("k") == (2, b"two")
        let_budgets_run_out(0.6)
        assert store.load_budget("k") is None
        assert not store.swap_budget("k", 2, b"three", keep_seconds=1)
        assert store.swap_budget("k", 0, b"new", keep_seconds=1)
        assert store.load_budget("k") == (1, b"new")
        assert store.load_budget("other") == (1, b"lasts")

    def test_of_many_threads_that_swap_one_version_one_succeeds(self, store: Store) -> None:
        gate = threading.Barrier(8)
        won: list[int] = []

        def work() -> None:
            for _ in range(20):
                gate.wait()
                version, value = store.load_budget("k") or (0, b"0")
                if store.swap_budget("k", version, b"%d" % (int(value) + 1), keep_seconds=60):
                    won.append(1)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = store.load_budget("k")
        assert found is not None
        version, value = found
        assert version == int(value) == len(won) >= 20
