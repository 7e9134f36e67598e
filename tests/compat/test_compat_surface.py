"""The shapes of the official SDK over the client: what the peers' stories do not touch."""

from __future__ import annotations

import io
import json
from typing import Any

import flask
import pytest

from headless import Visits, new_server
from ringback.compat import SDK, ApiException, Events, MultipartBuilder
from ringback.compat.http.json_object import unfold
from ringback.compat.observable import EventNotFound, HandlerNotFound, Observable
from ringback.compat.platform.platform import Platform

EXTENSION = "/restapi/v1.0/account/~/extension/~"


@pytest.fixture(scope="module")
def visits():  # type: ignore[no-untyped-def]
    with new_server(rate_limits=False) as running:
        yield Visits(running)


def sdk(visits: Visits, **options: Any) -> SDK:
    app = visits.seed.app
    return SDK(app["clientId"], app["clientSecret"], visits.server.base_url, **options)


def logged_in(visits: Visits) -> Platform:
    platform = sdk(visits).platform()
    platform.login(code=visits.log_in(), redirect_uri=visits.seed.app["redirectUris"][0])
    return platform


def quick_start(visits: Visits) -> flask.Flask:
    """A web app as people have built them on the official SDK; only the import is another."""
    app = flask.Flask("quick start")
    app.secret_key = "for the test"
    redirect_uri = visits.seed.app["redirectUris"][0]

    @app.get("/")
    def index() -> str:
        return sdk(visits).platform().login_url(redirect_uri, state="initial")

    @app.get("/oauth2callback")
    def callback() -> Any:
        platform = sdk(visits).platform()
        platform.login(code=flask.request.args["code"], redirect_uri=redirect_uri)
        flask.session["tokens"] = platform.auth().data()
        return flask.redirect("/test")

    @app.get("/test")
    def test() -> Any:
        platform = sdk(visits).platform()
        platform.auth().set_data(flask.session["tokens"])
        if not platform.logged_in():
            return flask.redirect("/")
        answer = platform.get("/account/~/extension/~/call-log", {"perPage": 5, "view": "Detailed"})
        return {"name": platform.get(EXTENSION).json().name, "log": answer.json_dict()}

    @app.get("/logout")
    def logout() -> Any:
        platform = sdk(visits).platform()
        platform.auth().set_data(flask.session.pop("tokens"))
        platform.logout()
        return flask.redirect("/")

    return app


def test_the_quick_starts_code_runs(visits: Visits) -> None:
    with quick_start(visits).test_client() as browser:
        url = browser.get("/").text
        assert url.startswith(f"{visits.server.base_url}/restapi/oauth/authorize?response_type=code&")
        assert "state=initial" in url
        browser.get("/oauth2callback", query_string={"code": visits.log_in()})
        told = browser.get("/test").json
        assert told["name"]
        assert len(told["log"]["records"]) == 5
        old = flask.session["tokens"]
        browser.get("/logout")
    again = sdk(visits).platform()
    again.auth().set_data(old)
    with pytest.raises(ApiException):
        again.get(EXTENSION)


def test_a_refusal_names_the_request_and_no_secret(visits: Visits) -> None:
    platform = logged_in(visits)
    with pytest.raises(ApiException) as caught:
        platform.get("/account/~/extension/~/call-log", {"view": "x"}, headers={"Accept": "application/json"})
    answer = caught.value.api_response()
    response = answer.response()
    assert response is not None
    assert response.status_code == 400
    assert response.json()["errorCode"] == "CMN-101"
    assert "HTTP 400" in str(caught.value)
    assert "view=x" in str(caught.value)
    shown = f"{caught.value!r} {answer!r} {platform!r} {platform.auth()!r} {answer.request()!r}"
    for secret in (platform.auth().access_token(), platform.auth().refresh_token()):
        assert secret
        assert secret not in str(caught.value) + shown


def test_no_answer_is_an_exception_without_an_answer(visits: Visits) -> None:
    platform = SDK("id", "secret", "http://127.0.0.1:1").platform()
    with pytest.raises(ApiException) as caught:
        platform.login(code="a code")
    assert caught.value.api_response().response() is None
    assert "no connection" in str(caught.value)


def test_a_token_goes_into_no_address_and_to_no_other_server(visits: Visits) -> None:
    platform = logged_in(visits)
    with pytest.raises(ValueError, match="no token into an address"):
        platform.create_url("/account/~", add_token=True)
    with pytest.raises(ValueError, match="tokens are sent nowhere else"):
        platform.get("https://elsewhere.example/restapi/v1.0/account/~")


def test_addresses(visits: Visits) -> None:
    platform, server = sdk(visits).platform(), visits.server.base_url
    assert platform.create_url("/account/~") == "/restapi/v1.0/account/~"
    assert platform.create_url("/account/~", add_server=True) == f"{server}/restapi/v1.0/account/~"
    assert platform.create_url("/rcvideo/v2/x", add_server=True) == f"{server}/rcvideo/v2/x"
    assert platform.create_url("/restapi/x?a=1", add_method="PUT") == "/restapi/x?a=1&_method=PUT"
    own = sdk(visits, known_prefixes=["/own"]).platform()
    assert own.create_url("/own/x") == "/own/x"


def test_tokens_are_taken_in_and_given_out(visits: Visits) -> None:
    data = logged_in(visits).auth().data()
    assert json.loads(json.dumps(data)) == data
    other = sdk(visits).platform()
    assert not other.logged_in()
    other.auth().set_data(data)
    assert other.auth().data() == data
    assert other.get(EXTENSION).ok()
    assert other.auth().access_token_valid()
    assert other.auth().refresh_token_valid()
    nobodys = sdk(visits).platform()
    nobodys.auth().set_data({name: data[name] for name in ("access_token", "expires_in")})
    assert nobodys.get(EXTENSION).ok()
    assert not nobodys.auth().refresh_token_valid()
    other.auth().reset()
    assert not other.auth().access_token()
    assert other.auth().data()["owner_id"] == ""


def test_putting_other_tokens_in_revokes_nothing(visits: Visits) -> None:
    first, second = logged_in(visits).auth().data(), logged_in(visits).auth().data()
    assert first["access_token"] != second["access_token"]
    platform = sdk(visits).platform()
    for data in (first, second, first):
        platform.auth().set_data(data)
        assert platform.get(EXTENSION).ok()
    platform._rc.tidy()
    platform.auth().set_data(second)
    assert platform.get(EXTENSION).ok()


def test_events(visits: Visits) -> None:
    platform, heard = sdk(visits).platform(), []
    names = [name for name in vars(Events) if not name.startswith("_")]
    assert len(names) == 6
    for name in names:
        platform.on(name, lambda told, name=name: heard.append(name))
    with pytest.raises(ApiException):
        platform.login(code="nonsense", redirect_uri=visits.seed.app["redirectUris"][0])
    platform.login(code=visits.log_in(), redirect_uri=visits.seed.app["redirectUris"][0])
    platform.refresh()
    platform.logout()
    with pytest.raises(ValueError, match="Refresh token has expired"):
        platform.refresh()
    assert heard == ["loginError", "loginSuccess", "refreshSuccess", "logoutSuccess", "refreshError"]


def test_handlers_come_and_go() -> None:
    one, heard = Observable(), []

    @one.on("event")
    def every(value: int) -> None:
        heard.append(("every", value))

    @one.once("event")
    def first(value: int) -> None:
        heard.append(("first", value))

    assert one.trigger("event", 1)
    assert one.trigger("event", 2)
    assert heard == [("every", 1), ("first", 1), ("every", 2)]
    with pytest.raises(HandlerNotFound):
        one.off("event", print)
    one.off("event", every)
    one.off("event")
    assert not one.trigger("event", 3)
    with pytest.raises(EventNotFound):
        one.off("event")


def test_fields_are_attributes() -> None:
    told = unfold({"from": {"name": "A"}, "records": [{"id": 1}, 2], "None": 3})
    assert told.from_.name == "A"
    assert told.records[0].id == 1
    assert told.records[1] == 2
    with pytest.raises(AttributeError, match="no field 'missing'"):
        _ = told.missing


@pytest.mark.parametrize(("mixed", "kind"), [(False, "multipart/form-data"), (True, "multipart/mixed")])
def test_a_request_of_several_parts(visits: Visits, mixed: bool, kind: str) -> None:
    one = sdk(visits)
    builder = one.create_multipart_builder()
    assert isinstance(builder, MultipartBuilder)
    opened = io.BytesIO(b"\x00bytes")
    opened.name = "/somewhere/fax.bin"
    builder.set_body({"to": [{"phoneNumber": "+1"}]}).add(("a.csv", "x;y", "text/csv", {"Expires": "0"}))
    request = builder.add(opened, "page").set_multipart_mixed(mixed).request("/account/~/extension/~/fax")
    assert request.url == f"{visits.server.base_url}/restapi/v1.0/account/~/extension/~/fax"
    assert request.headers["Content-Type"].startswith(f"{kind}; boundary=")
    body = request.content
    assert body is not None
    for words in (b'name="json"; filename="request.json"', b'{"to": [{"phoneNumber": "+1"}]}', b"x;y"):
        assert words in body
    assert b'name="page"; filename="fax.bin"\r\nContent-Type: application/octet-stream\r\n' in body
    assert b"\x00bytes\r\n--" in body
    assert b"Expires: 0\r\n" in body
    with pytest.raises(ValueError, match="one line"):
        MultipartBuilder(one.platform()).add(("a", b"", "text/plain\r\nX: y")).request("/x")


def test_what_is_not_here_says_so(visits: Visits) -> None:
    with pytest.raises(NotImplementedError, match="web sockets"):
        sdk(visits).create_web_socket_client()
    for missing in ((None, "s", "http://x"), ("k", None, "http://x"), ("k", "s", None)):
        with pytest.raises(ValueError, match="SDK init error"):
            SDK(*missing)
