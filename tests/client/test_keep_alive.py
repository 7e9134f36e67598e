"""Keeping unused logins alive: which are due, in which order, how fast, and what comes of each."""

import pytest
from scripted import BROKEN, CLIENT, World, oauth_error, token_answer, tokens

from ringback import InvalidClient
from ringback.client.keep_alive import is_due, keep_alive, seconds_between
from ringback.client.messages import Headers, HttpAnswer
from ringback.vault import KeyRing, Vault, new_key

DAY = 86_400.0
LIMITED = HttpAnswer(429, Headers({"Retry-After": "30"}), b"{}")


def world_with(*owners, answers=()):
    """A world in which these owners' logins are due, the first one's first."""
    world = World(*answers, now=6 * DAY)
    for number, owner in enumerate(owners):
        world.vault.put_login(tokens(number, owner=owner, issued_at=number * 60.0, session=owner), "h", now=0)
    return world


def kept(owner, number=9):
    return token_answer(number, owner=owner, session=owner)


def run(world, pause=12.0):
    return world.run(keep_alive(CLIENT, pause))


@pytest.mark.parametrize(("now", "due"), [(0, False), (5.2 * DAY, False), (5.3 * DAY, True), (8 * DAY, True)])
def test_a_login_is_due_in_the_last_quarter_of_its_refresh_tokens_life(now, due):
    assert is_due(tokens(0), now) == due


def test_a_login_that_cannot_be_refreshed_or_never_ends_is_not_due():
    assert not is_due(tokens(0, refresh=False), 8 * DAY)


def test_the_nearest_to_its_end_comes_first_and_each_waits_its_turn():
    world = world_with("b", "a", "c", answers=[kept("b"), kept("a"), kept("c")])
    world.vault.put_login(tokens(7, owner="young", issued_at=5 * DAY, session="y"), "h", now=0)
    told = run(world)
    assert [what.split("refresh_token=")[1][:2] for what in world.sent] == ["R0", "R1", "R2"]
    assert (told.logins, told.due, told.refreshed, told.waiting) == (4, 3, 3, 0)
    assert world.elapsed == 24.0
    assert run(world).due == 0


def test_the_pause_follows_from_the_pace():
    assert seconds_between(5) == 12
    for wrong in (0, -1, 601, float("nan")):
        with pytest.raises(ValueError, match="pace"):
            seconds_between(wrong)


def test_a_login_that_another_process_refreshed_meanwhile_costs_nothing():
    world = world_with("a", "b", answers=[kept("a")])

    def refreshed_elsewhere():
        login = world.vault.load("b")
        world.vault.store_refreshed(login, tokens(5, owner="b", issued_at=6 * DAY, session="b"))
        return kept("a")

    world.answers[0] = refreshed_elsewhere
    told = run(world)
    assert (told.due, told.refreshed, told.waiting) == (2, 1, 0)
    assert world.elapsed == 0
    assert len(world.sent) == 1


def test_of_a_login_that_has_ended_the_user_is_named_and_the_others_go_on():
    world = world_with("a", "b", answers=[oauth_error("invalid_grant"), kept("b")])
    told = run(world)
    assert (told.ended, told.refreshed) == (["a"], 1)
    assert world.vault.load("a") is None


def test_a_pause_that_the_server_asks_for_is_kept_and_then_the_same_login_is_refreshed():
    world = world_with("a", answers=[LIMITED, kept("a")])
    told = run(world)
    assert (told.refreshed, told.limited) == (1, False)
    assert 30 <= world.elapsed <= 31


def test_a_server_that_goes_on_asking_for_pauses_ends_the_round():
    world = world_with("a", "b", answers=[LIMITED] * 2)
    told = run(world)
    assert (told.limited, told.refreshed, told.waiting, told.failed) == (True, 0, 2, {})
    assert world.vault.load("a") is not None


def test_a_server_that_is_away_is_not_asked_for_every_login():
    world = world_with(*"abcdef", answers=[BROKEN] * 6)
    told = run(world)
    assert list(told.failed) == ["a", "b", "c"]
    assert told.waiting == 3
    assert world.vault.interrupted() == ["a", "b", "c"]  # `tidy` finishes them


def test_an_app_that_the_server_does_not_know_ends_it_at_once():
    world = world_with("a", "b", answers=[oauth_error("invalid_client", status=401)])
    with pytest.raises(InvalidClient):
        run(world)
    assert len(world.sent) == 1


def test_a_record_under_another_key_is_named_and_left():
    world = world_with("a", answers=[kept("a")])
    stranger = Vault(
        world.vault.store, KeyRing.from_setting(new_key()), server="https://s", client_id="client"
    )
    stranger.put_login(tokens(1, owner="z", session="z"), "h", now=0)
    told = run(world)
    assert (told.unopened, told.refreshed, told.logins) == (["z"], 1, 2)
    assert stranger.load("z") is not None


def test_every_page_of_logins_is_looked_at():
    world = World(now=0.0)
    for number in range(450):
        world.vault.put_login(tokens(1, owner=f"{number:04}", session=str(number)), "h", now=0)
    assert run(world).logins == 450


def test_it_tells_no_token():
    world = world_with("a", answers=[kept("a")])
    told = run(world)
    assert "R9" not in str(told.to_dict())
    assert told.to_dict()["refreshed"] == 1
