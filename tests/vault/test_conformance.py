"""What every back end must do, whatever it is made of: the shipped tests, on each of ours."""

import pytest

from ringback.vault.conformance import StoreConformance


class TestStore(StoreConformance):
    @pytest.fixture
    def let_leases_run_out(self, under_test):
        return under_test.let_leases_run_out

    @pytest.fixture
    def let_budgets_run_out(self, under_test):
        return under_test.let_budgets_run_out
