"""A program on the asynchronous client, as a user writes it: mypy must agree with every `assert_type`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import assert_type

from ringback import (
    AsyncRingCentral,
    AsyncUser,
    CallRecord,
    Extension,
    LoginState,
    PendingLogin,
    Response,
)


async def log_in(rc: AsyncRingCentral, callback_url: str) -> AsyncUser:
    login = await rc.begin_login(prompt="login", scope="ReadAccounts")
    assert_type(login, PendingLogin)
    return await rc.finish_login(callback_url, login.transaction, holder="a browser")


async def read(user: AsyncUser) -> None:
    assert_type(user.id, str)
    answer = await user.get("/restapi/v1.0/account/~", params={"dateFrom": datetime.now(UTC)})
    assert_type(answer, Response)
    assert_type(answer.status, int)
    assert_type(await user.post("/restapi/v1.0/x", json={"a": [1]}), Response)
    assert_type(await user.extension(), Extension)
    async for call in user.calls("account", view="Detailed"):
        assert_type(call, CallRecord)
        assert_type(call.start_time, datetime)
    first, second = await asyncio.gather(user.extension(), user.session())
    assert_type(first, Extension)
    assert_type(second, LoginState)
    assert_type((await user.refresh()).expires_at, float)
    assert_type(await user.logout(), bool)


async def clients() -> None:
    async with AsyncRingCentral.from_env() as rc:
        assert_type(rc, AsyncRingCentral)
        assert_type(rc.user("1"), AsyncUser)
        await rc.tidy()

    class Mine(AsyncRingCentral):
        """Classes that are made of ours keep their type."""

    assert_type(Mine.from_env(), Mine)
