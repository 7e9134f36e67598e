"""What a store must do with leases: one refresh at a time, and a mark for each that was interrupted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from ringback.vault.store import LEASE_SECONDS, Lease, Store

from .logins import KEY, ROW

MARKS = pytest.mark.parametrize("how", ["ran out", "given back"])


def interrupt(store: Store, let_leases_run_out: Callable[[], None], how: str) -> None:
    """Leave the mark of an interrupted refresh, by a lease that ran out or one given back unfinished."""
    lease = store.acquire_lease(KEY, "login-1", "interrupted")
    assert lease is not None
    if how == "ran out":
        let_leases_run_out()
    else:
        store.release_lease(lease, finished=False)


class LeaseConformance:
    """Leases, on the store's own clock."""

    @pytest.fixture
    def let_leases_run_out(self) -> Callable[[], None]:
        """Makes every running lease end: by waiting, unless a back end can move its clock."""
        return lambda: time.sleep(LEASE_SECONDS + 0.1)

    def test_one_lease_at_a_time(self, store: Store) -> None:
        store.replace_login(ROW, "h", now=0)
        lease = store.acquire_lease(KEY, "login-1", "lease-1")
        assert lease is not None
        assert store.acquire_lease(KEY, "login-1", "lease-2") is None
        store.release_lease(lease, finished=True)
        assert store.interrupted("https://s", "client") == []
        assert store.acquire_lease(KEY, "login-1", "lease-3") is not None

    def test_no_lease_on_a_login_that_is_another_or_gone(self, store: Store) -> None:
        assert store.acquire_lease(KEY, "login-1", "x") is None
        store.replace_login(ROW, "h", now=0)
        assert store.acquire_lease(KEY, "login-2", "x") is None

    def test_a_lease_that_ran_out_marks_an_interrupted_refresh_and_blocks_nobody(
        self, store: Store, let_leases_run_out: Callable[[], None]
    ) -> None:
        store.replace_login(ROW, "h", now=0)
        dead = store.acquire_lease(KEY, "login-1", "dead")
        assert dead is not None
        assert store.interrupted("https://s", "client") == []
        let_leases_run_out()
        assert store.interrupted("https://s", "client") == [KEY]
        assert store.interrupted("https://s", "another app") == []
        alive = store.acquire_lease(KEY, "login-1", "alive")
        assert alive is not None
        store.release_lease(dead, finished=True)  # the dead holder comes back: it no longer counts
        assert store.acquire_lease(KEY, "login-1", "third") is None
        assert store.store_login(replace(ROW, generation=2), expected_generation=1)
        assert store.interrupted("https://s", "client") == []

    @pytest.mark.parametrize("how", [None, "ran out", "given back"])
    @pytest.mark.parametrize("finished", [True, False])
    def test_a_lease_given_back_never_takes_a_mark_away(
        self, store: Store, let_leases_run_out: Callable[[], None], how: str, finished: bool
    ) -> None:
        store.replace_login(ROW, "h", now=0)
        if how:
            interrupt(store, let_leases_run_out, how)
        for number in range(3):  # however often the retry fails
            lease = store.acquire_lease(KEY, "login-1", f"retry-{number}")
            assert lease is not None
            assert lease.resumed == bool(how or (number and not finished))
            assert store.interrupted("https://s", "client") == []  # it is being seen to
            store.release_lease(lease, finished=finished)
            assert store.interrupted("https://s", "client") == ([KEY] if how or not finished else [])

    @MARKS
    def test_a_retry_that_dies_leaves_the_mark(
        self, store: Store, let_leases_run_out: Callable[[], None], how: str
    ) -> None:
        store.replace_login(ROW, "h", now=0)
        interrupt(store, let_leases_run_out, how)
        retry = store.acquire_lease(KEY, "login-1", "retry")
        assert retry is not None
        assert retry.resumed
        let_leases_run_out()
        assert store.interrupted("https://s", "client") == [KEY]

    @MARKS
    @pytest.mark.parametrize("retried", [False, True])
    @pytest.mark.parametrize("ends", ["stored", "deleted", "replaced", "ended"])
    def test_a_mark_goes_with_the_tokens_it_is_about(
        self, store: Store, let_leases_run_out: Callable[[], None], how: str, retried: bool, ends: str
    ) -> None:
        store.replace_login(ROW, "h", now=0)
        interrupt(store, let_leases_run_out, how)
        lease = store.acquire_lease(KEY, "login-1", "retry") if retried else None
        newer = replace(ROW, login_id="login-2")
        if ends == "stored":
            newer = replace(ROW, generation=2)
            assert store.store_login(newer, expected_generation=1)
        elif ends == "deleted":
            assert store.delete_login(KEY, "login-1", 1, app="app")
        elif ends == "ended":
            assert store.end_login(KEY, now=1, app="app")
        if ends != "stored":
            store.replace_login(newer, "h", now=1)
        if lease:
            store.release_lease(lease, finished=True)  # too late: it is not the login's lease any more
        assert store.interrupted("https://s", "client") == []
        following = store.acquire_lease(KEY, newer.login_id, "next")
        assert following is not None
        assert not following.resumed

    def test_threads_race_for_one_lease_and_one_wins(self, store: Store) -> None:
        store.replace_login(ROW, "h", now=0)
        gate = threading.Barrier(16)
        won: list[Lease | None] = []

        def race(number: int) -> None:
            gate.wait()
            won.append(store.acquire_lease(KEY, "login-1", f"lease-{number}"))

        threads = [threading.Thread(target=race, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 16
        assert len([lease for lease in won if lease is not None]) == 1
