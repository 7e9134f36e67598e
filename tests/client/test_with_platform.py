"""The client against the local platform: the whole life of a login, and what goes wrong in it."""

from datetime import timedelta

import pytest

from ringback import (
    BadRequest,
    CallbackError,
    InvalidClient,
    LoginDenied,
    LoginRequired,
    NotFound,
    PermissionMissing,
    StateMismatch,
    TransactionSpent,
    TransportError,
    VaultUnavailable,
)
from ringback.client.messages import NoAnswer
from ringback.client.transports.async_transport import AsyncHttpTransport
from ringback.client.transports.transport import HttpTransport

EXTENSION = "/restapi/v1.0/account/~/extension/~"
ACCOUNT_LOG = "/restapi/v1.0/account/~/call-log"


class Faults:
    """Which paths' answers are lost, how often, and which paths are never reached."""

    def __init__(self):
        self.lose, self.refuse = {}, set()

    def before(self, path):
        return NoAnswer("refused", "no connection") if path in self.refuse else None

    def after(self, path, answer):
        if self.lose.get(path, 0) > 0:
            self.lose[path] -= 1
            return NoAnswer("broken", "the answer was lost")
        return answer


class FaultyTransport(HttpTransport):
    """A real transport with faults."""

    def __init__(self, server, faults):
        super().__init__(server)
        self.faults = faults

    def send(self, request, *, seconds):
        path = request.target.partition("?")[0]
        refused = self.faults.before(path)
        return refused or self.faults.after(path, super().send(request, seconds=seconds))


class AsyncFaultyTransport(AsyncHttpTransport):
    """The same for the asynchronous client."""

    def __init__(self, server, faults):
        super().__init__(server)
        self.faults = faults

    async def send(self, request, *, seconds):
        path = request.target.partition("?")[0]
        refused = self.faults.before(path)
        return refused or self.faults.after(path, await super().send(request, seconds=seconds))


@pytest.fixture
def faulty():
    return Faults()


@pytest.fixture
def shaky(place, faulty):
    transport = AsyncFaultyTransport if place.driver == "async" else FaultyTransport
    with place.client(transport=transport(place.base_url, faulty)) as client:
        yield client


def admin(place):
    return next(user for user in place.users if user["admin"])


def plain(place):
    return next(user for user in place.users if not user["admin"])


def test_the_whole_life_of_a_login(place, rc):
    user = place.log_in(rc, admin(place))
    assert user.id == admin(place)["extensionId"]
    extension = user.extension()
    assert extension.extension_number == admin(place)["extensionNumber"]
    assert user.get(EXTENSION).json()["contact"]["email"] == admin(place)["username"]
    own, company = list(user.calls()), list(user.calls("account"))
    assert len(company) > len(own) > 0
    assert {record.session_id for record in own} <= {record.session_id for record in company}
    assert user.logout() is True
    with pytest.raises(LoginRequired):
        user.get(EXTENSION)
    (revoked,) = place.requests(path="/restapi/oauth/revoke")
    assert revoked["status"] == 200


def test_pages_are_fetched_as_they_are_read_and_hold_every_record_once(place, rc):
    user = place.log_in(rc, admin(place))
    now = rc.clock.now()
    import datetime

    date_to = datetime.datetime.fromtimestamp(now, datetime.UTC)
    window = {"date_from": date_to - timedelta(days=7), "date_to": date_to}
    whole = [record.id for record in user.calls("account", **window, per_page=1000)]
    assert len(whole) > 300
    before = len(place.requests(path=ACCOUNT_LOG))
    paged = user.calls("account", **window, per_page=50)
    first = next(paged)
    assert len(place.requests(path=ACCOUNT_LOG)) == before + 1
    assert [first.id, *(record.id for record in paged)] == whole
    # Each page begins in the second in which the last one ended: a record or two come twice.
    pages = len(place.requests(path=ACCOUNT_LOG)) - before
    assert -(-len(whole) // 50) <= pages <= -(-len(whole) // 47)


def test_calls_that_come_in_while_a_log_is_read_shift_no_page(place, rc):
    user = place.log_in(rc, admin(place))
    whole = [record.id for record in user.calls("account", per_page=1000)]
    assert len(whole) > 40
    paged = user.calls("account", per_page=10)
    read = [next(paged).id]
    place.visits.advance(3600)
    assert next(user.calls("account")).id != whole[0]
    read += [record.id for record in paged]
    assert read == whole


def test_detailed_records_have_legs_and_filters_filter(place, rc):
    user = place.log_in(rc, admin(place))
    detailed = list(user.calls("account", view="Detailed", direction="Inbound", type=["Voice"]))
    assert all(record.legs for record in detailed)
    assert {record.direction for record in detailed} == {"Inbound"}
    assert {record.type for record in detailed} == {"Voice"}
    assert any(leg.master for leg in detailed[0].legs)


def test_another_process_finds_the_login_in_the_vault(place, rc):
    user = place.log_in(rc, plain(place))
    with place.client() as later:
        assert later.user(user.id).get(EXTENSION).json()["id"] == int(user.id)


def test_a_transaction_is_usable_in_another_process_and_a_callback_only_once(place, rc):
    login = rc.begin_login()
    callback = place.callback(login.url, plain(place))
    with place.client() as other:
        user = other.finish_login(callback, login.transaction)
    with pytest.raises(TransactionSpent):
        rc.finish_login(callback, login.transaction)
    assert rc.user(user.id).get(EXTENSION).status == 200


def test_the_callback_of_another_login_is_refused_and_spoils_nothing(place, rc):
    mine, other = rc.begin_login(), rc.begin_login()
    callback = place.callback(mine.url, plain(place))
    with pytest.raises(StateMismatch):
        rc.finish_login(callback, other.transaction)
    assert rc.finish_login(callback, mine.transaction).id == plain(place)["extensionId"]


def test_cancel_is_a_denied_login(place, rc):
    login = rc.begin_login()
    with pytest.raises(LoginDenied):
        rc.finish_login(f"{rc.redirect_uri}?error=access_denied&state={login.state}", login.transaction)


def test_a_wrong_client_secret_is_named_and_not_shown(place):
    with place.client(client_secret="SECRET-but-wrong") as rc:
        with pytest.raises(InvalidClient) as caught:
            place.log_in(rc, plain(place))
        assert "RC_APP_CLIENT_SECRET" in str(caught.value)
        assert "SECRET-but" not in str(caught.value)


def test_a_public_client_logs_in_refreshes_and_logs_out(place):
    public = place.visits.seed.public_app
    given = {
        "client_id": public["clientId"],
        "client_secret": None,
        "redirect_uri": public["redirectUris"][0],
    }
    with place.client(**given) as rc:
        user = place.log_in(rc, plain(place))
        user.refresh()
        assert user.get(EXTENSION).status == 200
        assert user.logout()
    assert [entry["status"] for entry in place.requests(path="/restapi/oauth/revoke")] == [200]


def test_what_a_plain_user_or_a_small_app_may_not_do_is_said(place, rc):
    user = place.log_in(rc, plain(place))
    with pytest.raises(PermissionMissing) as caught:
        list(user.calls("account"))
    assert (caught.value.code, caught.value.permission) == ("CMN-408", "ReadCompanyCallLog")
    small = place.visits.seed.small_app
    with place.client(client_id=small["clientId"], client_secret=small["clientSecret"]) as other:
        with pytest.raises(PermissionMissing) as caught:
            list(place.log_in(other, admin(place)).calls())
        assert caught.value.code == "CMN-401"
    with pytest.raises(NotFound):
        user.get("/restapi/v1.0/nothing/here")
    with pytest.raises(BadRequest) as refused:
        user.get(ACCOUNT_LOG.replace("~/", "~/extension/~/"), params={"view": "Huge"})
    assert refused.value.code == "CMN-101"
    assert refused.value.request_id
    assert len(place.refreshes()) == 0


def test_an_expired_token_is_refreshed_on_use_and_an_expired_login_must_be_renewed(place, rc):
    user = place.log_in(rc, plain(place))
    place.visits.advance(3600)
    assert user.get(EXTENSION).status == 200
    assert len(place.refreshes()) == 1
    place.visits.advance(8 * 24 * 3600)
    with pytest.raises(LoginRequired) as caught:
        user.get(EXTENSION)
    assert caught.value.code == "OAU-210"
    assert rc.vault.load(user.id) is None
    assert place.log_in(rc, plain(place)).get(EXTENSION).status == 200


def test_a_refresh_whose_answer_was_lost_is_finished_by_presenting_the_old_token_again(place, shaky, faulty):
    user = place.log_in(shaky, plain(place))
    place.visits.advance(3600)
    faulty.lose["/restapi/oauth/token"] = 2
    with pytest.raises(TransportError):
        user.get(EXTENSION)
    assert shaky.vault.interrupted() == [user.id]
    place.visits.advance(50 * 60)
    with place.client() as another_process:
        another_process.tidy()
        assert another_process.vault.interrupted() == []
    assert user.get(EXTENSION).status == 200
    assert [entry["status"] for entry in place.refreshes()] == [200] * 3


def test_logout_ends_the_login_here_also_when_the_server_is_away(place, shaky, faulty):
    user = place.log_in(shaky, plain(place))
    old = shaky.vault.load(user.id).tokens.access_token.reveal()
    faulty.refuse.add("/restapi/oauth/revoke")
    assert user.logout() is True
    with pytest.raises(LoginRequired):
        user.get(EXTENSION)
    assert place.requests(path="/restapi/oauth/revoke") == []
    faulty.refuse.clear()
    shaky.tidy()  # too early: it was put off
    assert place.requests(path="/restapi/oauth/revoke") == []
    later = place.client(clock=Ahead(shaky.clock, 61))
    with later:
        later.tidy()
    (revoked,) = place.requests(path="/restapi/oauth/revoke")
    assert revoked["status"] == 200
    with place.visits.browser() as http:
        answer = http.get(EXTENSION, headers={"Authorization": f"Bearer {old}"})
    assert answer.status_code == 401


def test_a_logout_by_a_clock_that_runs_ahead_is_still_told_to_the_server(place):
    with place.client() as rc:
        user = place.log_in(rc, plain(place))
        with place.client(clock=Ahead(rc.clock, 30 * 24 * 3600)) as ahead:
            assert ahead.user(user.id).logout() is True
    assert [entry["status"] for entry in place.requests(path="/restapi/oauth/revoke")] == [200]


def test_a_transaction_that_is_none_is_refused(rc):
    for wrong in (None, 5, "nonsense", "A" * 9000):
        with pytest.raises(CallbackError, match="transaction"):
            rc.finish_login("code=a&state=b", wrong)


class Ahead:
    def __init__(self, clock, seconds):
        self.clock, self.seconds = clock, seconds

    def now(self):
        return self.clock.now() + self.seconds


def test_a_login_lives_as_long_as_one_of_its_holders(place, rc):
    first = place.log_in(rc, plain(place), holder="browser 1")
    second = place.log_in(rc, plain(place), holder="browser 2")
    assert second.session().holders == 2
    assert first.logout() is False
    assert second.get(EXTENSION).status == 200
    assert second.logout() is True
    with pytest.raises(LoginRequired):
        second.get(EXTENSION)


def test_log_out_everywhere_ends_all_holders(place, rc):
    first = place.log_in(rc, plain(place), holder="browser 1")
    second = place.log_in(rc, plain(place), holder="browser 2")
    assert first.logout(everywhere=True) is True
    with pytest.raises(LoginRequired):
        second.get(EXTENSION)


def test_a_new_login_of_the_same_user_revokes_the_old_session_and_keeps_the_new(place, rc):
    first = place.log_in(rc, plain(place))
    second = place.log_in(rc, plain(place))
    assert [entry["status"] for entry in place.requests(path="/restapi/oauth/revoke")] == [200]
    assert first.get(EXTENSION).status == second.get(EXTENSION).status == 200
    assert place.refreshes() == []


def test_a_platform_clock_far_ahead_of_the_client_is_met_through_401(place, rc):
    user = place.log_in(rc, plain(place))
    for _ in range(3):
        place.visits.advance(3601)
        assert user.get(EXTENSION).status == 200
    assert len(place.refreshes()) == 3


def test_a_client_that_was_closed_says_so(place):
    rc = place.client()
    user = place.log_in(rc, plain(place))
    rc.close()
    rc.close()
    with pytest.raises(VaultUnavailable, match="closed"):
        user.session()


def test_wrong_arguments_are_refused_before_anything_is_sent(place, rc):
    user = place.log_in(rc, plain(place))
    before = len(place.visits.journal())
    for wrong in (
        {"scope": "company"},
        {"view": "Huge"},
        {"direction": "In"},
        {"type": "SMS"},
        {"per_page": 0},
    ):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            user.calls(**wrong)
    assert len(place.visits.journal()) == before
