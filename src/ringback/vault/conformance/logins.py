"""What a store must do with logins: keep them, replace them, end them, list them, and revoke what is over."""

from __future__ import annotations

from dataclasses import replace

from ringback.vault.store import LoginKey, LoginRow, Store, StoreReport

KEY = LoginKey("https://s", "client", "user 1")
OTHER = LoginKey("https://s", "client", "user 2")
ROW = LoginRow(KEY, "login-1", 1, b"\x00sealed", "session-1")


def revocations(store: Store, now: float = 1e9) -> list[LoginRow]:
    """The logins whose revocation is due."""
    return [entry.row for entry in store.claim_revocations("https://s", "client", now=now, hold=0, limit=9)]


class LoginConformance:
    """Logins, holders and revocations."""

    def test_a_login_is_kept_under_its_whole_key(self, store: Store) -> None:
        assert store.load_login(KEY) is None
        assert store.replace_login(ROW, "h", now=0) is None
        assert store.load_login(KEY) == ROW
        for near in (OTHER, replace(KEY, server="https://t"), replace(KEY, client_id="another")):
            assert store.load_login(near) is None

    def test_store_is_a_compare_and_set_and_never_an_insert(self, store: Store) -> None:
        newer = replace(ROW, generation=2, sealed=b"new")
        assert not store.store_login(newer, expected_generation=1)
        assert store.load_login(KEY) is None
        store.replace_login(ROW, "h", now=0)
        assert store.store_login(newer, expected_generation=1)
        assert not store.store_login(replace(newer, sealed=b"late"), expected_generation=1)
        assert not store.store_login(replace(newer, login_id="another", generation=3), expected_generation=2)
        assert store.load_login(KEY) == newer

    def test_delete_ends_only_the_login_it_names_and_revokes_nothing(self, store: Store) -> None:
        store.replace_login(ROW, "h", now=0)
        assert not store.delete_login(KEY, "login-1", 2, app="app")
        assert not store.delete_login(KEY, "login-2", 1, app="app")
        assert store.delete_login(KEY, "login-1", 1, app="app")
        assert store.load_login(KEY) is None
        assert revocations(store) == []

    def test_a_new_login_takes_the_old_one_out_and_keeps_its_holders(self, store: Store) -> None:
        store.replace_login(ROW, "browser 1", now=0)
        newer = LoginRow(KEY, "login-2", 1, b"new", "session-2")
        assert store.replace_login(newer, "browser 2", now=5) == ROW
        assert store.load_login(KEY) == newer
        assert store.count_holders(KEY) == 2
        assert revocations(store) == [ROW]

    def test_a_new_login_of_the_same_session_revokes_nothing(self, store: Store) -> None:
        store.replace_login(ROW, "h", now=0)
        store.replace_login(replace(ROW, login_id="login-2"), "h", now=0)
        assert revocations(store) == []

    def test_the_last_holder_to_go_ends_the_login(self, store: Store) -> None:
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

    def test_ending_a_login_takes_all_holders_off(self, store: Store) -> None:
        store.replace_login(ROW, "a", now=0)
        store.attach(KEY, "b")
        assert store.end_login(KEY, now=1, app="app") == ROW
        assert store.end_login(KEY, now=1, app="app") is None
        assert store.count_holders(KEY) == 0
        assert revocations(store) == [ROW]

    def test_revocations_are_claimed_put_off_and_finished(self, store: Store) -> None:
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

    def test_the_newest_revocation_is_claimed_first(self, store: Store) -> None:
        for number in range(3):
            store.add_revocation(replace(ROW, login_id=f"login-{number}"), now=100 + number)
        claimed = [
            store.claim_revocations("https://s", "client", now=200, hold=60, limit=1)[0].row.login_id
            for _ in range(3)
        ]
        assert claimed == ["login-2", "login-1", "login-0"]

    def test_logins_are_listed_page_by_page_in_the_order_of_their_owners(self, store: Store) -> None:
        owners = ["a", "a|b", "aa", "b", "\u00e9", "\U0001f600", "10", "9", "~", "%41"]
        for owner in owners:
            store.replace_login(replace(ROW, key=replace(KEY, owner_id=owner)), "h", now=0)
        for near in (replace(KEY, server="https://t"), replace(KEY, client_id="another")):
            store.replace_login(replace(ROW, key=near), "h", now=0)
        listed: list[LoginRow] = []
        while page := store.list_logins(
            "https://s", "client", after=listed[-1].key.owner_id if listed else "", limit=3
        ):
            assert len(page) <= 3
            listed += page
        assert [row.key.owner_id for row in listed] == sorted(owners, key=str.encode)
        assert listed[0] == replace(ROW, key=replace(KEY, owner_id="%41"))

    def test_a_login_that_ended_is_listed_no_more(self, store: Store) -> None:
        store.replace_login(ROW, "h", now=0)
        store.replace_login(replace(ROW, key=OTHER), "h", now=0)
        store.end_login(KEY, now=1, app="app")
        assert [row.key for row in store.list_logins("https://s", "client", after="", limit=9)] == [OTHER]
        assert store.delete_login(OTHER, "login-1", 1, app="app")
        assert store.list_logins("https://s", "client", after="", limit=9) == []

    def test_names_with_any_characters_stay_apart(self, store: Store) -> None:
        keys = [
            LoginKey("https://s|c", "client", "u"),
            LoginKey("https://s", "c|client", "u"),
            LoginKey("https://s", "c", "client|u"),
            LoginKey("https://s", "c", "\u00fc %7C\n'\"{}"),
        ]
        rows = [replace(ROW, key=key, login_id=f"login-{number}") for number, key in enumerate(keys)]
        for row in rows:
            store.replace_login(row, "holder | 'of' \u00fc", now=0)
        assert [store.load_login(key) for key in keys] == rows
        assert [store.detach(key, "holder | 'of' \u00fc", now=1, app="a|b c").ended for key in keys] == rows

    def test_a_sealed_record_comes_back_byte_by_byte(self, store: Store) -> None:
        row = replace(ROW, sealed=bytes(range(256)) * 40)
        store.replace_login(row, "h", now=0)
        assert store.load_login(KEY) == row
        store.end_login(KEY, now=1, app="app")
        assert revocations(store) == [row]

    def test_it_says_what_it_is(self, store: Store) -> None:
        report = store.describe()
        assert isinstance(report, StoreReport)
        assert report.kind
