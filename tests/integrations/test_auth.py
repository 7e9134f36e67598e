"""The auth objects: requests and httpx2 call as a user, the token goes nowhere else, a 401 is mended once."""

import asyncio
import subprocess
import sys

import httpx2
import pytest
import requests

from ringback import AsyncRingCentral, LoginRequired
from ringback.auth import HttpxAuth, RequestsAuth
from ringback.auth.destination import is_of_server

ME = "/restapi/v1.0/account/~/extension/~"
DEAD = {
    "errorCode": "TokenInvalid",
    "errors": [{"errorCode": "OAU-129", "message": "Access token corrupted"}],
}
NOT_MENDED = {"errorCode": "OAU-151", "errors": [{"errorCode": "OAU-151", "message": "not supported"}]}


def by_requests(user, method, url, **options):
    answer = requests.request(method, url, auth=RequestsAuth(user), timeout=10, **options)
    return answer.status_code, answer.json()


def by_httpx(user, method, url, **options):
    with httpx2.Client(auth=HttpxAuth(user), trust_env=False) as http:
        answer = http.request(method, url, **options)
    return answer.status_code, answer.json()


def by_async_httpx(user, method, url, **options):
    async def call():
        async with httpx2.AsyncClient(auth=HttpxAuth(user), trust_env=False) as http:
            answer = await http.request(method, url, **options)
        return answer.status_code, answer.json()

    return asyncio.run(call())


WAYS = pytest.mark.parametrize("call", [by_requests, by_httpx, by_async_httpx])


def refreshes(local):
    return len(local.journal.find(grant_type="refresh_token", status=200))


@WAYS
def test_a_call_is_the_users_and_two_users_do_not_mix(local, log_in, call):
    one, other = log_in(local.user), log_in(local.admin)
    for user in (one, other, one):
        status, body = call(user, "GET", local.server_url + ME)
        assert (status, str(body["id"])) == (200, user.id)


@WAYS
def test_an_expired_token_is_refreshed_before_it_is_sent(local, log_in, call):
    user = log_in()
    local.clock.advance(3601)
    assert call(user, "GET", local.server_url + ME)[0] == 200
    assert refreshes(local) == 1
    assert not local.journal.find(status=401)


@WAYS
def test_a_401_is_mended_once(local, log_in, call):
    user = log_in()
    local.faults.add(ME.replace("~", "*"), status=401, body=DEAD, times=1)
    assert call(user, "GET", local.server_url + ME)[0] == 200
    assert refreshes(local) == 1


@WAYS
def test_a_second_401_is_the_callers(local, log_in, call):
    user = log_in()
    local.faults.add(ME.replace("~", "*"), status=401, body=DEAD, times=9)
    assert call(user, "GET", local.server_url + ME)[0] == 401
    assert refreshes(local) == 1


@WAYS
def test_a_401_that_no_refresh_mends_is_left_alone(local, log_in, call):
    user = log_in()
    local.faults.add(ME.replace("~", "*"), status=401, body=NOT_MENDED, times=9)
    assert call(user, "GET", local.server_url + ME)[0] == 401
    assert refreshes(local) == 0


@WAYS
def test_after_a_logout_nothing_is_sent(local, log_in, call):
    user = log_in()
    user.logout()
    before = len(local.journal.entries)
    with pytest.raises(LoginRequired):
        call(user, "GET", local.server_url + ME)
    assert len(local.journal.entries) == before


def test_a_json_body_is_sent_again(local, log_in):
    user = log_in()
    path = "/restapi/v1.0/account/~/extension/~"
    for call in (by_requests, by_httpx, by_async_httpx):
        local.faults.add(path.replace("~", "*"), status=401, body=DEAD, times=1)
        call(user, "PUT", local.server_url + path, json={"contact": {}})
        assert [one.status for one in local.journal.find(method="PUT")][-2:][0] == 401


def test_an_async_user_serves_an_async_client(local):
    async def story():
        async with AsyncRingCentral() as rc:
            begun = await rc.begin_login()
            callback = await asyncio.to_thread(local.authorize, begun.url, local.user)
            user = await rc.finish_login(callback, begun.transaction)
            async with httpx2.AsyncClient(auth=HttpxAuth(user), trust_env=False) as http:
                local.clock.advance(3601)
                answers = await asyncio.gather(*(http.get(local.server_url + ME) for _ in range(5)))
            assert {answer.status_code for answer in answers} == {200}
            with httpx2.Client(auth=HttpxAuth(user), trust_env=False) as http, pytest.raises(TypeError):
                http.get(local.server_url + ME)

    asyncio.run(story())
    assert refreshes(local) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/restapi/v1.0",
        "https://platform.ringcentral.com.evil.example/x",
        "https://platform.ringcentral.com@evil.example/x",
        "https://user@platform.ringcentral.com/x",
        "http://platform.ringcentral.com/restapi",
        "https://platform.ringcentral.com:444/restapi",
        "https://evil.example\\@platform.ringcentral.com/",
        "https://platform.ringcentral.com",
        "https://[::1/x",
        "//platform.ringcentral.com/x",
        "",
    ],
)
def test_a_token_belongs_to_no_other_place(url):
    assert not is_of_server(url, "https://platform.ringcentral.com")


def test_a_token_belongs_to_the_server_and_below_its_path():
    assert is_of_server(
        "https://platform.ringcentral.com/restapi?x=/../y", "https://platform.ringcentral.com"
    )
    assert is_of_server("https://Platform.RingCentral.com:443/restapi", "https://platform.ringcentral.com")
    assert is_of_server("http://localhost:8000/_w/a/restapi", "http://localhost:8000/_w/a")
    assert not is_of_server("http://localhost:8000/_w/b/restapi", "http://localhost:8000/_w/a")
    assert not is_of_server("http://localhost:8000/_w/a/../b/x", "http://localhost:8000/_w/a")


def test_requests_and_httpx_attach_nothing_for_another_place(local, log_in):
    user = log_in()
    elsewhere = "https://elsewhere.example/restapi"
    prepared = requests.Request("GET", elsewhere, auth=RequestsAuth(user)).prepare()
    assert "Authorization" not in prepared.headers
    seen = []

    def answer(request):
        seen.append(request)
        if request.url.host == "elsewhere.example":
            return httpx2.Response(401)
        return httpx2.Response(302, headers={"Location": elsewhere})

    with httpx2.Client(
        auth=HttpxAuth(user), transport=httpx2.MockTransport(answer), follow_redirects=True
    ) as http:
        http.get(elsewhere)
        http.get(local.server_url + ME)
    hosts = [(request.url.host, "Authorization" in request.headers) for request in seen]
    assert hosts == [("elsewhere.example", False), ("127.0.0.1", True), ("elsewhere.example", False)]
    assert refreshes(local) == 0


def test_no_token_is_in_a_repr(local, log_in):
    user = log_in()
    assert repr(RequestsAuth(user)) == f"RequestsAuth(User(id='{user.id}'))"
    assert "Bearer" not in repr(HttpxAuth(user))
    assert str(user.bearer_token()) == "***"


def test_neither_library_is_imported_before_it_is_used():
    told = "import ringback.auth, sys; print({'requests', 'httpx2'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True)
    assert ran.stdout == "set()\n"
