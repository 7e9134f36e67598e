"""Refreshing under a lease: every race of design.md, "Store before use", one by one."""

import pytest
from scripted import BROKEN, CLIENT, OWNER, TIMEOUT, World, api_error, oauth_error, token_answer, tokens

from ringback import (
    InvalidClient,
    LoginRequired,
    RateLimited,
    RefreshBusy,
    RingbackError,
    ServerTrouble,
    TransportError,
    UnusableAnswer,
    VaultUnavailable,
)
from ringback.client.allowance import Allowance
from ringback.client.effects import AcquireLease, DeleteLogin, LoadLogin, Send, StoreRefreshed, Wait
from ringback.client.messages import Headers, HttpAnswer, NoAnswer
from ringback.client.refresh import ATTEMPT_SECONDS, refreshed
from ringback.vault import LEASE_SECONDS


def refresh(world, login, deadline=30.0):
    return world.run(refreshed(login, CLIENT, Allowance(deadline, deadline)))


def test_an_attempt_ends_before_its_lease_does():
    assert ATTEMPT_SECONDS < LEASE_SECONDS


def test_a_waiter_uses_what_the_holder_stored():
    world = World()
    login = world.log_in()
    lease = world.vault.lease(login)
    assert lease is not None

    def other_finishes():
        world.vault.store_refreshed(login, tokens(1))

    world.before[Wait] = other_finishes
    newer = refresh(world, login)
    assert newer.tokens.access_token.reveal() == "A1"
    assert world.sent == []


def test_a_waiter_whose_deadline_passes_raises_a_retryable_error():
    world = World()
    login = world.log_in()
    world.vault.lease(login)
    with pytest.raises(RefreshBusy):
        refresh(world, login, deadline=0.5)
    assert world.held() == "A0"


def test_after_getting_the_lease_it_loads_again():
    world = World()
    login = world.log_in()
    world.before[AcquireLease] = lambda: world.vault.store_refreshed(login, tokens(1))
    assert refresh(world, login).tokens.access_token.reveal() == "A1"
    assert world.sent == []
    assert world.vault.lease(world.vault.load(OWNER)) is not None  # and gave the lease back


def test_a_login_that_ended_meanwhile_is_not_refreshed():
    world = World()
    login = world.log_in()
    world.before[LoadLogin] = lambda: world.vault.end(OWNER, now=0)
    with pytest.raises(LoginRequired):
        refresh(world, login)
    assert world.sent == []


def test_a_dead_holder_does_not_block_and_its_refresh_is_finished():
    world = World(token_answer(1))
    login = world.log_in()
    world.vault.lease(login)
    world.lease_clock += LEASE_SECONDS
    assert world.vault.interrupted() == [OWNER]
    assert refresh(world, login).tokens.access_token.reveal() == "A1"
    assert world.sent == ["grant_type=refresh_token&refresh_token=R0"]
    assert world.vault.interrupted() == []


def test_a_holder_that_was_held_up_does_not_send_after_its_time():
    world = World()
    login = world.log_in()

    def slow_vault():
        world.elapsed += ATTEMPT_SECONDS

    world.before[LoadLogin] = slow_vault
    with pytest.raises(TransportError):
        refresh(world, login)
    assert world.sent == []
    assert world.held() == "A0"


def test_invalid_grant_for_a_record_that_changed_ends_nothing():
    world = World(oauth_error("invalid_grant", "OAU-213"))
    login = world.log_in()
    world.before[DeleteLogin] = lambda: world.log_in(7, session="another")
    assert refresh(world, login).tokens.access_token.reveal() == "A7"
    assert world.held() == "A7"


@pytest.mark.parametrize(
    ("answer", "kind", "marked"),
    [
        (api_error(500), ServerTrouble, True),
        (api_error(503), ServerTrouble, True),
        (api_error(429), RateLimited, False),
        (oauth_error("invalid_client", "OAU-146", 401), InvalidClient, False),
        (oauth_error("unauthorized_client", "OAU-251"), InvalidClient, False),
        (TIMEOUT, TransportError, True),
        (NoAnswer("refused", "no connection"), TransportError, False),
    ],
)
def test_no_other_answer_ends_a_login(answer, kind, marked):
    world = World(answer)
    login = world.log_in()
    with pytest.raises(kind):
        refresh(world, login)
    assert world.held() == "A0"
    assert world.vault.interrupted() == ([OWNER] if marked else [])
    assert world.vault.lease(login) is not None  # and nobody is blocked


def test_a_broken_connection_is_tried_once_more_within_the_attempt():
    world = World(BROKEN, token_answer(1))
    login = world.log_in()
    assert refresh(world, login).tokens.access_token.reveal() == "A1"
    assert world.sent == ["grant_type=refresh_token&refresh_token=R0"] * 2


def test_an_answer_lost_twice_leaves_a_mark():
    world = World(BROKEN, BROKEN)
    login = world.log_in()
    with pytest.raises(TransportError):
        refresh(world, login)
    assert world.vault.interrupted() == [OWNER]


def test_a_second_try_that_reached_nobody_leaves_the_mark_of_the_first():
    world = World(BROKEN, NoAnswer("refused", "no connection"))
    login = world.log_in()
    with pytest.raises(TransportError):
        refresh(world, login)
    assert world.vault.interrupted() == [OWNER]


def test_a_failed_retry_does_not_wipe_the_mark_of_an_interrupted_refresh():
    for answer in (NoAnswer("refused", "no connection"), api_error(429), oauth_error("invalid_client")):
        world = World(TIMEOUT, answer, token_answer(1))
        login = world.log_in()
        for _ in range(2):
            with pytest.raises(RingbackError):
                refresh(world, login)
            assert world.vault.interrupted() == [OWNER]
        world.now = 60.0  # after a 429 nobody asks for half a minute
        refresh(world, login)
        assert world.vault.interrupted() == []


def test_an_answer_without_a_new_refresh_token_keeps_the_old_one():
    answer = HttpAnswer(200, Headers(), b'{"access_token":"A1","expires_in":3600,"owner_id":"1"}')
    world = World(answer)
    newer = refresh(world, world.log_in())
    assert newer.tokens.access_token.reveal() == "A1"
    assert newer.tokens.refresh_token.reveal() == "R0"
    assert newer.tokens.refresh_expires_at == 604800.0


def test_an_attempt_ends_with_the_call_it_is_for():
    world = World(token_answer(1))
    login = world.log_in()
    world.before[LoadLogin] = lambda: setattr(world, "elapsed", 1.0)
    with pytest.raises(TransportError):
        refresh(world, login, deadline=1.0)
    assert world.sent == []


def test_what_the_server_echoes_of_what_was_sent_is_not_shown():
    for status in (400, 401, 429, 500):
        body = b'{"error":"R0","error_description":"R0","message":"R0 client-secret","errorCode":"R0"}'
        world = World(HttpAnswer(status, Headers(), body))
        login = world.log_in()
        with pytest.raises(RingbackError) as caught:
            refresh(world, login)
        assert "R0" not in f"{caught.value} {caught.value!r} {caught.value.code}"
        assert "client-secret" not in str(caught.value)


def test_losing_to_a_new_login_of_another_session_revokes_what_was_received():
    world = World(token_answer(1, session="old"))
    login = world.log_in(0, session="old")
    world.before[StoreRefreshed] = lambda: world.log_in(7, session="new")
    assert refresh(world, login).tokens.access_token.reveal() == "A7"
    assert sorted(world.to_be_revoked()) == ["R0", "R1"]


def test_losing_to_a_logout_revokes_what_was_received_and_asks_for_a_login():
    world = World(token_answer(1))
    login = world.log_in()
    world.before[StoreRefreshed] = lambda: world.vault.end(OWNER, now=0)
    with pytest.raises(LoginRequired):
        refresh(world, login)
    assert world.held() is None
    assert sorted(world.to_be_revoked()) == ["R0", "R1"]


def test_losing_to_a_refresh_of_the_same_session_drops_what_was_received_silently():
    world = World(token_answer(1))
    login = world.log_in()
    world.before[StoreRefreshed] = lambda: world.vault.store_refreshed(login, tokens(2))
    assert refresh(world, login).tokens.access_token.reveal() == "A2"
    assert world.to_be_revoked() == []


def test_another_users_tokens_are_never_stored_nor_used():
    world = World(token_answer(1, owner="2"))
    login = world.log_in()
    with pytest.raises(UnusableAnswer, match="another user"):
        refresh(world, login)
    assert world.held() == "A0"
    assert world.vault.load("2") is None


def test_a_vault_that_cannot_store_fails_closed():
    world = World(token_answer(1))
    login = world.log_in()

    def fail():
        raise VaultUnavailable("disk full")

    world.before[StoreRefreshed] = fail
    with pytest.raises(VaultUnavailable):
        refresh(world, login)
    assert world.held() == "A0"
    assert world.log.count("Send") == 1


def test_the_tokens_age_counts_from_the_first_attempt():
    world = World(now=100.0)
    login = world.log_in()

    def slow():
        world.now = 130.0
        return token_answer(1)

    world.answers.append(slow)
    assert refresh(world, login).tokens.expires_at == 3700.0


def test_the_order_of_a_refresh():
    world = World(token_answer(1))
    refresh(world, world.log_in())
    order = [name for name in world.log if name in ("AcquireLease", "LoadLogin", "Send", "StoreRefreshed")]
    assert order == ["AcquireLease", "LoadLogin", "Send", "StoreRefreshed"]
    assert Send.__name__ == order[2]
