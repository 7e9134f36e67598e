"""What every back end must do, whatever it is made of."""

from dataclasses import replace

import pytest

from ringback.vault import LoginKey, LoginRow

KEY = LoginKey("https://s", "client", "user 1")
OTHER = LoginKey("https://s", "client", "user 2")
ROW = LoginRow(KEY, "login-1", 1, b"\x00sealed", "session-1")


def revocations(store, now=1e9):
    return [entry.row for entry in store.claim_revocations("https://s", "client", now=now, hold=0, limit=9)]


def test_a_login_is_kept_under_its_whole_key(store):
    assert store.load_login(KEY) is None
    assert store.replace_login(ROW, "h", now=0) is None
    assert store.load_login(KEY) == ROW
    for near in (OTHER, replace(KEY, server="https://t"), replace(KEY, client_id="another")):
        assert store.load_login(near) is None


def test_store_is_a_compare_and_set_and_never_an_insert(store):
    newer = replace(ROW, generation=2, sealed=b"new")
    assert not store.store_login(newer, expected_generation=1)
    assert store.load_login(KEY) is None
    store.replace_login(ROW, "h", now=0)
    assert store.store_login(newer, expected_generation=1)
    assert not store.store_login(replace(newer, sealed=b"late"), expected_generation=1)
    assert not store.store_login(replace(newer, login_id="another", generation=3), expected_generation=2)
    assert store.load_login(KEY) == newer


def test_delete_ends_only_the_login_it_names_and_revokes_nothing(store):
    store.replace_login(ROW, "h", now=0)
    assert not store.delete_login(KEY, "login-1", 2, app="app")
    assert not store.delete_login(KEY, "login-2", 1, app="app")
    assert store.delete_login(KEY, "login-1", 1, app="app")
    assert store.load_login(KEY) is None
    assert revocations(store) == []


def test_a_new_login_takes_the_old_one_out_and_keeps_its_holders(store):
    store.replace_login(ROW, "browser 1", now=0)
    newer = LoginRow(KEY, "login-2", 1, b"new", "session-2")
    assert store.replace_login(newer, "browser 2", now=5) == ROW
    assert store.load_login(KEY) == newer
    assert store.count_holders(KEY) == 2
    assert revocations(store) == [ROW]


def test_a_new_login_of_the_same_session_revokes_nothing(store):
    store.replace_login(ROW, "h", now=0)
    store.replace_login(replace(ROW, login_id="login-2"), "h", now=0)
    assert revocations(store) == []


def test_the_last_holder_to_go_ends_the_login(store):
    store.replace_login(ROW, "a", now=0)
    assert store.attach(KEY, "b")
    assert store.attach(KEY, "b")
    assert not store.attach(OTHER, "b")
    assert store.detach(KEY, "nobody", now=1, app="app").remaining == 2
    first = store.detach(KEY, "a", now=1, app="app")
    assert (first.remaining, first.ended) == (1, None)
    assert store.load_login(KEY) == ROW
    last = store.detach(KEY, "b", now=1, app="app")
    assert (last.remaining, last.ended) == (0, ROW)
    assert store.load_login(KEY) is None
    assert revocations(store) == [ROW]
    assert store.detach(KEY, "b", now=1, app="app").ended is None


def test_ending_a_login_takes_all_holders_off(store):
    store.replace_login(ROW, "a", now=0)
    store.attach(KEY, "b")
    assert store.end_login(KEY, now=1, app="app") == ROW
    assert store.end_login(KEY, now=1, app="app") is None
    assert store.count_holders(KEY) == 0
    assert revocations(store) == [ROW]


def test_one_lease_at_a_time(store):
    store.replace_login(ROW, "h", now=0)
    lease = store.acquire_lease(KEY, "login-1", "lease-1")
    assert lease is not None
    assert store.acquire_lease(KEY, "login-1", "lease-2") is None
    store.release_lease(lease, finished=True)
    assert store.interrupted("https://s", "client") == []
    assert store.acquire_lease(KEY, "login-1", "lease-3") is not None


def test_no_lease_on_a_login_that_is_another_or_gone(store):
    assert store.acquire_lease(KEY, "login-1", "x") is None
    store.replace_login(ROW, "h", now=0)
    assert store.acquire_lease(KEY, "login-2", "x") is None


def test_a_lease_that_ran_out_marks_an_interrupted_refresh_and_blocks_nobody(under_test):
    store = under_test.store
    store.replace_login(ROW, "h", now=0)
    dead = store.acquire_lease(KEY, "login-1", "dead")
    assert store.interrupted("https://s", "client") == []
    under_test.let_leases_run_out()
    assert store.interrupted("https://s", "client") == [KEY]
    assert store.interrupted("https://s", "another app") == []
    alive = store.acquire_lease(KEY, "login-1", "alive")
    assert alive is not None
    store.release_lease(dead, finished=True)  # the dead holder comes back: it no longer counts
    assert store.acquire_lease(KEY, "login-1", "third") is None
    assert store.store_login(replace(ROW, generation=2), expected_generation=1)
    assert store.interrupted("https://s", "client") == []


def interrupt(under_test, how):
    """Leave the mark of an interrupted refresh, by a lease that ran out or one given back unfinished."""
    lease = under_test.store.acquire_lease(KEY, "login-1", "interrupted")
    if how == "ran out":
        under_test.let_leases_run_out()
    else:
        under_test.store.release_lease(lease, finished=False)


MARKS = pytest.mark.parametrize("how", ["ran out", "given back"])


@pytest.mark.parametrize("how", [None, "ran out", "given back"])
@pytest.mark.parametrize("finished", [True, False])
def test_a_lease_given_back_never_takes_a_mark_away(under_test, how, finished):
    store = under_test.store
    store.replace_login(ROW, "h", now=0)
    if how:
        interrupt(under_test, how)
    for number in range(3):  # however often the retry fails
        lease = store.acquire_lease(KEY, "login-1", f"retry-{number}")
        assert lease.resumed == bool(how or (number and not finished))
        assert store.interrupted("https://s", "client") == []  # it is being seen to
        store.release_lease(lease, finished=finished)
        assert store.interrupted("https://s", "client") == ([KEY] if how or not finished else [])


@MARKS
def test_a_retry_that_dies_leaves_the_mark(under_test, how):
    store = under_test.store
    store.replace_login(ROW, "h", now=0)
    interrupt(under_test, how)
    assert store.acquire_lease(KEY, "login-1", "retry").resumed
    under_test.let_leases_run_out()
    assert store.interrupted("https://s", "client") == [KEY]


@MARKS
@pytest.mark.parametrize("retried", [False, True])
@pytest.mark.parametrize("ends", ["stored", "deleted", "replaced", "ended"])
def test_a_mark_goes_with_the_tokens_it_is_about(under_test, how, retried, ends):
    store = under_test.store
    store.replace_login(ROW, "h", now=0)
    interrupt(under_test, how)
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
    assert not store.acquire_lease(KEY, newer.login_id, "next").resumed


def test_revocations_are_claimed_put_off_and_finished(store):
    store.add_revocation(ROW, now=100)
    assert store.claim_revocations("https://s", "client", now=99, hold=60, limit=5) == []
    assert store.claim_revocations("https://s", "another app", now=100, hold=60, limit=5) == []
    (entry,) = store.claim_revocations("https://s", "client", now=100, hold=60, limit=5)
    assert (entry.row, entry.attempts) == (ROW, 0)
    assert store.claim_revocations("https://s", "client", now=159, hold=60, limit=5) == []
    store.put_off_revocation(entry.revocation_id, 500)
    assert store.claim_revocations("https://s", "client", now=499, hold=60, limit=5) == []
    (entry,) = store.claim_revocations("https://s", "client", now=500, hold=60, limit=5)
    assert entry.attempts == 1
    store.finish_revocation(entry.revocation_id)
    assert store.claim_revocations("https://s", "client", now=1e9, hold=60, limit=5) == []


def test_the_newest_revocation_is_claimed_first(store):
    for number in range(3):
        store.add_revocation(replace(ROW, login_id=f"login-{number}"), now=100 + number)
    claimed = [
        store.claim_revocations("https://s", "client", now=200, hold=60, limit=1)[0].row.login_id
        for _ in range(3)
    ]
    assert claimed == ["login-2", "login-1", "login-0"]
