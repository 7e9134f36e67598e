"""The rate limit met by a client: over the local platform with limits on, and by the core's steps alone."""

import threading
from datetime import timedelta

import httpx2
import pytest
from campaigns.pacing import read_log
from scripted import BROKEN, CLIENT, OK, OWNER, World, api_error, token_answer, tokens

from ringback import RateLimited, RingCentral, VaultError
from ringback.client.allowance import Allowance, Policy
from ringback.client.limits.endpoints import endpoint_of
from ringback.client.limits.rate_budget import Budget, budget_from_bytes
from ringback.client.messages import Headers, HttpAnswer, HttpRequest
from ringback.client.refresh import refreshed
from ringback.client.session import api_call
from ringback.testing import LocalRingCentral
from ringback.vault import VaultUnavailable

LOG = "/restapi/v1.0/account/~/call-log"
GET = HttpRequest("GET", LOG)
POST = HttpRequest("POST", "/restapi/v1.0/account/~/x", (), b"{}")
TOKEN = "/restapi/oauth/token"


# Over the platform


@pytest.fixture
def local():
    with LocalRingCentral() as world, world.use_env():
        yield world


@pytest.fixture
def rc(local):
    with RingCentral(vault="memory://") as client:
        yield client


def log_in(local, rc):
    login = rc.begin_login()
    return rc.finish_login(local.authorize(login.url, local.admin), login.transaction)


@pytest.mark.parametrize("driver", ["sync", "async"])
@pytest.mark.parametrize("processes", [1, 2, 8])
def test_processes_that_share_a_budget_read_at_the_allowed_speed_without_a_429(
    local, tmp_path, processes, driver
):
    vault = f"sqlite:///{tmp_path / 'vault.db'}"
    outcome = read_log(local, vault, processes=processes, pages=40, driver=driver)
    assert outcome.holds, str(outcome)


def test_a_long_read_goes_on_as_long_as_the_limit_asks_and_over_the_end_of_a_token(local, rc):
    user = log_in(local, rc)
    local.clock.auto(1)
    calls = user.calls("account", per_page=10, date_from=local.clock.now() - timedelta(days=20))
    for number, _ in enumerate(calls.pages(), 1):
        if number == 12:
            local.clock.advance(2 * 3600)
        if number == 35:
            break
    assert local.journal.refused() == []
    assert len(local.journal.find(path=LOG)) >= 35
    assert len(local.journal.find(grant_type="refresh_token")) == 1


def test_a_wait_that_cannot_end_in_time_raises_at_once_and_sends_nothing(local, rc):
    user = log_in(local, rc)
    for _ in range(10):
        user.get(LOG)
    for options in ({}, {"on_limit": "raise"}, {"timeout": 59}):
        with pytest.raises(RateLimited, match="not sent") as caught:
            user.get(LOG, **options)
        assert caught.value.retry_after in (60, 61)
        assert not caught.value.sent
    with pytest.raises(RateLimited):
        next(user.calls("account", on_limit="raise"))
    assert len(local.journal.find(path=LOG)) == 10
    local.clock.advance(61)
    for _ in range(10):  # nobody who gave up has taken a slot
        assert user.get(LOG).status == 200


def test_a_client_can_be_told_to_raise_and_a_call_to_wait(local):
    with RingCentral(vault="memory://", on_limit="raise") as rc:
        user = log_in(local, rc)
        for _ in range(10):
            user.get(LOG)
        with pytest.raises(RateLimited):
            user.get(LOG, timeout=100)
        local.clock.auto(1)
        assert user.get(LOG, timeout=100, on_limit="wait").status == 200
    with pytest.raises(ValueError, match="on_limit"):
        user.get(LOG, on_limit="perhaps")


def test_threads_of_one_client_share_its_budget(local, rc):
    user = log_in(local, rc)
    local.clock.auto(5)
    done, left, counting = [], [5], threading.Lock()

    def work():
        done.extend(user.get(LOG, timeout=600).status for _ in range(5))
        with counting:
            left[0] -= 1
            local.clock.auto(max(1, left[0]))

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [200] * 25
    assert local.journal.refused() == []


def test_groups_and_users_have_budgets_of_their_own(local, rc):
    admin = log_in(local, rc)
    login = rc.begin_login()
    other = rc.finish_login(local.authorize(login.url, local.user), login.transaction)
    for _ in range(10):
        admin.get(LOG)
    assert admin.extension().id
    for _ in range(10):
        list(other.calls())
    assert local.journal.refused() == []


def test_refreshes_keep_to_the_limit_of_the_token_endpoint_and_hold_no_lease_meanwhile(local, rc):
    user = log_in(local, rc)
    for _ in range(4):  # with the login itself: five
        user.refresh()
    with pytest.raises(RateLimited, match="auth"):
        user.refresh()
    assert rc.vault.interrupted() == []
    assert rc.vault.lease(rc.vault.load(user.id)) is not None
    assert len(local.journal.find(path=TOKEN)) == 5
    assert local.journal.refused() == []


def test_a_refresh_waits_for_the_limit_when_its_time_allows(local):
    with RingCentral(vault="memory://", timeout=100) as rc:
        user = log_in(local, rc)
        local.clock.auto(1)
        for _ in range(9):
            user.refresh()
    assert [entry.status for entry in local.journal.find(path=TOKEN)] == [200] * 10


def test_a_login_that_the_limit_keeps_out_can_be_tried_again_with_the_same_callback(local, rc):
    user = log_in(local, rc)
    for _ in range(4):
        user.refresh()
    login = rc.begin_login()
    callback = local.authorize(login.url, local.user)
    with pytest.raises(RateLimited):
        rc.finish_login(callback, login.transaction)
    local.clock.advance(30)
    login = rc.begin_login()
    callback = local.authorize(login.url, local.user)
    with pytest.raises(RateLimited):
        rc.finish_login(callback, login.transaction)
    local.clock.advance(31)
    assert rc.finish_login(callback, login.transaction).id == local.user.extension_id
    assert local.journal.find(path=TOKEN, status=429) == []


def test_a_logout_keeps_its_revocation_for_later_where_the_limit_has_no_room(local, rc):
    user = log_in(local, rc)
    for _ in range(4):
        user.refresh()
    assert user.logout() is True
    assert local.journal.find(path="/restapi/oauth/revoke") == []
    local.clock.advance(61)
    rc.tidy()
    assert [entry.status for entry in local.journal.find(path="/restapi/oauth/revoke")] == [200]


def test_a_429_from_a_budget_that_others_spent_is_waited_out(local, rc):
    """Another program with the same app and user, which nobody here knows of, spends everything."""
    user = log_in(local, rc)
    user.get(LOG)
    other = local.login(local.admin)
    headers = {"Authorization": f"Bearer {other.access_token}"}
    while httpx2.get(local.server_url + LOG, headers=headers).status_code == 200:
        continue
    local.clock.auto(1)
    assert user.get(LOG, timeout=200).status == 200
    assert len(local.journal.find(path=LOG, status=429)) <= 2


# Without limits


def test_without_limits_nothing_is_paced_and_after_the_first_call_nothing_is_written():
    with LocalRingCentral(rate_limits=False) as local, local.use_env(), RingCentral(vault="memory://") as rc:
        user = log_in(local, rc)
        user.get(LOG)
        swaps = []
        swap = rc.vault.store.swap_budget
        rc.vault.store.swap_budget = lambda *given, **named: swaps.append(1) or swap(*given, **named)
        for _ in range(100):
            user.get(LOG)
        assert swaps == []
        assert user.get("/restapi/v1.0/account/~/call-log", timeout=1).status == 200


def test_a_vault_that_keeps_no_budgets_never_fails_a_call(local, rc):
    user = log_in(local, rc)

    def broken(*given, **named):
        raise VaultUnavailable("no room", remedy="")

    rc.vault.store.load_budget = rc.vault.store.swap_budget = broken
    for _ in range(10):
        user.get(LOG)
    with pytest.raises(RateLimited):
        user.get(LOG)
    assert local.journal.refused() == []
    assert not isinstance(RateLimited, VaultError)


# By the core's steps


def limited(remaining, status=200, **more):
    told = {"X-Rate-Limit-Group": "heavy", "X-Rate-Limit-Limit": "10", "X-Rate-Limit-Window": "60"}
    headers = (
        told
        | {"X-Rate-Limit-Remaining": str(remaining)}
        | {name.replace("_", "-"): value for name, value in more.items()}
    )
    return HttpAnswer(status, Headers(headers), b"{}")


def call(world, request=GET, timeout=30.0, **policy):
    return world.run(api_call(OWNER, request, CLIENT, timeout=timeout, policy=Policy(**policy)))


def holds(world, group="heavy", owner=OWNER):
    _, value = world.vault.budgets.load(owner, group)
    return budget_from_bytes(value).holds


def test_a_429_is_waited_out_and_the_call_is_sent_again_whatever_its_method():
    for request in (GET, POST):
        world = World(limited(0, 429, Retry_After="60"), limited(9))
        world.log_in()
        assert call(world, request, timeout=100).status == 200
        assert 60 <= world.now <= 61
        assert len(world.sent) == 2


def test_a_429_that_cannot_be_waited_out_is_raised_as_the_server_said_it():
    world = World(limited(0, 429, Retry_After="60"))
    world.log_in()
    with pytest.raises(RateLimited) as caught:
        call(world)
    assert caught.value.sent
    assert caught.value.retry_after == 60
    assert world.now == 0


def test_a_server_that_refuses_again_and_again_is_not_asked_for_ever():
    world = World(*[limited(0, 429, Retry_After="60")] * 5)
    world.log_in()
    with pytest.raises(RateLimited):
        call(world, patient=True)
    assert len(world.sent) == 3


def test_a_429_that_names_no_group_is_waited_out_too():
    world = World(HttpAnswer(429, Headers({"Retry-After": "5"}), b"{}"), OK)
    world.log_in()
    assert call(world, POST).status == 200
    assert world.now >= 5


def test_a_call_that_never_left_gives_its_slot_back_and_one_without_an_answer_keeps_it():
    world = World(limited(9), BROKEN, BROKEN, BROKEN)
    world.log_in()
    call(world)
    with pytest.raises(Exception, match="no usable answer"):
        call(world)
    assert [hold.answered is not None for hold in holds(world)] == [True] * 4


def test_a_login_that_is_gone_when_the_wait_is_over_leaves_no_hold():
    world = World(*[limited(10 - number) for number in range(1, 11)])
    login = world.log_in()
    for _ in range(10):
        call(world)

    def gone():
        world.vault.delete(login)

    from ringback.client.effects import WaitUntil

    world.before[WaitUntil] = gone
    with pytest.raises(Exception, match="log in"):
        call(world, timeout=100)
    assert len(holds(world)) == 10


def spend_the_token_endpoint(world):
    budget = Budget(limit=5)
    for number in range(5):
        budget = budget.answered(f"other {number}", world.now, world.now, None)
    world.vault.budgets.swap("", "auth", 0, budget.to_bytes())


def test_a_stale_token_that_still_lives_is_used_where_the_limit_leaves_no_room_for_a_refresh():
    world = World(token_answer(1), OK, OK, now=3541.0)
    login = world.log_in()
    spend_the_token_endpoint(world)
    world.answers.popleft()
    assert call(world).status == 200
    assert world.sent == ["Bearer A0"]
    assert world.vault.lease(login) is not None


def test_workers_that_wait_to_refresh_one_login_share_one_place_in_the_line():
    world = World(token_answer(1), now=100.0)
    login = world.log_in()
    spend_the_token_endpoint(world)
    first = refreshed(login, CLIENT, Allowance(200.0, 200.0))
    second = refreshed(login, CLIENT, Allowance(200.0, 200.0))
    for steps in (first, second):  # each as far as its wait
        effect = next(steps)
        while type(effect).__name__ != "WaitUntil":
            effect = steps.send(world.perform(effect))
    assert len(holds(world, "auth", "")) == 6
    world.now = 161.0
    assert world.run(_from(first)).tokens.access_token.reveal() == "A1"
    assert world.run(_from(second)).tokens.access_token.reveal() == "A1"
    assert len(world.sent) == 1


def _from(steps):
    """Go on with steps that stand at a wait which is over."""
    result = yield from _resumed(steps)
    return result


def _resumed(steps):
    try:
        effect = steps.send(None)
        while True:
            result = yield effect
            effect = steps.send(result)
    except StopIteration as stop:
        return stop.value


def test_an_endpoint_that_nobody_knows_is_learnt_by_one_call():
    world = World(limited(9), limited(8))
    world.log_in()
    unknown = HttpRequest("GET", "/restapi/v1.0/account/~/presence/17?x=1")
    call(world, unknown)
    assert world.limits.group_of("GET /restapi/v1.0/account/*/presence/*") == "heavy"
    call(world, unknown)
    assert [hold.answered for hold in holds(world)] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("target", "endpoint"),
    [
        ("/restapi/v1.0/account/~/extension/~?x=9", "GET /restapi/v1.0/account/*/extension/*"),
        (
            "/restapi/v1.0/account/12/extension/abc/call-log",
            "GET /restapi/v1.0/account/*/extension/*/call-log",
        ),
        ("/restapi/v1.0/account/~/call-log/AbCd", "GET /restapi/v1.0/account/*/call-log/*"),
        ("/restapi/v1.0", "GET /restapi/v1.0"),
        ("/restapi/v1.0/glip/chats/7f", "GET /restapi/v1.0/glip/chats/*"),
    ],
)
def test_endpoints_are_told_apart_by_their_paths_without_ids(target, endpoint):
    assert endpoint_of("GET", target) == endpoint


def test_tokens_are_never_in_a_budget():
    world = World(limited(9), now=3541.0)
    world.answers.appendleft(token_answer(1))
    world.log_in()
    call(world)
    for owner, group in ((OWNER, "heavy"), ("", "auth")):
        found = world.vault.budgets.load(owner, group)
        for secret in ("A0", "A1", "R0", "R1"):
            assert found is None or secret.encode() not in found[1]
    assert tokens(0).access_token.reveal() == "A0"


def test_an_error_without_rate_headers_of_a_bad_token_counts_for_nothing():
    world = World(api_error(401, "OAU-128"), token_answer(1), limited(9))
    world.log_in()
    call(world)
    assert len(holds(world)) == 1
