"""The callback check: the state before anything else, once for each kind of return."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback import CallbackError, LoginDenied, LoginRefused, StateMismatch, TransactionExpired
from ringback.oauth import Secret, Transaction, check_callback

TRANSACTION = Transaction(
    server="https://platform.ringcentral.com",
    client_id="c",
    redirect_uri="http://localhost:5000/oauth2callback",
    state=Secret("the-right-state"),
    code_verifier=Secret("v"),
    issued_at=1000.0,
)


def callback(**parameters):
    return "http://localhost:5000/oauth2callback?" + urlencode(parameters)


def check(url, now=1001.0):
    return check_callback(url, TRANSACTION, now=now)


def test_the_code_of_a_matching_callback():
    assert check(callback(code="abc", state="the-right-state", expires_in=60)).reveal() == "abc"
    assert check("code=abc&state=the-right-state").reveal() == "abc"
    assert check(callback(code="abc", state="the-right-state", iss=TRANSACTION.server)).reveal() == "abc"


@pytest.mark.parametrize(
    "parameters",
    [
        {"code": "abc"},
        {"code": "abc", "state": ""},
        {"code": "abc", "state": "the-right-statE"},
        {"error": "access_denied", "state": "wrong"},
        {"code": "abc", "state": "ünïcode"},
        {},
    ],
)
def test_a_wrong_state_wins_over_everything_else(parameters):
    with pytest.raises(StateMismatch):
        check(callback(**parameters), now=9e9)


def test_cancel_and_other_refusals():
    with pytest.raises(LoginDenied, match="The user denied access"):
        check(
            callback(
                error="access_denied",
                error_description="The user denied access to your application",
                state="the-right-state",
            )
        )
    with pytest.raises(LoginRefused, match="unsupported_response_type") as caught:
        check(callback(error="unsupported_response_type", state="the-right-state"))
    assert caught.value.error == "unsupported_response_type"


def test_an_old_login_is_refused():
    assert check(callback(code="abc", state="the-right-state"), now=1600.0)
    with pytest.raises(TransactionExpired, match="10 minutes"):
        check(callback(code="abc", state="the-right-state"), now=1600.1)


@pytest.mark.parametrize(
    "url",
    [
        callback(state="the-right-state"),
        callback(state="the-right-state", code=""),
        callback(state="the-right-state", code="x") + "&code=y",
        callback(state="the-right-state", code="x", iss="https://evil.example"),
        callback(state="the-right-state", code="x" * 9000),
    ],
)
def test_a_callback_that_is_not_one_is_refused(url):
    with pytest.raises(CallbackError) as caught:
        check(url)
    assert "x" * 100 not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("invalid_scope", "permissions that the app has"),
        ("unauthorized_client", "3-legged"),
        ("login_required", "without prompt='none'"),
        ("temporarily_unavailable", "later"),
        ("something_else", "Start the login again"),
    ],
)
def test_a_refusal_says_what_to_do(error, words):
    with pytest.raises(LoginRefused) as caught:
        check(callback(state="the-right-state", error=error))
    assert words in caught.value.remedy


@given(st.text(max_size=300))
def test_any_text_is_answered_with_a_callback_error(text):
    with pytest.raises(CallbackError):
        check("http://[" + text)
