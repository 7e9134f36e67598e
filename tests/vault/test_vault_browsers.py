"""The vault's facade over browser sessions: what ends with a login, what an expired one lets go of."""

import pytest

from ringback.oauth import Secret, TokenSet
from ringback.vault import KeyRing, Vault, new_key

KEYS = KeyRing.from_setting(new_key())
TOKENS = TokenSet(Secret("A"), Secret("R"), 0.0, 3600.0, 7200.0, ("ReadAccounts",), "1", "e", "s")


@pytest.fixture
def vault(store):
    return Vault(store, KEYS, server="https://s", client_id="c")


def logged_in(vault):
    """A browser in which the user is logged in, as the callback makes it."""
    visitor = vault.browser_sessions.start(0.0, 100.0)
    vault.put_login(TOKENS, visitor.holder, now=0)
    session = vault.browser_sessions.log_in(visitor.id, "1", 0.0, 100.0)
    assert vault.attach("1", session.holder)
    vault.detach("1", visitor.holder, now=0)
    return session


@pytest.mark.parametrize(
    "end",
    [
        lambda vault, session: vault.end("1", now=1),
        lambda vault, session: vault.delete(vault.load("1")),
        lambda vault, session: vault.detach("1", session.holder, now=1) or True,
    ],
    ids=["log out everywhere", "invalid_grant", "the last holder"],
)
def test_an_old_cookie_does_not_come_back_to_life_with_the_next_login(vault, end):
    session = logged_in(vault)
    assert vault.browser_sessions.load(session.id, 1.0) == session
    assert end(vault, session)
    vault.put_login(TOKENS, "program", now=2)
    assert vault.browser_sessions.load(session.id, 2.0) is None


def test_a_new_login_of_the_same_user_leaves_the_browsers_logged_in(vault):
    session = logged_in(vault)
    vault.put_login(TOKENS, "program", now=2)
    assert vault.browser_sessions.load(session.id, 2.0) == session
    assert vault.count_holders("1") == 2


def test_another_apps_sessions_of_the_same_user_stay(store, vault):
    other = Vault(store, KEYS, server="https://s", client_id="d")
    session = logged_in(other)
    logged_in(vault)
    vault.end("1", now=1)
    assert other.browser_sessions.load(session.id, 1.0) == session


def test_an_expired_browser_lets_go_and_the_login_stays(vault):
    logged_in(vault)
    vault.browser_sessions.expire(99.0)
    assert vault.count_holders("1") == 1
    vault.browser_sessions.expire(100.0)
    assert vault.count_holders("1") == 0
    assert vault.load("1") is not None


def test_a_callback_killed_after_the_login_was_stored_leaves_no_ghost(vault):
    visitor = vault.browser_sessions.start(0.0, 100.0)
    vault.put_login(TOKENS, visitor.holder, now=0)  # and here the process is killed
    vault.attach("1", "program")
    vault.browser_sessions.expire(100.0)
    assert vault.count_holders("1") == 1


def test_a_callback_killed_after_the_session_was_replaced_leaves_no_ghost(vault):
    visitor = vault.browser_sessions.start(0.0, 100.0)
    vault.put_login(TOKENS, visitor.holder, now=0)
    session = vault.browser_sessions.log_in(visitor.id, "1", 0.0, 100.0)  # and here
    assert vault.count_holders("1") == 1
    assert vault.detach("1", session.holder, now=1) == 0
    assert vault.load("1") is None


def test_two_apps_with_different_clocks_share_a_vault(store, vault):
    other = Vault(store, KEYS, server="https://s", client_id="d")
    session = vault.browser_sessions.start(0.0, 100.0)
    vault.browser_sessions.add_attempt(session.id, "state", "transaction", 0.0)
    assert vault.spend_state("once", now=0, expires_at=1200)
    other.browser_sessions.expire(1e9)
    assert vault.browser_sessions.take_attempt(session.id, "state", 1.0) == "transaction"
    assert not vault.spend_state("once", now=1, expires_at=1200)
