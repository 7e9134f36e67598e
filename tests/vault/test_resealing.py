"""Changing the key: everything in a vault under the first key, while refreshes go on, and after a death."""

import json
from dataclasses import replace

import pytest

from ringback import ConfigurationError
from ringback.oauth import Secret, TokenSet
from ringback.vault import KeyRing, SealError, Vault, VaultUnavailable, new_key, reseal
from ringback.vault.memory import MemoryStore

OLD, NEW, LOST = new_key(), new_key(), new_key()
ID = {key: KeyRing.from_setting(key).key_ids[0] for key in (OLD, NEW, LOST)}


def tokens(owner_id, access="access-1"):
    return TokenSet(
        access_token=Secret(access),
        refresh_token=Secret(f"refresh-of-{access}"),
        issued_at=0.0,
        expires_at=3600.0,
        refresh_expires_at=None,
        scope=(),
        owner_id=owner_id,
        session_id=f"session-{owner_id}",
    )


def vault(store, *keys, client_id="client", ring=KeyRing):
    return Vault(store, ring.from_setting(",".join(keys)), server="https://s", client_id=client_id)


def filled(store, key=OLD, users=5):
    """A vault with logins, a revocation and a login that a browser has begun."""
    made = vault(store, key)
    for number in range(users):
        made.put_login(tokens(f"{number}"), "h", now=1.0)
    made.discard(tokens("gone"), now=1.0)
    session = made.browser_sessions.start(1.0, 1000.0)
    made.browser_sessions.add_attempt(session.id, "state", "transaction", 1.0)
    return made, session.id


def test_everything_opens_with_the_new_key_alone_afterwards(store):
    _, session_id = filled(store)
    found = reseal(vault(store, NEW, OLD))
    assert (found.resealed, found.done, found.needed) == (7, True, {})
    assert (found.logins, found.revocations, found.attempts) == (5, 1, 1)
    assert found.keys == {ID[NEW]: 7}
    alone = vault(store, NEW)
    assert [login.key.owner_id for login in alone.page().logins] == ["0", "1", "2", "3", "4"]
    assert alone.claim_revocations(now=9.0, hold=1.0)[0].tokens == tokens("gone")
    assert alone.browser_sessions.take_attempt(session_id, "state", 2.0) == "transaction"
    with pytest.raises(SealError):
        vault(store, OLD).load("1")
    assert reseal(alone).to_dict()["done"] is True


def test_a_dry_run_counts_and_changes_nothing(store):
    made, _ = filled(store)
    before = [store.load_login(made.key(f"{number}")) for number in range(5)]
    found = reseal(vault(store, NEW, OLD), dry_run=True)
    assert (found.resealed, found.left, found.done, found.needed) == (0, 7, False, {ID[OLD]: 7})
    assert [store.load_login(made.key(f"{number}")) for number in range(5)] == before
    told = json.dumps(found.to_dict())
    assert OLD not in told
    assert NEW not in told


class Between:
    """A store in which something happens before rows are sealed anew."""

    def __init__(self, store, *happens):
        self._store = store
        self._happens = list(happens)

    def __getattr__(self, name):
        return getattr(self._store, name)

    def reseal(self, changes):
        if self._happens:
            self._happens.pop(0)()
        return self._store.reseal(changes)


def test_a_refresh_that_happens_meanwhile_is_never_overwritten(store):
    made, _ = filled(store)
    live = vault(store, NEW, OLD)
    held = made.load("1")
    lease = live.lease(held)
    newer = tokens("1", "access-2")
    between = Between(store, lambda: live.store_refreshed(held, newer))
    found = reseal(vault(between, NEW, OLD))
    assert (found.done, found.resealed) == (True, 6)
    assert vault(store, NEW).load("1").tokens == newer
    live.release(lease, finished=True)


def test_a_refresh_that_was_sent_before_is_stored_after(store):
    made, _ = filled(store)
    held = made.load("1")
    assert reseal(vault(store, NEW, OLD)).done
    assert vault(store, NEW, OLD).store_refreshed(held, tokens("1", "access-2"))
    assert vault(store, NEW).load("1").tokens.access_token.reveal() == "access-2"


def test_a_process_that_still_seals_under_the_old_key_is_noticed(store):
    filled(store)

    def refresh():
        made_now = vault(store, OLD, NEW)
        made_now.store_refreshed(made_now.load("1"), tokens("1", "again"))

    found = reseal(vault(Between(store, *[refresh] * 20), NEW, OLD))
    assert (found.done, found.needed, found.left) == (False, {ID[OLD]: 1}, 1)
    assert vault(store, NEW, OLD).load("1").tokens.access_token.reveal() == "again"
    assert reseal(vault(store, NEW, OLD)).done


def test_it_goes_on_where_it_was_broken_off(store):
    filled(store, users=450)

    def die():
        raise VaultUnavailable("the store died", remedy="")

    with pytest.raises(VaultUnavailable):
        reseal(vault(Between(store, lambda: None, die), NEW, OLD))
    half = reseal(vault(store, NEW, OLD), dry_run=True)
    assert half.keys == {ID[NEW]: 200, ID[OLD]: 252}
    again = reseal(vault(store, NEW, OLD))
    assert (again.resealed, again.done) == (252, True)
    assert len(vault(store, NEW).page(limit=1000).logins) == 450


def test_records_that_do_not_open_stay_and_are_told(store):
    filled(store)
    vault(store, LOST).put_login(tokens("lost"), "h", now=1.0)
    damaged = store.load_login(vault(store, OLD).key("2"))
    store.reseal([(damaged, damaged.sealed[:-1] + bytes([damaged.sealed[-1] ^ 1]))])
    found = reseal(vault(store, NEW, OLD))
    assert (found.done, sorted(found.unopened), found.left) == (False, ["2", "lost"], 0)
    assert found.keys == {ID[NEW]: 6, ID[OLD]: 1, ID[LOST]: 1}
    assert found.needed == {ID[OLD]: 1}
    assert vault(store, LOST).load("lost").tokens == tokens("lost")


def test_other_apps_in_the_store_get_the_new_key_too_or_are_left_alone(store):
    filled(store)
    vault(store, OLD, client_id="second").put_login(tokens("1"), "h", now=1.0)
    vault(store, LOST, client_id="theirs").put_login(tokens("1"), "h", now=1.0)
    found = reseal(vault(store, NEW, OLD))
    assert (found.done, found.unopened) == (True, [])
    assert found.keys == {ID[NEW]: 8, ID[LOST]: 1}
    assert vault(store, NEW, client_id="second").load("1").tokens == tokens("1")
    assert vault(store, LOST, client_id="theirs").load("1").tokens == tokens("1")


def test_a_ring_in_which_a_key_is_twice_is_refused():
    with pytest.raises(ConfigurationError, match="a key twice"):
        reseal(vault(MemoryStore(), NEW, NEW))


def test_restored_is_kept_through_it_and_ends_with_a_refresh(store):
    made = vault(store, OLD)
    login = made.put_login(tokens("1"), "h", now=1.0)
    row = store.load_login(login.key)
    store.reseal([(row, made.seal_row(replace(login, restored_at=5.0), row.session_tag).sealed)])
    assert reseal(vault(store, NEW, OLD)).done
    live = vault(store, NEW)
    assert live.load("1").restored_at == 5.0
    live.store_refreshed(live.load("1"), tokens("1", "access-2"))
    assert live.load("1").restored_at is None
