"""Sealing: key rings, what is bound into a seal, and that damage destroys nothing."""

import base64
import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback import ConfigurationError, SealError
from ringback.oauth import Secret, TokenSet
from ringback.vault import KeyRing, Vault, new_key
from ringback.vault.memory import MemoryStore

OLD, NEW = new_key(), new_key()


def test_the_first_key_seals_and_all_open():
    old, both, new = (KeyRing.from_setting(keys) for keys in (OLD, f"{NEW},{OLD}", NEW))
    sealed = old.seal(b"tokens", "purpose", "row")
    assert both.open(sealed, "purpose", "row") == b"tokens"
    assert new.open(both.seal(b"tokens", "p"), "p") == b"tokens"
    with pytest.raises(SealError, match="RINGBACK_SECRET_KEYS"):
        new.open(sealed, "purpose", "row")


@pytest.mark.parametrize(
    "words", [("purpose",), ("purpose", "other"), ("purposerow",), ("purpose", "row", "")]
)
def test_a_seal_opens_only_where_it_belongs(words):
    ring = KeyRing.from_setting(OLD)
    sealed = ring.seal(b"tokens", "purpose", "row")
    with pytest.raises(SealError, match="damaged, or was moved"):
        ring.open(sealed, *words)


@given(st.data())
def test_any_damage_is_noticed(data):
    ring = KeyRing.from_setting(OLD)
    sealed = bytearray(ring.seal(b"tokens", "p"))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealError):
        ring.open(bytes(sealed), "p")
    with pytest.raises(SealError):
        ring.open(bytes(sealed[:position]), "p")


def test_two_seals_of_the_same_differ():
    ring = KeyRing.from_setting(OLD)
    assert ring.seal(b"same", "p") != ring.seal(b"same", "p")


def test_padding_is_optional_and_blanks_are_allowed():
    assert KeyRing.from_setting(f" {OLD.rstrip('=')} , {NEW}")


@pytest.mark.parametrize(
    "setting",
    ["", ",", "short", base64.urlsafe_b64encode(os.urandom(31)).decode(), "ä" * 43, f"{OLD},nonsense"],
    ids=["empty", "comma", "short", "31 bytes", "not ASCII", "second"],
)
def test_a_wrong_key_is_named_by_position_and_never_shown(setting):
    with pytest.raises(ConfigurationError, match="RINGBACK_SECRET_KEYS") as caught:
        KeyRing.from_setting(setting)
    shown = f"{caught.value} {caught.value!r}"
    assert "short" not in shown
    assert "nonsense" not in shown
    assert OLD not in shown


def tokens(owner="1", access="A-secret"):
    return TokenSet(
        Secret(access), Secret("R-secret"), 0.0, 3600.0, 7200.0, ("ReadAccounts",), owner, "e", "s"
    )


def vault(store, keys=OLD, client_id="c"):
    return Vault(store, KeyRing.from_setting(keys), server="https://s", client_id=client_id)


def test_no_token_is_in_the_store_in_the_clear():
    store = MemoryStore()
    login = vault(store).put_login(tokens(), "h", now=0)
    row = store.load_login(login.key)
    assert b"secret" not in row.sealed
    assert vault(store).load("1").tokens == tokens()
    assert "secret" not in f"{login!r} {row!r}"


def test_a_record_moved_to_another_users_row_does_not_open():
    store = MemoryStore()
    mine = vault(store)
    first = mine.put_login(tokens("1"), "h", now=0)
    second = mine.put_login(tokens("2"), "h", now=0)
    row = store.load_login(first.key)
    moved = replace(row, key=second.key, login_id=second.login_id, generation=2)
    store.store_login(moved, expected_generation=1)
    with pytest.raises(SealError):
        mine.load("2")
    assert mine.load("1").tokens.owner_id == "1"


def test_a_wrong_key_destroys_nothing():
    store = MemoryStore()
    vault(store).put_login(tokens(), "h", now=0)
    with pytest.raises(SealError):
        vault(store, NEW).load("1")
    assert vault(store).load("1").tokens == tokens()


def test_another_app_does_not_see_the_login_nor_open_its_transactions():
    store = MemoryStore()
    vault(store).put_login(tokens(), "h", now=0)
    assert vault(store, client_id="d").load("1") is None
    sealed = vault(store).seal_transaction(b"t")
    with pytest.raises(SealError):
        vault(store, client_id="d").open_transaction(sealed)


def test_a_pending_revocation_that_cannot_be_opened_is_kept():
    store = MemoryStore()
    vault(store).put_login(tokens(), "h", now=0)
    vault(store).detach("1", "h", now=0)
    (pending,) = vault(store, NEW).claim_revocations(now=0, hold=1)
    assert pending.tokens is None
    (pending,) = vault(store).claim_revocations(now=2, hold=1)
    assert pending.tokens.refresh_token == Secret("R-secret")


def test_browser_sessions_hold_digests_and_rotate_their_id():
    store = MemoryStore()
    sessions = vault(store).browser_sessions
    first = sessions.start(0.0, 100.0)
    assert first.id not in repr(first)
    assert sessions.load(first.id, 1.0) == first
    assert store.load_session(first.id, now=1.0) is None
    assert vault(store, client_id="d").browser_sessions.load(first.id, 1.0) is None
    sessions.add_attempt(first.id, "state", "transaction", 1.0)
    second = sessions.log_in(first.id, "1", 2.0, 100.0)
    assert len({first.id, second.id, first.csrf, second.csrf, first.holder, second.holder}) == 6
    assert sessions.load(first.id, 3.0) is None
    assert sessions.log_in(first.id, "1", 2.0, 100.0) is None
    assert sessions.take_attempt(second.id, "state", 3.0) == "transaction"
    assert sessions.take_attempt(second.id, "state", 3.0) is None
    assert sessions.count_user("1", 3.0) == 1
    sessions.expire(102.0)
    assert sessions.load(second.id, 3.0) is None
    assert sessions.count_user("1", 3.0) == 0
