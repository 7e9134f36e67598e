"""A program on the synchronous client, as a user writes it: mypy must agree with every `assert_type`."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import Any, assert_type

from ringback import (
    CallRecord,
    Extension,
    LoginRequired,
    LoginState,
    PendingLogin,
    PermissionMissing,
    RateLimited,
    Response,
    RingCentral,
    User,
)


def log_in(rc: RingCentral, callback_url: str) -> User:
    login = rc.begin_login(prompt="login", scope="ReadAccounts")
    assert_type(login, PendingLogin)
    assert_type(login.url, str)
    assert_type(login.transaction, str)
    return rc.finish_login(callback_url, login.transaction, holder="a browser")


def read(user: User) -> None:
    assert_type(user.id, str)
    answer = user.get("/restapi/v1.0/account/~", params={"page": 1, "dateFrom": datetime.now(UTC)})
    assert_type(answer, Response)
    assert_type(answer.status, int)
    assert_type(answer.text, str)
    assert_type(answer.content, bytes)
    assert_type(answer.headers["RCRequestId"], str)
    assert_type(user.post("/restapi/v1.0/x", json={"a": [1]}), Response)
    assert_type(user.extension(), Extension)
    assert_type(user.extension().extension_number, str | None)
    for call in user.calls("account", view="Detailed", direction="Inbound"):
        assert_type(call, CallRecord)
        assert_type(call.start_time, datetime)
        assert_type(call.duration, int | None)
    assert_type(user.session(), LoginState)
    assert_type(user.refresh().expires_at, float)
    assert_type(user.logout(everywhere=True), bool)


def errors(user: User) -> float | str | None:
    try:
        user.get("/restapi/v1.0/account/~")
    except LoginRequired as error:
        return error.user_id
    except PermissionMissing as error:
        return error.permission
    except RateLimited as error:
        return error.retry_after
    return None


def clients(tls: ssl.SSLContext) -> None:
    with RingCentral(server="https://platform.ringcentral.com", tls=tls, timeout=10) as rc:
        assert_type(rc, RingCentral)
        assert_type(rc.user("1"), User)
        assert_type(rc.redirect_uri, str | None)
        rc.tidy()

    class Mine(RingCentral):
        """Classes that are made of ours keep their type."""

    assert_type(Mine.from_env(), Mine)


def whatever(user: User) -> None:
    assert_type(user.get("/x").json(), Any)
