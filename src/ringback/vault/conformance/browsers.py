"""What a store must do for browsers: sessions, login attempts, spent states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ringback.vault.store import LoginKey, LoginRow, SessionRow, Store, session_holder

AT = {"server": "https://s", "client_id": "client"}
KEY = LoginKey("https://s", "client", "user")
ROW = LoginRow(KEY, "login-1", 1, b"sealed", "session-1")
SESSION = SessionRow("d1", "app", None, 0.0, 100.0)


def expire(store: Store, *, now: float, app: str = "app", limit: int = 5) -> list[SessionRow]:
    """Take out the expired sessions of an app."""
    return store.expired_sessions(app, **AT, now=now, limit=limit)


def login_of(store: Store, user_id: str, *holders: str, app_key: LoginKey = KEY) -> LoginKey:
    """A login of this user with these holders."""
    key = replace(app_key, owner_id=user_id)
    for holder in holders:
        if not store.attach(key, holder):
            store.replace_login(replace(ROW, key=key), holder, now=0)
    return key


ENDS: dict[str, Callable[[Store], Any]] = {
    "ended": lambda store: store.end_login(KEY, now=1, app="app"),
    "deleted": lambda store: store.delete_login(KEY, "login-1", 1, app="app"),
    "last holder gone": lambda store: store.detach(KEY, "h", now=1, app="app"),
}
STAYS: dict[str, Callable[[Store], Any]] = {
    "another generation": lambda store: store.delete_login(KEY, "login-1", 7, app="app"),
    "another holder left": lambda store: store.attach(KEY, "i") and store.detach(KEY, "h", now=1, app="app"),
    "another user's ended": lambda store: store.end_login(replace(KEY, owner_id="x"), now=1, app="app"),
    "another app's ended": lambda store: store.end_login(
        replace(KEY, client_id="x"), now=1, app="another app"
    ),
    "replaced": lambda store: store.replace_login(replace(ROW, login_id="login-2"), "h", now=1),
    "refreshed": lambda store: store.store_login(replace(ROW, generation=2), expected_generation=1),
}


class BrowserConformance:
    """Browser sessions, login attempts and spent states."""

    def test_a_state_is_spent_once_until_it_is_forgotten(self, store: Store) -> None:
        assert store.spend("app", "digest", now=0, expires_at=100)
        assert not store.spend("app", "digest", now=1, expires_at=100)
        assert store.spend("app", "another", now=1, expires_at=300)
        expire(store, now=100)
        assert store.spend("app", "digest", now=100, expires_at=200)
        assert not store.spend("app", "another", now=100, expires_at=300)

    def test_a_session_lives_until_it_expires(self, store: Store) -> None:
        assert store.load_session("d1", now=0) is None
        store.put_session(SESSION)
        assert store.load_session("d1", now=99.9) == SESSION
        assert store.load_session("d1", now=100) is None
        assert expire(store, now=100, app="another app") == []
        assert expire(store, now=99) == []
        assert expire(store, now=100) == [SESSION]
        assert expire(store, now=100) == []

    def test_replacing_a_session_kills_the_old_id_and_moves_its_attempts(self, store: Store) -> None:
        store.put_session(SESSION)
        assert store.add_attempt("d1", "state", b"sealed", now=1, expires_at=50, limit=3)
        new = SessionRow("d2", "app", "user", 2.0, 200.0)
        assert store.replace_session("d1", new, **AT)
        assert not store.replace_session("d1", replace(new, digest="d3"), **AT)
        assert store.load_session("d1", now=3) is None
        assert store.take_attempt("d1", "state", now=3) is None
        assert store.sessions_of("app", "user", now=3) == [new]
        assert store.sessions_of("app", "user", now=200) == []
        assert store.sessions_of("another app", "user", now=3) == []
        assert store.take_attempt("d2", "state", now=3) == b"sealed"
        assert store.delete_session("d2") == new
        assert store.delete_session("d2") is None

    def test_an_attempt_is_taken_once_by_its_own_session_in_time(self, store: Store) -> None:
        store.put_session(SESSION)
        store.put_session(replace(SESSION, digest="d2"))
        store.add_attempt("d1", "state", b"sealed", now=1, expires_at=50, limit=3)
        assert store.take_attempt("d2", "state", now=2) is None
        assert store.take_attempt("d1", "state", now=2) == b"sealed"
        assert store.take_attempt("d1", "state", now=2) is None
        store.add_attempt("d1", "late", b"sealed", now=1, expires_at=50, limit=3)
        assert store.take_attempt("d1", "late", now=50) is None
        assert not store.add_attempt("unknown", "state", b"", now=1, expires_at=50, limit=3)

    def test_the_newest_attempts_are_kept(self, store: Store) -> None:
        store.put_session(SESSION)
        for number in range(6):
            store.add_attempt("d1", f"s{number}", b"%d" % number, now=number, expires_at=50, limit=3)
        taken = [store.take_attempt("d1", f"s{number}", now=6) for number in range(6)]
        assert taken == [None, None, None, b"3", b"4", b"5"]

    def test_ending_a_session_forgets_its_attempts(self, store: Store) -> None:
        store.put_session(SESSION)
        store.add_attempt("d1", "state", b"sealed", now=1, expires_at=50, limit=3)
        store.delete_session("d1")
        store.put_session(SESSION)
        assert store.take_attempt("d1", "state", now=2) is None

    def test_one_apps_clock_does_not_expire_what_is_another_apps(self, store: Store) -> None:
        store.put_session(replace(SESSION, app="theirs", expires_at=9000))
        store.add_attempt("d1", "state", b"sealed", now=1, expires_at=500, limit=3)
        store.spend("theirs", "digest", now=1, expires_at=500)
        assert expire(store, now=1e9) == []  # this app's clock runs ahead
        assert not store.spend("theirs", "digest", now=2, expires_at=500)
        assert store.take_attempt("d1", "state", now=2) == b"sealed"

    def test_an_app_expires_its_own_attempts_and_states(self, store: Store) -> None:
        store.put_session(replace(SESSION, expires_at=9000))
        store.add_attempt("d1", "state", b"sealed", now=1, expires_at=500, limit=3)
        store.spend("app", "digest", now=1, expires_at=500)
        assert expire(store, now=500) == []
        assert store.spend("app", "digest", now=2, expires_at=500)
        assert store.take_attempt("d1", "state", now=2) is None

    def test_apps_do_not_spend_each_others_states(self, store: Store) -> None:
        assert store.spend("app", "digest", now=0, expires_at=100)
        assert store.spend("another", "digest", now=0, expires_at=100)
        assert not store.spend("another", "digest", now=0, expires_at=100)

    @pytest.mark.parametrize("user_id", [None, "user"])
    def test_an_expired_session_lets_go_of_every_login_of_its_app(
        self, store: Store, user_id: str | None
    ) -> None:
        store.put_session(replace(SESSION, user_id=user_id))
        mine, theirs = session_holder("d1"), session_holder("d2")
        key, second = login_of(store, "user", mine, theirs), login_of(store, "second", mine)
        elsewhere = login_of(store, "user", mine, app_key=replace(KEY, client_id="another"))
        assert [row.digest for row in expire(store, now=100)] == ["d1"]
        assert [store.count_holders(each) for each in (key, second, elsewhere)] == [1, 0, 1]
        assert store.load_login(second) is not None  # it did not log out
        assert store.detach(key, theirs, now=1, app="app").remaining == 0

    def test_no_more_than_the_limit_expires_at_once(self, store: Store) -> None:
        for number in range(3):
            store.put_session(replace(SESSION, digest=f"d{number}"))
            login_of(store, "user", session_holder(f"d{number}"))
        assert len(expire(store, now=100, limit=2)) == 2
        assert store.count_holders(KEY) == 1
        assert len(expire(store, now=100, limit=2)) == 1
        assert store.count_holders(KEY) == 0

    def test_a_hold_on_the_users_login_moves_to_the_new_session(self, store: Store) -> None:
        store.put_session(SESSION)
        old, new = session_holder("d1"), session_holder("d2")
        key, former = login_of(store, "user", old), login_of(store, "former", old, "program")
        assert store.replace_session("d1", SessionRow("d2", "app", "user", 2.0, 200.0), **AT)
        assert [store.count_holders(each) for each in (key, former)] == [1, 1]
        assert store.detach(former, "program", now=1, app="app").ended  # the old session held it no more
        assert store.detach(key, old, now=1, app="app").remaining == 1
        assert store.detach(key, new, now=1, app="app").ended

    def test_a_session_that_held_nothing_holds_nothing_after(self, store: Store) -> None:
        store.put_session(SESSION)
        key = login_of(store, "user", "program")
        assert store.replace_session("d1", SessionRow("d2", "app", "user", 2.0, 200.0), **AT)
        assert store.count_holders(key) == 1

    @pytest.mark.parametrize("what", [*ENDS, *STAYS])
    def test_the_users_sessions_end_with_the_login(self, store: Store, what: str) -> None:
        store.replace_login(ROW, "h", now=0)
        mine = [replace(SESSION, digest=f"d{number}", user_id="user") for number in range(2)]
        for row in mine:
            store.put_session(row)
            store.add_attempt(row.digest, "state", b"sealed", now=1, expires_at=50, limit=3)
        bystanders = [
            replace(SESSION, digest="visitor"),
            replace(SESSION, digest="second", user_id="second"),
            replace(SESSION, digest="elsewhere", user_id="user", app="another"),
        ]
        for row in bystanders:
            store.put_session(row)
        {**ENDS, **STAYS}[what](store)
        store.replace_login(replace(ROW, login_id="login-3"), "another browser", now=2)
        assert store.sessions_of("app", "user", now=2) == ([] if what in ENDS else mine)
        assert store.take_attempt("d0", "state", now=2) == (None if what in ENDS else b"sealed")
        assert [store.load_session(row.digest, now=2) for row in bystanders] == bystanders
