"""What every back end must do, whatever it is made of."""

from dataclasses import replace

from ringback.vault import LoginKey, LoginRow
from ringback.vault.store import SessionRow

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
    assert not store.delete_login(KEY, "login-1", 2)
    assert not store.delete_login(KEY, "login-2", 1)
    assert store.delete_login(KEY, "login-1", 1)
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
    assert store.detach(KEY, "nobody", now=1).remaining == 2
    first = store.detach(KEY, "a", now=1)
    assert (first.remaining, first.ended) == (1, None)
    assert store.load_login(KEY) == ROW
    last = store.detach(KEY, "b", now=1)
    assert (last.remaining, last.ended) == (0, ROW)
    assert store.load_login(KEY) is None
    assert revocations(store) == [ROW]
    assert store.detach(KEY, "b", now=1).ended is None


def test_a_browser_session_that_expired_takes_its_holder_off_and_leaves_the_login(store):
    store.replace_login(ROW, "a", now=0)
    assert store.detach(KEY, "a", now=1, end_when_last=False).ended is None
    assert store.load_login(KEY) == ROW
    assert store.count_holders(KEY) == 0


def test_ending_a_login_takes_all_holders_off(store):
    store.replace_login(ROW, "a", now=0)
    store.attach(KEY, "b")
    assert store.end_login(KEY, now=1) == ROW
    assert store.end_login(KEY, now=1) is None
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


def test_a_lease_given_back_unfinished_marks_an_interrupted_refresh(store):
    store.replace_login(ROW, "h", now=0)
    store.release_lease(store.acquire_lease(KEY, "login-1", "a"), finished=False)
    assert store.interrupted("https://s", "client") == [KEY]
    again = store.acquire_lease(KEY, "login-1", "b")
    store.release_lease(again, finished=True)
    assert store.interrupted("https://s", "client") == []


def test_a_new_login_clears_the_mark(store):
    store.replace_login(ROW, "h", now=0)
    store.release_lease(store.acquire_lease(KEY, "login-1", "a"), finished=False)
    store.replace_login(replace(ROW, login_id="login-2"), "h", now=0)
    assert store.interrupted("https://s", "client") == []


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


def test_a_state_is_spent_once_until_it_is_forgotten(store):
    assert store.spend("digest", now=0, expires_at=100)
    assert not store.spend("digest", now=1, expires_at=100)
    assert store.spend("another", now=1, expires_at=300)
    store.expired_sessions("app", now=100, limit=5)
    assert store.spend("digest", now=100, expires_at=200)
    assert not store.spend("another", now=100, expires_at=300)


SESSION = SessionRow("d1", "app", None, 0.0, 100.0)


def test_a_session_lives_until_it_expires(store):
    assert store.load_session("d1", now=0) is None
    store.put_session(SESSION)
    assert store.load_session("d1", now=99.9) == SESSION
    assert store.load_session("d1", now=100) is None
    assert store.expired_sessions("another app", now=100, limit=5) == []
    assert store.expired_sessions("app", now=99, limit=5) == []
    assert store.expired_sessions("app", now=100, limit=5) == [SESSION]
    assert store.expired_sessions("app", now=100, limit=5) == []


def test_replacing_a_session_kills_the_old_id_and_moves_its_attempts(store):
    store.put_session(SESSION)
    assert store.add_attempt("d1", "state", b"sealed", now=1, expires_at=50, limit=3)
    new = SessionRow("d2", "app", "user", 2.0, 200.0)
    assert store.replace_session("d1", new)
    assert not store.replace_session("d1", replace(new, digest="d3"))
    assert store.load_session("d1", now=3) is None
    assert store.take_attempt("d1", "state", now=3) is None
    assert store.sessions_of("app", "user", now=3) == [new]
    assert store.sessions_of("app", "user", now=200) == []
    assert store.sessions_of("another app", "user", now=3) == []
    assert store.take_attempt("d2", "state", now=3) == b"sealed"
    assert store.delete_session("d2") == new
    assert store.delete_session("d2") is None


def test_an_attempt_is_taken_once_by_its_own_session_in_time(store):
    store.put_session(SESSION)
    store.put_session(replace(SESSION, digest="d2"))
    store.add_attempt("d1", "state", b"sealed", now=1, expires_at=50, limit=3)
    assert store.take_attempt("d2", "state", now=2) is None
    assert store.take_attempt("d1", "state", now=2) == b"sealed"
    assert store.take_attempt("d1", "state", now=2) is None
    store.add_attempt("d1", "late", b"sealed", now=1, expires_at=50, limit=3)
    assert store.take_attempt("d1", "late", now=50) is None
    assert not store.add_attempt("unknown", "state", b"", now=1, expires_at=50, limit=3)


def test_the_newest_attempts_are_kept(store):
    store.put_session(SESSION)
    for number in range(6):
        store.add_attempt("d1", f"s{number}", b"%d" % number, now=number, expires_at=50, limit=3)
    taken = [store.take_attempt("d1", f"s{number}", now=6) for number in range(6)]
    assert taken == [None, None, None, b"3", b"4", b"5"]


def test_ending_a_session_forgets_its_attempts(store):
    store.put_session(SESSION)
    store.add_attempt("d1", "state", b"sealed", now=1, expires_at=50, limit=3)
    store.delete_session("d1")
    store.put_session(SESSION)
    assert store.take_attempt("d1", "state", now=2) is None
