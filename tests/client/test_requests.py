"""What a caller may ask for: paths of the configured server only, and parameters in RingCentral's forms."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.client.calls.call_log import CallLogQuery
from ringback.client.requests import api_request

SERVER = "https://platform.ringcentral.com"


def target(path, **options):
    return api_request(SERVER, "get", path, **options).target


def test_parameters_repeat_their_key_and_dates_are_utc_with_milliseconds():
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    params = {"direction": ["Inbound", "Outbound"], "dateFrom": moment, "page": 2, "on": True, "no": None}
    assert target("/restapi/v1.0/x?view=Simple", params=params) == (
        "/restapi/v1.0/x?view=Simple&direction=Inbound&direction=Outbound"
        "&dateFrom=2026-01-02T01%3A04%3A05.000Z&page=2&on=true"
    )


def test_a_url_of_this_server_is_a_path_too():
    assert target(f"{SERVER}/restapi/v1.0/account/~?page=2") == "/restapi/v1.0/account/~?page=2"


@pytest.mark.parametrize(
    "path",
    [
        "restapi/v1.0",
        "",
        "//evil.example/x",
        "https://evil.example/restapi",
        "https://platform.ringcentral.com.evil.example/x",
        "https://platform.ringcentral.com@evil.example/x",
        "/\\evil.example",
        "/restapi/../../admin",
        "/x#fragment",
    ],
)
def test_tokens_go_to_the_configured_server_and_nowhere_else(path):
    with pytest.raises(ValueError, match="path"):
        target(path)


@given(st.text(min_size=1, max_size=40))
def test_whatever_the_path_it_stays_one_request_line(text):
    try:
        made = target("/" + text)
    except ValueError:
        return
    assert made.startswith("/")
    assert made.partition("?")[0].isascii()
    assert not any(c in made.partition("?")[0] for c in " \r\n")


@pytest.mark.parametrize("name", ["Authorization", "cookie", "HOST", "Content-Length"])
def test_headers_of_ours_cannot_be_given(name):
    with pytest.raises(ValueError, match=name):
        api_request(SERVER, "GET", "/x", headers={name: "v"})


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "ünïcode", "\x00"])
def test_a_header_cannot_smuggle_another(value):
    with pytest.raises(ValueError, match="X-Mine"):
        api_request(SERVER, "GET", "/x", headers={"X-Mine": value})


def test_a_query_in_the_path_is_made_safe_and_keeps_its_escapes():
    assert target("/x?a=b%2Bc&d=\u00e9\n e") == "/x?a=b%2Bc&d=%C3%A9%0A%20e"


def test_what_is_no_datetime_is_refused():
    for wrong in (date(2026, 1, 1), "2026-01-01"):
        with pytest.raises(ValueError, match="date_from"):
            CallLogQuery("account", date_from=wrong)


def test_a_naive_datetime_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        target("/x", params={"dateFrom": datetime(2026, 1, 1)})


def test_a_body_is_json_or_bytes_and_not_both():
    request = api_request(SERVER, "POST", "/x", body={"a": 1})
    assert (request.body, request.headers) == (b'{"a":1}', (("Content-Type", "application/json"),))
    with pytest.raises(ValueError, match="either"):
        api_request(SERVER, "POST", "/x", body={}, content=b"")
    with pytest.raises(ValueError, match="not one of"):
        api_request(SERVER, "TRACE", "/x")
    assert api_request(SERVER, "GET", "/x", params={"t": datetime.now(UTC)}).body is None
