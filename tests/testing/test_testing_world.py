"""A test's RingCentral: its users and apps, logins of every kind, a clock that stands, worlds apart."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from ringback.testing import App, LocalPlatformError, LocalRingCentral, User

ME = "/restapi/v1.0/account/~/extension/~"
CALL_LOG = "/restapi/v1.0/account/~/extension/~/call-log"
START = datetime(2026, 3, 3, 20, tzinfo=UTC)


def me(ringcentral, tokens):
    return httpx2.get(ringcentral.server_url + ME, headers=tokens.headers)


def authorize_url(ringcentral, app=None, **more):
    app = app or ringcentral.apps[0]
    asked = {"response_type": "code", "client_id": app.client_id, "redirect_uri": app.redirect_uri, **more}
    return f"{ringcentral.server_url}/restapi/oauth/authorize?{urlencode(asked)}"


def call_log(ringcentral):
    headers = ringcentral.login().headers
    asked = {"dateFrom": "2026-02-01"}
    return httpx2.get(ringcentral.server_url + CALL_LOG, headers=headers, params=asked).text


def query(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_it_has_users_and_apps(ringcentral):
    assert ringcentral.admin.admin
    assert not ringcentral.user.admin
    assert ringcentral.client_id == ringcentral.apps[0].client_id
    assert ringcentral.client_secret == ringcentral.apps[0].client_secret
    assert ringcentral.public_app.public
    assert not ringcentral.apps[0].public
    assert ringcentral.app("Ringback Demo") is ringcentral.apps[0]
    with pytest.raises(LookupError, match="there are: Ringback Demo"):
        ringcentral.app("another")
    assert ringcentral.server_url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("pkce", [True, False])
def test_a_login_gives_tokens_that_work(ringcentral, pkce):
    tokens = ringcentral.login(pkce=pkce)
    assert me(ringcentral, tokens).json()["extensionNumber"] == ringcentral.user.extension_number
    assert tokens.owner_id == ringcentral.user.extension_id
    assert tokens.refresh_token
    assert tokens.refresh_token_expires_in == tokens.answer["refresh_token_expires_in"]


def test_another_user_another_app_a_narrower_scope(ringcentral):
    tokens = ringcentral.login(ringcentral.admin, ringcentral.public_app, scope="ReadAccounts")
    assert tokens.scope == "ReadAccounts"
    assert me(ringcentral, tokens).json()["extensionNumber"] == ringcentral.admin.extension_number


def test_the_platform_insists_on_pkce_for_a_public_app(ringcentral):
    with pytest.raises(LocalPlatformError):
        ringcentral.login(app=ringcentral.public_app, pkce=False)


def test_a_login_is_the_browsers_own_with_all_its_pages(ringcentral):
    ringcentral.login()
    steps = [(entry.method, entry.path) for entry in ringcentral.journal]
    oauth = "/restapi/oauth"
    assert steps == [
        ("GET", f"{oauth}/authorize"),
        ("POST", f"{oauth}/authorize/login"),
        ("GET", f"{oauth}/authorize/consent"),
        ("POST", f"{oauth}/authorize/consent"),
        ("POST", f"{oauth}/token"),
    ]


def test_a_login_of_the_code_under_test(ringcentral):
    callback = ringcentral.authorize(authorize_url(ringcentral, state="s 1"), ringcentral.admin)
    assert callback.startswith(f"{ringcentral.redirect_uri}?")
    assert query(callback)["state"] == "s 1"
    assert "code" in query(callback)


def test_a_user_cancels(ringcentral):
    callback = ringcentral.authorize(authorize_url(ringcentral), decision="cancel")
    assert query(callback)["error"] == "access_denied"
    with pytest.raises(ValueError, match="authorize or cancel"):
        ringcentral.authorize(authorize_url(ringcentral), decision="maybe")


def test_a_browser_stays_logged_in_and_another_is_not(ringcentral):
    browser = ringcentral.browser()
    browser.authorize(authorize_url(ringcentral), ringcentral.user)
    again = browser.authorize(authorize_url(ringcentral, prompt="none"), ringcentral.user)
    assert "code" in query(again)
    other = ringcentral.authorize(authorize_url(ringcentral, prompt="none"))
    assert query(other)["error"] == "login_required"


def test_what_the_pages_refuse_is_an_error_that_says_where_to_look(ringcentral):
    wrong = authorize_url(ringcentral).replace("oauth2callback", "oauth2callback2")
    with pytest.raises(LocalPlatformError, match=r"/authorize answered 40\d.*journal\.refused"):
        ringcentral.authorize(wrong)
    assert ringcentral.journal.refused()[-1].why
    stranger = User("nobody@example.com", "wrong", "1", "1", "1", False)
    with pytest.raises(LocalPlatformError, match=r"did not let nobody@example\.com in"):
        ringcentral.authorize(authorize_url(ringcentral), stranger)
    with pytest.raises(LocalPlatformError, match="use_env"):
        ringcentral.authorize("https://platform.ringcentral.com/restapi/oauth/authorize?x=y")


def test_secrets_are_in_no_repr(ringcentral):
    tokens = ringcentral.login()
    told = repr((ringcentral, tokens, ringcentral.users, ringcentral.apps, ringcentral.browser()))
    secrets = [
        tokens.access_token,
        tokens.refresh_token,
        ringcentral.client_secret,
        ringcentral.user.password,
    ]
    assert not [secret for secret in secrets if secret in told]


def test_an_app_of_the_tests_own(ringcentral):
    app = ringcentral.add_app("Mine", redirect_uris=["https://mine.example/cb"], permissions=["ReadAccounts"])
    assert ringcentral.app("Mine") == app
    assert isinstance(app, App)
    tokens = ringcentral.login(app=app)
    assert tokens.scope == "ReadAccounts"
    refused = httpx2.get(ringcentral.server_url + CALL_LOG, headers=tokens.headers)
    assert refused.status_code == 403
    public = ringcentral.add_app(
        "Also mine", redirect_uris=["https://mine.example/"], platform_type="MobileIOS"
    )
    assert public.public
    assert me(ringcentral, ringcentral.login(app=public)).status_code == 200
    with pytest.raises(ValueError, match="there is no permission Fly"):
        ringcentral.add_app("Bad", permissions=["Fly"])
    with pytest.raises(ValueError, match="there is no platform type Fridge; there are: ServerWeb"):
        ringcentral.add_app("Bad", platform_type="Fridge")


def test_a_jwt_gives_tokens(ringcentral):
    expires = ringcentral.clock.now() + timedelta(hours=1)
    made = ringcentral.add_app(platform_type="JWT")
    app = (made.client_id, made.client_secret)

    def exchange(assertion):
        grant = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        return httpx2.post(f"{ringcentral.server_url}/restapi/oauth/token", auth=app, data=grant)

    answer = exchange(ringcentral.jwt(ringcentral.admin, expires))
    assert answer.status_code == 200, answer.text
    assert answer.json()["owner_id"] == ringcentral.admin.extension_id
    late = ringcentral.jwt(expires=expires)
    ringcentral.clock.advance(3600)
    assert exchange(late).status_code == 400


def test_the_clock_stands_where_it_was_put_until_it_is_moved(ringcentral):
    assert ringcentral.clock.mode == "frozen"
    assert ringcentral.clock.now() == ringcentral.clock.now() == START
    assert ringcentral.clock.advance(1.5) == START + timedelta(seconds=1.5)
    assert ringcentral.clock.advance(timedelta(hours=1)) == START + timedelta(seconds=3601.5)
    assert ringcentral.clock.set(START + timedelta(days=1)) == START + timedelta(days=1)
    with pytest.raises(ValueError, match="advance"):
        ringcentral.clock.advance(-1)
    with pytest.raises(ValueError, match="set"):
        ringcentral.clock.set(START)
    with pytest.raises(ValueError, match="time zone"):
        ringcentral.clock.set(datetime(2030, 1, 1))
    ringcentral.clock.run()
    assert ringcentral.clock.mode == "running"
    ringcentral.clock.auto(2)
    assert ringcentral.clock.mode == "auto"
    ringcentral.clock.freeze()
    assert ringcentral.clock.mode == "frozen"


def test_tokens_live_by_that_clock(ringcentral):
    tokens = ringcentral.login()
    ringcentral.clock.advance(3599)
    assert me(ringcentral, tokens).status_code == 200
    ringcentral.clock.advance(2)
    assert me(ringcentral, tokens).status_code == 401


@pytest.mark.ringcentral(start="now")
def test_real_time_runs(ringcentral):
    assert ringcentral.clock.mode == "running"
    assert abs(ringcentral.clock.now() - datetime.now(UTC)) < timedelta(seconds=60)


@pytest.mark.ringcentral(seed=3, rate_limits=False)
def test_the_same_choices_give_the_same_world(ringcentral):
    with LocalRingCentral(seed=3, rate_limits=False) as again:
        other = ringcentral.another(seed=4)
        logs = [call_log(one).replace(one.server_url, "") for one in (ringcentral, again, other)]
        assert len(json.loads(logs[0])["records"]) > 10
        assert logs[0] == logs[1] != logs[2]
        assert [user.username for user in again.users] == [user.username for user in ringcentral.users]
        assert [user.username for user in other.users] != [user.username for user in ringcentral.users]


def test_worlds_know_nothing_of_each_other(ringcentral):
    with ringcentral.another() as other:
        assert other.server_url != ringcentral.server_url
        tokens = ringcentral.login()
        assert len(other.journal) == 0
        assert httpx2.get(other.server_url + ME, headers=tokens.headers).status_code == 401
        ringcentral.clock.advance(3600)
        ringcentral.faults.add("/**", status=500, times=None)
        assert other.clock.now() == START
        assert me(other, other.login()).status_code == 200
    other.close()  # twice does no harm
    assert ringcentral.clock.now() == START + timedelta(hours=1)
    with pytest.raises(LocalPlatformError, match="closed"):
        other.use_env()
    with pytest.raises(LocalPlatformError, match="ended"):
        other.quirk("refresh-grace", "strict")


def test_what_one_made_ends_with_it():
    with LocalRingCentral() as ringcentral:
        other = ringcentral.another()
    with pytest.raises(LocalPlatformError, match="closed"):
        other.use_env()


def test_a_server_of_its_own_ends_with_it():
    with LocalRingCentral() as ringcentral:
        url = ringcentral.server_url
        assert ringcentral.login().access_token
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(url)


def test_a_snapshot_brings_everything_back(ringcentral):
    tokens = ringcentral.login()
    before = ringcentral.snapshot()
    ringcentral.clock.advance(7200)
    ringcentral.quirk("refresh-grace", "strict")
    later = ringcentral.login()
    ringcentral.restore(before)
    assert ringcentral.clock.now() == START
    assert me(ringcentral, tokens).status_code == 200
    assert me(ringcentral, later).status_code == 401
    with pytest.raises(ValueError, match="snapshot"):
        ringcentral.restore({"no": "snapshot"})


def test_a_reset_begins_anew(ringcentral):
    tokens = ringcentral.login()
    ringcentral.faults.add("/restapi/**", status=503, times=None)
    ringcentral.clock.advance(7200)
    ringcentral.reset()
    assert ringcentral.clock.now() == START
    assert ringcentral.clock.mode == "frozen"
    assert len(ringcentral.journal) == 0
    assert me(ringcentral, tokens).status_code == 401
    ringcentral.quirk("refresh-grace", "strict")
    assert ringcentral.login().access_token


@pytest.mark.ringcentral(quirks={"access-token-life": "7199"}, redirect_uri="https://app.example/cb")
def test_a_world_of_ones_choice(ringcentral):
    assert ringcentral.redirect_uri == "https://app.example/cb"
    assert ringcentral.login().expires_in == 7199
    ringcentral.quirk("access-token-life", "3600")
    assert ringcentral.login().expires_in == 3600
    with pytest.raises(ValueError, match="3600 or 7199 or 86400"):
        ringcentral.quirk("access-token-life", "1")
    with pytest.raises(ValueError, match="there is no quirk"):
        ringcentral.quirk("gravity", "off")


@pytest.mark.parametrize(
    ("choices", "error", "words"),
    [
        ({"sede": 1}, TypeError, "there is no sede; there are: seed"),
        ({"start": datetime(2026, 1, 1)}, ValueError, "time zone"),
        ({"start": "tomorrow"}, ValueError, "time zone"),
        ({"employees": 0}, ValueError, "employees must be 2 to"),
        ({"quirks": {"gravity": "off"}}, ValueError, "there is no quirk"),
        ({"redirect_uri": "nowhere"}, ValueError, "redirect_uri"),
    ],
)
def test_wrong_choices_are_explained(ringcentral, choices, error, words):
    with pytest.raises(error, match=words):
        ringcentral.another(**choices)


def test_too_many_logins_are_explained(ringcentral):
    for _ in range(5):
        ringcentral.login()
    with pytest.raises(LocalPlatformError, match=r"clock\.advance\(60\).*rate_limits=False"):
        ringcentral.login()
    ringcentral.clock.advance(60)
    assert ringcentral.login().access_token


@pytest.mark.ringcentral(rate_limits=False)
def test_without_limits_there_are_none(ringcentral):
    for _ in range(7):
        ringcentral.login()
    answer = me(ringcentral, ringcentral.login())
    assert not [name for name in answer.headers if name.lower().startswith("x-rate-limit")]
