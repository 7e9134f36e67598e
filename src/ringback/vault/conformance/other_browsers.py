"""What a store must do for a user's several browsers: describe them, note when they were seen, end some."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ringback.vault.store import LoginKey, LoginRow, SessionRow, Store, session_holder

KEY = LoginKey("https://s", "client", "user")
ROW = LoginRow(KEY, "login-1", 1, b"sealed", "session-1")
FIRST = SessionRow("first", "app", "user", 0.0, 100.0, "Firefox on Linux", 1.5)


def logged_in(store: Store, *rows: SessionRow, key: LoginKey = KEY) -> None:
    """Sessions that hold the login `key`, which is made where there is none."""
    for row in rows:
        store.put_session(row)
        holder = session_holder(row.digest)
        if not store.attach(key, holder):
            store.replace_login(replace(ROW, key=key), holder, now=0)


def others(number: int = 2) -> list[SessionRow]:
    """Further sessions of the same user."""
    return [replace(FIRST, digest=f"other {n}", description="Chrome on Android") for n in range(number)]


def digests(store: Store, user_id: str = "user", app: str = "app") -> set[str]:
    """The live sessions of a user."""
    return {row.digest for row in store.sessions_of(app, user_id, now=1)}


class OtherBrowserConformance:
    """Descriptions, when a session was seen, and ending one's other sessions."""

    def test_a_session_keeps_its_description_and_when_it_was_seen(self, store: Store) -> None:
        odd = replace(FIRST, digest="odd", description="Zo\u00eb's | browser", seen_at=1700000000.123456)
        bare = SessionRow("bare", "app", "user", 0.0, 100.0)
        for row in (FIRST, odd, bare):
            store.put_session(row)
            assert store.load_session(row.digest, now=1) == row
        listed = store.sessions_of("app", "user", now=1)
        assert sorted(listed, key=lambda row: row.digest) == [bare, FIRST, odd]
        new = replace(FIRST, digest="new", description="Safari on macOS", seen_at=7.0)
        assert store.replace_session("first", new, server="https://s", client_id="client")
        assert store.load_session("new", now=1) == new
        assert store.delete_session("new") == new

    def test_a_session_that_was_seen_is_noted_and_never_set_back(self, store: Store) -> None:
        store.put_session(replace(FIRST, seen_at=None))
        for seen_at, noted in ((5.0, 5.0), (4.0, 5.0), (1700000000.25, 1700000000.25), (9.0, 1700000000.25)):
            store.note_session("first", seen_at=seen_at)
            assert store.load_session("first", now=1) == replace(FIRST, seen_at=noted)
        store.note_session("unknown", seen_at=5.0)
        assert store.load_session("unknown", now=1) is None

    def test_one_of_the_others_ends_and_the_login_stays(self, store: Store) -> None:
        one, two = others()
        logged_in(store, FIRST, one, two)
        store.add_attempt(one.digest, "state", b"sealed", now=1, expires_at=50, limit=3)
        assert store.end_other_sessions(KEY, "first", one.digest, app="app", now=1) == 1
        assert digests(store) == {"first", two.digest}
        assert store.count_holders(KEY) == 2
        assert store.load_login(KEY) == ROW
        store.put_session(one)
        assert store.take_attempt(one.digest, "state", now=2) is None
        assert store.detach(KEY, session_holder("first"), now=1, app="app").remaining == 1

    def test_all_others_end_and_the_one_that_asks_stays(self, store: Store) -> None:
        logged_in(store, FIRST, *others(3))
        store.attach(KEY, "program")
        assert store.end_other_sessions(KEY, "first", None, app="app", now=1) == 3
        assert digests(store) == {"first"}
        assert store.count_holders(KEY) == 2  # programs stay
        assert store.end_other_sessions(KEY, "first", None, app="app", now=1) == 0

    @pytest.mark.parametrize("only", [None, "first", "theirs", "elsewhere", "visitor", "unknown", ""])
    def test_nobody_elses_session_ends(self, store: Store, only: str | None) -> None:
        theirs = replace(FIRST, digest="theirs", user_id="second")
        elsewhere = replace(FIRST, digest="elsewhere", app="another")
        visitor = replace(FIRST, digest="visitor", user_id=None)
        second, away = replace(KEY, owner_id="second"), replace(KEY, client_id="another")
        logged_in(store, FIRST)
        logged_in(store, theirs, key=second)
        logged_in(store, elsewhere, key=away)
        store.put_session(visitor)
        assert store.end_other_sessions(KEY, "first", only, app="app", now=1) == 0
        for row in (FIRST, theirs, elsewhere, visitor):
            assert store.load_session(row.digest, now=1) == row
        assert [store.count_holders(key) for key in (KEY, second, away)] == [1, 1, 1]

    @pytest.mark.parametrize("by", ["unknown", "visitor", "theirs", "elsewhere", "late", "let go"])
    def test_who_is_not_logged_in_as_the_user_ends_nothing(self, store: Store, by: str) -> None:
        logged_in(store, FIRST, replace(FIRST, digest="late", expires_at=1.0))
        store.put_session(replace(FIRST, digest="visitor", user_id=None))
        store.put_session(replace(FIRST, digest="theirs", user_id="second"))
        store.put_session(replace(FIRST, digest="elsewhere", app="another"))
        store.put_session(replace(FIRST, digest="let go"))  # it does not hold the login any more
        assert store.end_other_sessions(KEY, by, None, app="app", now=1) is None
        assert digests(store) == {"first", "let go"}
        assert store.count_holders(KEY) == 2

    def test_without_a_login_nothing_ends(self, store: Store) -> None:
        store.put_session(FIRST)
        assert store.end_other_sessions(KEY, "first", None, app="app", now=1) is None
        assert digests(store) == {"first"}
