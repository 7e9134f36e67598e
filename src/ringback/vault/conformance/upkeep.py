"""What a store must do for its operator: list all that is sealed, seal it anew, restore logins."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from ringback.vault.store import LoginRow, Revocation, SessionRow, Store
from ringback.vault.upkeep import AttemptRow, Restored

from .logins import KEY, OTHER, ROW, revocations

APP = {"server": "https://s", "client_id": "client"}
BACKUP = replace(ROW, login_id="restored", generation=1, sealed=b"from the backup")


def outbox(store: Store) -> list[Revocation]:
    """Every revocation of the app, page by page."""
    found: list[Revocation] = []
    while page := store.list_revocations(**APP, after=found[-1].revocation_id if found else "", limit=2):
        assert len(page) <= 2
        found += page
    return found


def attempts(store: Store) -> list[AttemptRow]:
    """Every attempt in the store, page by page."""
    found: list[AttemptRow] = []
    while page := store.list_attempts(after=found[-1] if found else None, limit=2):
        assert len(page) <= 2
        found += page
    return found


class UpkeepConformance:
    """Listing all that is sealed, sealing it anew, restoring."""

    def test_apps_are_told_by_their_logins_and_revocations(self, store: Store) -> None:
        assert store.list_apps() == []
        store.replace_login(ROW, "h", now=0)
        store.replace_login(replace(ROW, key=OTHER), "h", now=0)
        store.replace_login(replace(ROW, key=replace(KEY, client_id="c|2")), "h", now=0)
        store.add_revocation(replace(ROW, key=replace(KEY, server="https://t")), now=0)
        expected = {("https://s", "c|2"), ("https://s", "client"), ("https://t", "client")}
        assert len(store.list_apps()) == 3
        assert set(store.list_apps()) == expected

    def test_holders_are_listed_of_many_logins_at_once(self, store: Store) -> None:
        store.replace_login(ROW, "b | \u00fc", now=0)
        store.attach(KEY, "a")
        store.replace_login(replace(ROW, key=OTHER), "other", now=0)
        store.replace_login(replace(ROW, key=replace(KEY, client_id="another")), "elsewhere", now=0)
        asked = [KEY.owner_id, OTHER.owner_id, "nobody"]
        assert store.list_holders(**APP, owner_ids=asked) == {
            KEY.owner_id: ("a", "b | \u00fc"),
            OTHER.owner_id: ("other",),
        }
        assert store.list_holders(**APP, owner_ids=[]) == {}

    def test_many_logins_are_loaded_at_once(self, store: Store) -> None:
        store.replace_login(ROW, "h", now=0)
        store.replace_login(replace(ROW, key=OTHER), "h", now=0)
        store.replace_login(replace(ROW, key=replace(KEY, client_id="another")), "h", now=0)
        asked = [OTHER.owner_id, "nobody", KEY.owner_id]
        expected = {KEY.owner_id: ROW, OTHER.owner_id: replace(ROW, key=OTHER)}
        assert store.load_logins(**APP, owner_ids=asked) == expected
        assert store.load_logins(**APP, owner_ids=[]) == {}

    def test_every_revocation_is_listed_once_whether_due_or_not(self, store: Store) -> None:
        for number in range(5):
            store.add_revocation(replace(ROW, login_id=f"login-{number}"), now=1e9 * number)
        store.add_revocation(replace(ROW, key=replace(KEY, client_id="another")), now=0)
        assert sorted(entry.row.login_id for entry in outbox(store)) == [f"login-{n}" for n in range(5)]
        assert len({entry.revocation_id for entry in outbox(store)}) == 5

    def test_every_attempt_of_every_app_is_listed_once(self, store: Store) -> None:
        made = []
        for app in ("https://s client", "another | app"):
            for digest in ("d1", "d2"):
                store.put_session(SessionRow(f"{digest}{app[0]}", app, None, 0.0, 100.0))
                for state in ("s1", "s2"):
                    row = AttemptRow(app, f"{digest}{app[0]}", state, f"{digest}{state}".encode())
                    store.add_attempt(row.digest, state, row.sealed, now=1, expires_at=50, limit=9)
                    made.append(row)
        listed = attempts(store)
        assert len(listed) == len(made)
        assert set(listed) == set(made)

    def test_sealing_a_login_anew_changes_the_sealed_bytes_and_nothing_else(self, store: Store) -> None:
        store.replace_login(ROW, "h", now=0)
        store.replace_login(replace(ROW, key=OTHER), "h", now=0)
        lease = store.acquire_lease(KEY, "login-1", "lease")
        assert lease is not None
        new = bytes(range(256))
        assert store.reseal([(ROW, new)]) == 1
        assert store.load_login(KEY) == replace(ROW, sealed=new)
        assert store.load_login(OTHER) == replace(ROW, key=OTHER)
        assert store.count_holders(KEY) == 1
        assert store.acquire_lease(KEY, "login-1", "another") is None  # the lease goes on
        # The refresh that was under way is stored as ever.
        assert store.store_login(replace(ROW, generation=2, sealed=b"refreshed"), expected_generation=1)

    def test_sealing_anew_leaves_the_mark_of_an_interrupted_refresh(self, store: Store) -> None:
        store.replace_login(ROW, "h", now=0)
        lease = store.acquire_lease(KEY, "login-1", "lease")
        assert lease is not None
        store.release_lease(lease, finished=False)
        assert store.reseal([(ROW, b"anew")]) == 1
        assert store.interrupted("https://s", "client") == [KEY]

    def test_sealing_anew_never_overwrites_what_changed_meanwhile(self, store: Store) -> None:
        store.replace_login(ROW, "h", now=0)
        refreshed = replace(ROW, generation=2, sealed=b"refreshed")
        store.store_login(refreshed, expected_generation=1)
        gone = replace(ROW, key=OTHER)
        assert store.reseal([(ROW, b"late"), (gone, b"late")]) == 0
        assert store.load_login(KEY) == refreshed
        assert store.load_login(OTHER) is None

    def test_each_row_is_compared_for_itself(self, store: Store) -> None:
        rows = [replace(ROW, key=replace(KEY, owner_id=f"{n}"), sealed=b"%d" % n) for n in range(5)]
        for row in rows:
            store.replace_login(row, "h", now=0)
        changes = [(row if n % 2 else replace(row, sealed=b"other"), b"new") for n, row in enumerate(rows)]
        assert store.reseal(changes) == 2
        kept = [store.load_login(row.key) for row in rows]
        assert [row.sealed for row in kept if row] == [b"0", b"new", b"2", b"new", b"4"]
        assert store.reseal([]) == 0

    def test_revocations_are_sealed_anew(self, store: Store) -> None:
        for number in range(2):
            store.add_revocation(replace(ROW, login_id=f"login-{number}"), now=number)
        first, second = outbox(store)
        assert store.reseal([(first, b"anew"), (replace(second, row=BACKUP), b"late")]) == 1
        sealed = {entry.revocation_id: entry.row.sealed for entry in outbox(store)}
        assert sealed == {first.revocation_id: b"anew", second.revocation_id: second.row.sealed}
        assert {row.sealed for row in revocations(store)} == {b"anew", ROW.sealed}
        store.finish_revocation(first.revocation_id)
        assert store.reseal([(replace(first, row=replace(first.row, sealed=b"anew")), b"again")]) == 0
        assert [entry.revocation_id for entry in outbox(store)] == [second.revocation_id]

    def test_attempts_are_sealed_anew_and_taken_once(self, store: Store) -> None:
        store.put_session(SessionRow("d1", "app", None, 0.0, 100.0))
        for state in ("s1", "s2"):
            store.add_attempt("d1", state, b"sealed", now=1, expires_at=50, limit=3)
        first, second = attempts(store)
        assert store.reseal([(first, b"anew"), (replace(second, sealed=b"other"), b"late")]) == 1
        assert store.take_attempt("d1", first.state, now=2) == b"anew"
        assert store.take_attempt("d1", second.state, now=2) == b"sealed"
        assert store.reseal([(replace(first, sealed=b"anew"), b"again")]) == 0
        assert attempts(store) == []

    def test_a_login_is_restored_where_there_is_none(self, store: Store) -> None:
        assert store.restore_logins([Restored(BACKUP, None, ("a", "b"))], now=1) == [True]
        assert store.load_login(KEY) == BACKUP
        assert store.count_holders(KEY) == 2
        assert store.restore_logins([Restored(replace(BACKUP, login_id="x"), None, ("c",))], now=1) == [False]
        assert store.load_login(KEY) == BACKUP
        assert store.count_holders(KEY) == 2
        assert revocations(store) == []
        assert store.list_logins(**APP, after="", limit=9) == [BACKUP]
        assert store.detach(KEY, "a", now=1, app="app").remaining == 1
        assert store.detach(KEY, "b", now=1, app="app").ended == BACKUP

    def test_a_restored_login_need_not_be_held(self, store: Store) -> None:
        assert store.restore_logins([Restored(BACKUP, None)], now=1) == [True]
        assert store.count_holders(KEY) == 0
        assert store.attach(KEY, "h")

    @pytest.mark.parametrize("same_session", [True, False])
    def test_a_login_is_restored_over_the_record_it_was_compared_with(
        self, store: Store, same_session: bool
    ) -> None:
        store.replace_login(ROW, "browser", now=0)
        session = SessionRow("d1", "app", KEY.owner_id, 0.0, 100.0)
        store.put_session(session)
        lease = store.acquire_lease(KEY, "login-1", "lease")
        assert lease is not None
        row = replace(BACKUP, session_tag=ROW.session_tag if same_session else "session-2")
        assert store.restore_logins([Restored(row, ("login-1", 1), ("program",))], now=1) == [True]
        assert store.load_login(KEY) == row
        # A process that held the older login has lost it, and its lease is over without a mark.
        assert not store.store_login(replace(ROW, generation=2), expected_generation=1)
        assert not store.delete_login(KEY, "login-1", 1, app="app")
        store.release_lease(lease, finished=False)
        assert store.interrupted("https://s", "client") == []
        assert store.acquire_lease(KEY, "login-1", "again") is None
        assert revocations(store) == ([] if same_session else [ROW])
        assert store.list_holders(**APP, owner_ids=[KEY.owner_id]) == {KEY.owner_id: ("browser",)}
        assert store.load_session("d1", now=2) == session

    def test_a_login_is_not_restored_over_another_record(self, store: Store) -> None:
        assert store.restore_logins([Restored(BACKUP, ("login-1", 1))], now=1) == [False]
        assert store.load_login(KEY) is None
        store.replace_login(ROW, "h", now=0)
        over = [("login-1", 2), ("login-2", 1)]
        assert store.restore_logins([Restored(BACKUP, each) for each in over], now=1) == [False, False]
        assert store.load_login(KEY) == ROW
        assert revocations(store) == []

    def test_many_are_restored_at_once_and_each_answers_for_itself(self, store: Store) -> None:
        rows: list[LoginRow] = [
            replace(BACKUP, key=replace(KEY, owner_id=owner), login_id=f"restored-{owner}")
            for owner in ("9", "10", "b", "a", "\u00e9")
        ]
        store.replace_login(replace(ROW, key=rows[3].key), "h", now=0)
        done = store.restore_logins([Restored(row, None, ("h",)) for row in rows], now=1)
        assert done == [True, True, True, False, True]
        assert [store.load_login(row.key) == row for row in rows] == done

    def test_of_many_threads_that_seal_one_login_anew_one_succeeds(self, store: Store) -> None:
        rows = [replace(ROW, key=replace(KEY, owner_id=f"{n}")) for n in range(20)]
        for row in rows:
            store.replace_login(row, "h", now=0)
        gate = threading.Barrier(6)
        written: list[int] = []

        def work(number: int) -> None:
            ordered = rows if number % 2 else rows[::-1]
            gate.wait()
            written.append(store.reseal([(row, b"by %d" % number) for row in ordered]))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(written) == 6
        assert sum(written) == len(rows)
