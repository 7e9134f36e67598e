"""Finishing a login: state first, spent once, one exchange, stored before anything else."""

import pytest
from scripted import CLIENT, OK, TIMEOUT, World, api_error, oauth_error, token_answer

from ringback import (
    InvalidGrant,
    LoginDenied,
    ServerTrouble,
    StateMismatch,
    TransactionSpent,
    TransportError,
    UnusableAnswer,
    VaultUnavailable,
)
from ringback.client.effects import PutLogin
from ringback.client.logins import finish_login, revoke
from ringback.oauth import Secret, Transaction

TRANSACTION = Transaction("https://s", "client", "http://localhost/cb", Secret("state"), Secret("v"), 0.0)
CALLBACK = "http://localhost/cb?code=the-code&state=state"


def finish(world, callback=CALLBACK):
    return world.run(finish_login(callback, TRANSACTION, CLIENT, "h", timeout=30.0))


def test_a_login_is_stored_for_its_owner():
    world = World(token_answer(1))
    login = finish(world)
    assert login.key.owner_id == "1"
    assert world.held() == "A1"
    assert world.vault.count_holders("1") == 1
    assert "code=the-code" in world.sent[0]
    assert "code_verifier=v" in world.sent[0]


def test_a_callback_counts_once():
    world = World(token_answer(1))
    finish(world)
    with pytest.raises(TransactionSpent):
        finish(world)
    assert len(world.sent) == 1


@pytest.mark.parametrize(
    ("callback", "kind"),
    [("?code=x&state=other", StateMismatch), ("?error=access_denied&state=state", LoginDenied)],
)
def test_a_callback_that_fails_spends_nothing(callback, kind):
    world = World(token_answer(1))
    with pytest.raises(kind):
        finish(world, callback)
    assert world.sent == []
    finish(world)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (oauth_error("invalid_grant", "OAU-106"), InvalidGrant),
        (api_error(500), ServerTrouble),
        (TIMEOUT, TransportError),
        (OK, UnusableAnswer),
    ],
)
def test_an_exchange_is_never_repeated(answer, kind):
    world = World(answer)
    with pytest.raises(kind):
        finish(world)
    with pytest.raises(TransactionSpent):
        finish(world)
    assert len(world.sent) == 1
    assert world.held() is None


def test_tokens_that_cannot_be_stored_are_revoked_and_not_used():
    world = World(token_answer(1), OK)

    def fail():
        raise VaultUnavailable("disk full")

    world.before[PutLogin] = fail
    with pytest.raises(VaultUnavailable):
        finish(world)
    assert world.sent[1] == "token=R1"
    assert world.held() is None


def test_a_new_login_of_the_same_user_replaces_and_revokes_the_old_one():
    world = World(token_answer(1, session="new"))
    world.log_in(0, session="old")
    finish(world)
    assert world.held() == "A1"
    assert world.to_be_revoked() == ["R0"]


@pytest.mark.parametrize(
    ("answer", "done"),
    [
        (OK, True),
        (oauth_error("invalid_grant"), True),
        (oauth_error("invalid_client"), False),
        (api_error(500), False),
        (TIMEOUT, False),
    ],
)
def test_a_revocation_is_done_when_the_session_has_certainly_ended(answer, done):
    assert World(answer).run(revoke(Secret("R"), CLIENT)) is done
