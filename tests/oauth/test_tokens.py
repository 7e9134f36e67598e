"""Token answers into values, staleness, refusals into typed errors, and secrets that never show."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback import (
    InvalidClient,
    InvalidGrant,
    LoginRefused,
    LoginRequired,
    OAuthRefusal,
    RingbackError,
    UnusableAnswer,
)
from ringback.oauth import (
    ClientCredentials,
    Secret,
    Transaction,
    exchange_code,
    refresh_tokens,
    refusal_from_answer,
    token_set_from_answer,
)
from ringback.oauth.token_set import token_set_from_dict, token_set_to_dict

ANSWER = {
    "access_token": "SECRET-access",
    "token_type": "bearer",
    "expires_in": 3600,
    "refresh_token": "SECRET-refresh",
    "refresh_token_expires_in": 604800,
    "scope": "ReadAccounts ReadCallLog",
    "owner_id": "256440016",
    "endpoint_id": "e",
    "session_id": "s",
}


def tokens(now=1000.0, **changes):
    answer = {name: value for name, value in (ANSWER | changes).items() if value is not None}
    return token_set_from_answer(json.dumps(answer).encode(), now=now)


def test_a_token_answer_as_a_value():
    found = tokens()
    assert (found.expires_at, found.refresh_expires_at) == (4600.0, 605800.0)
    assert found.scope == ("ReadAccounts", "ReadCallLog")
    assert found.owner_id == "256440016"
    assert token_set_from_dict(json.loads(json.dumps(token_set_to_dict(found)))) == found
    assert "SECRET" not in f"{found!r} {found} {[found]}"
    with pytest.raises(AttributeError):
        found.scope = ()


def test_answers_that_bend_the_rules_are_read():
    assert tokens(token_type="Bearer").owner_id == "256440016"
    assert tokens(owner_id=256440016).owner_id == "256440016"
    assert tokens(expires_in="3600").expires_at == 4600.0
    assert tokens(refresh_token=None, refresh_token_expires_in=None).refresh_token is None
    assert tokens(scope=None).scope == ()


@pytest.mark.parametrize(
    "change",
    [
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 5},
        {"access_token": "x" * 20000},
        {"token_type": "mac"},
        {"expires_in": None},
        {"expires_in": "soon"},
        {"expires_in": -1},
        {"expires_in": True},
        {"owner_id": None},
        {"owner_id": ["1"]},
        {"refresh_token": {}},
        {"refresh_token": "\ud800" * 3},
        {"access_token": "line\nbreak"},
        {"owner_id": "x" * 300},
        {"session_id": "\ud800"},
        {"scope": ["ReadAccounts"]},
    ],
)
def test_an_answer_that_is_not_one_is_refused_without_being_quoted(change):
    with pytest.raises(UnusableAnswer) as caught:
        tokens(**change)
    assert "SECRET" not in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_cleanly(body):
    with pytest.raises(UnusableAnswer):
        token_set_from_answer(body, now=0.0)


@pytest.mark.parametrize(
    ("life", "left", "stale"),
    [(3600, 60, False), (3600, 59, True), (100, 20, False), (100, 19, True), (0, 0, False)],
)
def test_stale_is_less_than_a_minute_or_a_fifth_of_its_life(life, left, stale):
    assert tokens(now=0.0, expires_in=life).is_stale(life - left) is stale


TRANSACTION = Transaction("https://s", "id", "http://localhost/cb", Secret("st"), Secret("SECRET-v"), 0.0)


def test_requests_carry_what_they_must_and_show_nothing():
    client = ClientCredentials("id", Secret("SECRET-s"))
    request = exchange_code(client, TRANSACTION, Secret("SECRET-code"))
    assert request.path == "/restapi/oauth/token"
    assert "code_verifier=SECRET-v" in request.body.reveal()
    assert "redirect_uri=http%3A%2F%2Flocalhost%2Fcb" in request.body.reveal()
    assert "client_id" not in request.body.reveal()
    assert request.authorization.reveal() == "Basic aWQ6U0VDUkVULXM="
    assert "SECRET" not in repr((client, request, TRANSACTION))


def test_a_public_client_names_itself_and_sends_no_authorization():
    request = refresh_tokens(ClientCredentials("id"), Secret("r"))
    assert request.body.reveal() == "grant_type=refresh_token&refresh_token=r&client_id=id"
    assert request.authorization is None


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        ({"error": "invalid_grant", "errors": [{"errorCode": "OAU-213"}]}, InvalidGrant, "OAU-213"),
        ({"error": "invalid_client", "errors": [{"errorCode": "OAU-153"}]}, InvalidClient, "OAU-153"),
        ({"error": "unauthorized_client", "errors": [{"errorCode": "OAU-251"}]}, InvalidClient, "OAU-251"),
        ({"error": "invalid_request"}, OAuthRefusal, None),
        ({}, OAuthRefusal, None),
        ([], OAuthRefusal, None),
        ({"error": 5, "errors": [5]}, OAuthRefusal, None),
    ],
)
def test_a_refusal_carries_ringcentrals_code_and_what_to_do(body, kind, code):
    error = refusal_from_answer(400, json.dumps(body).encode())
    assert type(error) is kind
    assert error.code == code
    assert error.status == 400
    assert bool(error.remedy) is bool(code)


def test_a_refusal_that_echoes_what_was_sent_does_not_show_it():
    body = b'{"error":"invalid_grant","error_description":"no such token: SECRET-r\\r\\nSet-Cookie: x"}'
    error = refusal_from_answer(400, body, sent=(Secret("SECRET-r"),))
    assert "SECRET" not in f"{error} {error!r}"
    assert "\n" not in str(error)


def test_errors_go_between_processes_whole():
    for error in (
        LoginRequired("1", "expired", code="OAU-210"),
        LoginRefused("refused", error="server_error"),
        refusal_from_answer(400, b'{"error":"invalid_grant"}'),
        UnusableAnswer("no", remedy="Try again."),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_a_secret_that_straddles_the_limit_of_a_message_is_not_shown_in_part():
    body = json.dumps({"error": "invalid_grant", "error_description": "x" * 295 + "SECRET-r"}).encode()
    assert "SECR" not in str(refusal_from_answer(400, body, sent=(Secret("SECRET-r"),)))


def test_a_secret_shows_nowhere():
    secret = Secret("SECRET")
    shown = f"{secret} {secret!r} {secret:>10} %s %r" % (secret, secret) + str({"a": [secret]})
    assert "SECRET" not in shown
    assert secret == Secret("SECRET") != Secret("other")
    assert copy.deepcopy(secret) is secret
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_every_error_says_what_happened_and_what_to_do():
    error = RingbackError("It broke", remedy="Mend it.", code="OAU-1")
    assert str(error) == "It broke (OAU-1). Mend it."
