"""One API call: when the token is refreshed, what each 401 does, and what a call raises."""

import pytest
from scripted import BROKEN, CLIENT, OK, OWNER, TIMEOUT, World, api_error, oauth_error, token_answer, tokens

from ringback import (
    BadRequest,
    LoginRequired,
    NotFound,
    PermissionMissing,
    RateLimited,
    RingbackError,
    ServerTrouble,
    TransportError,
    Unauthorized,
)
from ringback.client.messages import Headers, HttpAnswer, HttpRequest
from ringback.client.session import api_call

GET = HttpRequest("GET", "/restapi/v1.0/account/~/extension")
POST = HttpRequest("POST", "/restapi/v1.0/account/~/x", (), b"{}")


def call(world, request=GET, timeout=30.0):
    return world.run(api_call(OWNER, request, CLIENT, timeout=timeout))


def test_a_fresh_token_is_sent_as_a_bearer():
    world = World(OK)
    world.log_in()
    assert call(world).status == 200
    assert world.sent == ["Bearer A0"]


def test_without_a_login_nothing_is_sent():
    world = World()
    with pytest.raises(LoginRequired) as caught:
        call(world)
    assert caught.value.user_id == OWNER
    assert world.sent == []


def test_a_stale_token_is_refreshed_and_stored_before_it_is_used():
    world = World(token_answer(1), OK, now=3541.0)
    world.log_in()
    call(world)
    assert world.sent == ["grant_type=refresh_token&refresh_token=R0", "Bearer A1"]
    assert world.log.index("StoreRefreshed") < world.log.index("Send", world.log.index("Send") + 1)
    assert world.held() == "A1"
    assert world.vault.interrupted() == []


def test_a_stale_token_that_cannot_be_refreshed_is_used_while_it_lives():
    world = World(OK, now=3590.0)
    world.log_in(refresh=False)
    call(world)
    assert world.sent == ["Bearer A0"]


@pytest.mark.parametrize("code", ["OAU-128", "OAU-129", "OAU-149", "OAU-213", None])
def test_a_401_on_a_young_token_refreshes_once(code):
    world = World(api_error(401, code), token_answer(1), OK)
    world.log_in()
    assert call(world).status == 200
    assert world.sent == ["Bearer A0", "grant_type=refresh_token&refresh_token=R0", "Bearer A1"]


@pytest.mark.parametrize("code", ["AGW-401", "AGW-402", "OAU-151", "CMN-405"])
def test_a_401_that_no_refresh_mends_is_raised_at_once(code):
    world = World(api_error(401, code))
    world.log_in()
    with pytest.raises(Unauthorized) as caught:
        call(world)
    assert caught.value.code == code
    assert world.held() == "A0"


def test_a_401_after_another_process_refreshed_uses_its_tokens_without_a_refresh():
    world = World(api_error(401, "OAU-128"), OK)
    world.log_in()
    stored = world.vault.load(OWNER)
    world.answers.appendleft(
        lambda: world.vault.store_refreshed(stored, tokens(1)) and api_error(401, "OAU-128")
    )
    del world.answers[1]
    call(world)
    assert world.sent == ["Bearer A0", "Bearer A1"]


def test_after_the_reloaded_tokens_are_refused_too_there_is_still_one_refresh():
    world = World(api_error(401, "OAU-128"), token_answer(2), OK)
    world.log_in()
    stored = world.vault.load(OWNER)
    world.answers.appendleft(
        lambda: world.vault.store_refreshed(stored, tokens(1)) and api_error(401, "OAU-128")
    )
    assert call(world).status == 200
    assert world.sent == ["Bearer A0", "Bearer A1", "grant_type=refresh_token&refresh_token=R1", "Bearer A2"]


def test_a_second_401_asks_for_a_login_and_leaves_the_record():
    world = World(api_error(401, "OAU-213"), token_answer(1), api_error(401, "OAU-213"))
    world.log_in()
    with pytest.raises(LoginRequired):
        call(world)
    assert world.held() == "A1"


def test_after_its_own_refresh_a_call_still_takes_newer_tokens_but_refreshes_no_more():
    world = World(api_error(401, "OAU-128"), token_answer(1), now=0.0)
    world.log_in()

    def expired_and_refreshed_by_another():
        world.vault.store_refreshed(world.vault.load(OWNER), tokens(2))
        return api_error(401, "OAU-128")

    world.answers.extend([expired_and_refreshed_by_another, api_error(401, "OAU-128")])
    with pytest.raises(LoginRequired):
        call(world)
    assert world.sent[-2:] == ["Bearer A1", "Bearer A2"]
    assert sum("refresh_token" in what for what in world.sent) == 1


def test_a_401_without_refresh_tokens_asks_for_a_login():
    world = World(api_error(401, "OAU-128"))
    world.log_in(refresh=False)
    with pytest.raises(LoginRequired, match="no refresh tokens"):
        call(world)
    assert world.held() == "A0"


def test_a_login_that_the_server_ended_ends_here_and_says_why():
    world = World(oauth_error("invalid_grant", "OAU-213"), now=3600.0)
    world.log_in()
    with pytest.raises(LoginRequired, match="Token not found") as caught:
        call(world)
    assert caught.value.code == "OAU-213"
    assert world.held() is None
    assert world.to_be_revoked() == []


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "CMN-101", BadRequest),
        (403, "CMN-401", PermissionMissing),
        (403, "CMN-408", PermissionMissing),
        (404, "CMN-102", NotFound),
        (409, "CMN-204", BadRequest),
        (429, "CMN-301", RateLimited),
        (500, "CMN-203", ServerTrouble),
        (503, None, ServerTrouble),
    ],
)
def test_every_refusal_has_its_error_and_never_a_refresh(status, code, kind):
    world = World(api_error(status, code))
    world.log_in()
    with pytest.raises(kind) as caught:
        call(world, POST)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert world.sent == ["Bearer A0"]


def test_a_get_whose_connection_broke_is_sent_once_more_and_a_post_is_not():
    world = World(BROKEN, OK)
    world.log_in()
    assert call(world).status == 200
    world = World(BROKEN)
    world.log_in()
    with pytest.raises(TransportError):
        call(world, POST)
    assert world.sent == ["Bearer A0"]


def test_an_access_token_that_the_server_echoes_is_not_shown():
    body = b'{"errorCode":"A0","message":"bad token A0","errors":[{"errorCode":"A0","message":"bad A0"}]}'
    for status in (400, 403, 404, 500):
        world = World(*[HttpAnswer(status, Headers(), body)] * 3)
        world.log_in()
        with pytest.raises(RingbackError) as caught:
            call(world)
        assert "A0" not in f"{caught.value} {caught.value!r} {caught.value.code}"


def test_a_timeout_is_raised_and_not_repeated():
    world = World(TIMEOUT)
    world.log_in()
    with pytest.raises(TransportError) as caught:
        call(world)
    assert caught.value.timed_out


def test_a_post_refused_with_401_is_sent_again_with_the_same_body():
    world = World(api_error(401, "OAU-128"), token_answer(1), OK)
    world.log_in()
    assert call(world, POST).status == 200
