"""Errors say what happened, why, and what to do, with RingCentral's request id and never a secret."""

import json
import pickle

import pytest

from ringback import (
    BadRequest,
    InvalidGrant,
    LoginRequired,
    NotFound,
    PermissionMissing,
    RateLimited,
    RingCentral,
    ServerTrouble,
    Unauthorized,
)
from ringback.client.errors import refusal, response_error
from ringback.client.messages import Headers, HttpAnswer
from ringback.oauth import Secret
from ringback.testing import LocalRingCentral

REQUEST_ID = "3a9b0c52-7c1e-4b9a-9b1e-0d8e6f1f2a33"


def answer(status, code=None, message="m", request_id=REQUEST_ID, **extras):
    entry = {"errorCode": code, "message": message, **extras}
    body = {"errorCode": "Legacy", "message": message, "errors": [entry]}
    return HttpAnswer(status, Headers({"RCRequestId": request_id}), json.dumps(body).encode())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequest),
        (401, Unauthorized),
        (403, PermissionMissing),
        (404, NotFound),
        (409, BadRequest),
        (415, BadRequest),
        (429, RateLimited),
        (500, ServerTrouble),
        (503, ServerTrouble),
    ],
)
def test_each_status_has_its_kind_and_keeps_the_request_id(status, kind):
    error = response_error(answer(status))
    assert type(error) is kind
    assert error.request_id == REQUEST_ID
    assert str(error).endswith(f"[RCRequestId {REQUEST_ID}]")
    assert pickle.loads(pickle.dumps(error)).request_id == REQUEST_ID


@pytest.mark.parametrize(
    ("code", "where"),
    [
        ("CMN-401", "app"),
        ("CMN-408", "role"),
        ("CMN-419", "role"),
        ("CMN-404", "role"),
        ("CMN-402", "role"),
        ("CMN-113", None),
    ],
)
def test_a_missing_permission_says_where_it_is_missing(code, where):
    error = response_error(answer(403, code, permissionName="ReadCallLog"))
    assert (error.missing_in, error.permission) == (where, "ReadCallLog")
    assert error.cause
    assert error.remedy in str(error)


def test_a_refusal_of_the_token_endpoint_has_code_cause_remedy_and_request_id():
    body = {"error": "invalid_grant", "error_description": "x", "errors": [{"errorCode": "OAU-109"}]}
    error = refusal(HttpAnswer(400, Headers({"rcrequestid": REQUEST_ID}), json.dumps(body).encode()))
    assert isinstance(error, InvalidGrant)
    assert "redirect URI" in error.cause
    assert "RC_REDIRECT_URL" in error.remedy
    assert error.request_id == REQUEST_ID


@pytest.mark.parametrize("told", ["x" * 65, "has blanks", "<script>", "", "SECRET-token", "a-SECRET-token-b"])
def test_a_request_id_that_is_none_is_not_shown(told):
    sent = (Secret("SECRET-token"),)
    for error in (
        response_error(answer(500, request_id=told), sent=sent),
        refusal(answer(400, request_id=told), sent=sent),
    ):
        assert error.request_id is None
        assert "RCRequestId" not in str(error)


def test_a_login_that_must_be_renewed_tells_the_request_id_of_the_last_refusal():
    with LocalRingCentral(rate_limits=False) as local, local.use_env(), RingCentral() as rc:
        begun = rc.begin_login()
        user = rc.finish_login(local.authorize(begun.url), begun.transaction)
        body = {"errors": [{"errorCode": "OAU-213", "message": "Token not found"}]}
        local.faults.add("/restapi/v1.0/account/*/extension/*", status=401, body=body, times=9)
        with pytest.raises(LoginRequired) as ended:
            user.extension()
    assert ended.value.code == "OAU-213"
    assert ended.value.cause
    assert ended.value.request_id
    assert ended.value.request_id in str(ended.value)


def test_an_echoed_token_is_in_no_error():
    error = response_error(
        answer(400, "CMN-101", "value SECRET-token is invalid"), sent=(Secret("SECRET-token"),)
    )
    assert "SECRET" not in str(error) + repr(error)
