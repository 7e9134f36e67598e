"""What is sent again, how often, and when not: 5xx, lost answers, and the time a call has."""

import pytest
from scripted import BROKEN, CLIENT, OK, OWNER, TIMEOUT, World, api_error

from ringback import BadRequest, PermissionMissing, ServerTrouble, TransportError
from ringback.client.allowance import Policy
from ringback.client.messages import Headers, HttpAnswer, HttpRequest, NoAnswer
from ringback.client.session import api_call

REFUSED = NoAnswer("refused", "no connection")
PATH = "/restapi/v1.0/account/~/extension/~"


def trouble(status=503, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpAnswer(status, Headers(named), b"{}")


def call(world, method="GET", timeout=30.0, **policy):
    request = HttpRequest(method, PATH, (), None if method in ("GET", "HEAD", "DELETE") else b"{}")
    return world.run(api_call(OWNER, request, CLIENT, timeout=timeout, policy=Policy(**policy)))


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "failure", [trouble(500), trouble(502), trouble(503), trouble(504), trouble(408), BROKEN, REFUSED]
)
def test_what_may_be_repeated_is_sent_up_to_three_times(method, failure):
    world = World(failure, failure, OK)
    world.log_in()
    assert call(world, method).status == 200
    world = World(*[failure] * 4)
    world.log_in()
    with pytest.raises((ServerTrouble, BadRequest, TransportError)):
        call(world, method)
    assert len(world.sent) == 3


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(
    "failure", [trouble(500), trouble(503, Retry_After="1"), trouble(408), BROKEN, TIMEOUT]
)
def test_what_may_do_twice_what_was_asked_once_is_sent_once(method, failure):
    world = World(failure, OK)
    world.log_in()
    with pytest.raises((ServerTrouble, BadRequest, TransportError)):
        call(world, method)
    assert len(world.sent) == 1


def test_a_post_that_is_idempotent_is_repeated_when_its_caller_says_so():
    world = World(trouble(500), BROKEN, OK)
    world.log_in()
    assert call(world, "POST", idempotent=True).status == 200


def test_a_post_that_found_no_connection_was_never_sent_and_is_tried_again():
    world = World(REFUSED, OK)
    world.log_in()
    assert call(world, "POST").status == 200


@pytest.mark.parametrize("failure", [TIMEOUT, NoAnswer("unusable", "it is not HTTP"), trouble(501)])
def test_what_would_fail_again_is_not_repeated(failure):
    world = World(failure, OK)
    world.log_in()
    with pytest.raises((TransportError, ServerTrouble)):
        call(world)
    assert len(world.sent) == 1


def test_the_server_says_when_to_come_back():
    world = World(trouble(503, Retry_After="20"), OK)
    world.log_in()
    assert call(world).status == 200
    assert world.now == 20


def test_a_pause_that_ends_too_late_is_not_begun():
    world = World(trouble(503, Retry_After="30"), OK)
    world.log_in()
    with pytest.raises(ServerTrouble):
        call(world)
    assert world.now == 0
    assert len(world.sent) == 1


def test_pauses_grow_and_end_with_the_time_of_the_call():
    world = World(trouble(), trouble(), trouble(), OK)
    world.log_in()
    assert call(world, tries=4).status == 200
    assert world.elapsed == 2 + 4 + 8
    world = World(trouble(), trouble(), OK)
    world.log_in()
    with pytest.raises(ServerTrouble):
        call(world, timeout=5)
    assert world.elapsed <= 5
    assert len(world.sent) == 2


def test_a_connection_that_had_just_been_closed_costs_no_pause():
    world = World(BROKEN, OK)
    world.log_in()
    call(world)
    assert world.elapsed == 0


def test_one_try_is_one_try():
    world = World(trouble(), OK)
    world.log_in()
    with pytest.raises(ServerTrouble):
        call(world, tries=1)
    assert len(world.sent) == 1


def test_a_403_is_neither_repeated_nor_refreshed():
    world = World(api_error(403, "CMN-401"))
    world.log_in()
    with pytest.raises(PermissionMissing):
        call(world)
    assert world.sent == ["Bearer A0"]
