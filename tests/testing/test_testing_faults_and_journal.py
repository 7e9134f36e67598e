"""Faults that a test scripts, and the journal that it reads."""

from datetime import UTC, datetime

import httpx2
import pytest

from ringback.testing import Entry, LocalPlatformError

ME = "/restapi/v1.0/account/~/extension/~"


def me(ringcentral, tokens):
    return httpx2.get(ringcentral.server_url + ME, headers=tokens.headers)


def test_a_fault_hits_as_often_as_it_was_told(ringcentral):
    tokens = ringcentral.login()
    fault = ringcentral.faults.add(ME, status=503, times=2)
    assert [me(ringcentral, tokens).status_code for _ in range(3)] == [503, 503, 200]
    assert fault.hits == ringcentral.faults.hits == 2
    assert len(ringcentral.faults.all()) == 1


def test_faults_are_told_apart_and_taken_away(ringcentral):
    tokens = ringcentral.login()
    ringcentral.faults.add(ME, method="POST", status=500, times=None)
    ringcentral.faults.add(ME, client_id="another", status=500, times=None)
    body = ringcentral.faults.add(ME, status=418, body={"hello": "there"}, client_id=ringcentral.client_id)
    answer = me(ringcentral, tokens)
    assert (answer.status_code, answer.json()) == (418, {"hello": "there"})
    assert body.hits == 1
    ringcentral.faults.clear()
    assert me(ringcentral, tokens).status_code == 200
    with pytest.raises(LookupError, match="taken away"):
        _ = body.hits


def test_a_cut_answer_is_no_answer(ringcentral):
    tokens = ringcentral.login()
    ringcentral.faults.add(ME, cut="reset")
    with pytest.raises(httpx2.TransportError):
        me(ringcentral, tokens)
    assert me(ringcentral, tokens).status_code == 200


def test_before_and_after_differ_in_what_the_platform_did(ringcentral):
    tokens = ringcentral.login()
    token_url = f"{ringcentral.server_url}/restapi/oauth/token"
    app = (ringcentral.client_id, ringcentral.client_secret)
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    for when, refreshed in (("before", 0), ("after", 1)):
        ringcentral.journal.clear()
        ringcentral.faults.add("/restapi/oauth/token", when=when, status=502)
        assert httpx2.post(token_url, auth=app, data=refresh).status_code == 502
        second = httpx2.post(token_url, auth=app, data=refresh)
        assert second.status_code == 200
        if refreshed:
            third = httpx2.post(token_url, auth=app, data=refresh)
            assert third.json()["access_token"] == second.json()["access_token"]


def test_a_fault_in_the_login_itself_is_no_riddle(ringcentral):
    ringcentral.faults.add("/restapi/oauth/token", status=500)
    with pytest.raises(LocalPlatformError, match="a fault you added may do that"):
        ringcentral.login()
    ringcentral.faults.add("/restapi/oauth/authorize", cut="reset")
    with pytest.raises(LocalPlatformError, match="got no answer"):
        ringcentral.login()


@pytest.mark.parametrize(
    "wrong", [{"when": "later"}, {"cut": "off"}, {"times": 0}, {"status": 42}, {"delay": -1}, {}]
)
def test_a_fault_that_there_is_not_is_refused(ringcentral, wrong):
    with pytest.raises(ValueError, match="_local/faults"):
        ringcentral.faults.add(ME, **wrong)


def test_the_journal_says_what_was_asked_and_why_it_was_refused(ringcentral):
    tokens = ringcentral.login()
    ringcentral.journal.clear()
    me(ringcentral, tokens)
    httpx2.get(ringcentral.server_url + ME)
    good, bad = ringcentral.journal.entries
    assert (good.method, good.path, good.status, good.why) == ("GET", ME, 200, None)
    assert good.client_id == ringcentral.client_id
    assert good.extension_id == ringcentral.user.extension_id
    assert good.time == datetime(2026, 3, 3, 20, tzinfo=UTC)
    assert bad.status == 401
    assert bad.error_code
    assert bad.error_code in str(bad)
    assert ringcentral.journal.refused() == [bad]
    assert ringcentral.journal.find(path=ME, status=200) == [good]
    assert ringcentral.journal.find(status=500) == []
    assert list(ringcentral.journal) == [good, bad]
    assert isinstance(good, Entry)
    with pytest.raises(TypeError, match="an entry has no code; it has: time, method"):
        ringcentral.journal.find(code="x")
    ringcentral.journal.clear()
    assert len(ringcentral.journal) == 0
