"""What a logged-in user can do, as steps: `User` and `AsyncUser` run them and add nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ringback.vault import Login

from . import session
from .allowance import OnLimit, on_limit_checked
from .calls.call_log import ACCOUNT_PATH, EXTENSION_PATH
from .context import Context
from .effects import CountHolders, DetachHolder, EndLogin, LoadLogin, Steps
from .errors import LoginRequired
from .housekeeping import try_revocations
from .login_state import LoginState
from .refresh import LOGGED_OUT
from .requests import api_request
from .response import Response

if TYPE_CHECKING:
    from .records import Account, Extension


def request(
    context: Context,
    user_id: str,
    method: str,
    path: str,
    *,
    params: Mapping[str, Any] | None = None,
    json: Any = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float | None = None,
    on_limit: OnLimit | None = None,
    idempotent: bool = False,
    patient: bool = False,
) -> Steps[Response]:
    """Call any endpoint; see `User.request`. `patient`: waits for the rate limit do not count as its time."""
    asked = api_request(
        context.server, method, path, params=params, body=json, content=content, headers=headers
    )
    seconds = context.timeout if timeout is None else timeout
    policy = replace(
        context.policy,
        on_limit=on_limit_checked(on_limit or context.policy.on_limit),
        idempotent=idempotent,
        patient=patient,
    )
    answer = yield from session.api_call(user_id, asked, context.credentials, timeout=seconds, policy=policy)
    return Response(answer)


def page(
    context: Context,
    user_id: str,
    path: str,
    params: Mapping[str, Any],
    *,
    timeout: float | None = None,
    on_limit: OnLimit | None = None,
) -> Steps[Response]:
    """One page of many. It waits for the rate limit as long as it takes, or within `timeout` seconds."""
    return (
        yield from request(
            context,
            user_id,
            "GET",
            path,
            params=params,
            timeout=timeout,
            on_limit=on_limit,
            patient=timeout is None,
        )
    )


def extension(context: Context, user_id: str) -> Steps[Extension]:
    """The user's own extension."""
    from .records import extension_from

    answer = yield from request(context, user_id, "GET", EXTENSION_PATH)
    return extension_from(answer.content)


def account(context: Context, user_id: str) -> Steps[Account]:
    """The company's account."""
    from .records import account_from

    answer = yield from request(context, user_id, "GET", ACCOUNT_PATH)
    return account_from(answer.content)


def login_state(user_id: str) -> Steps[LoginState]:
    """The state of the user's login as the vault has it. Raises LoginRequired when there is none."""
    login: Login | None = yield LoadLogin(user_id)
    if login is None:
        raise LoginRequired(user_id, LOGGED_OUT)
    holders: int = yield CountHolders(user_id)
    return LoginState(
        user_id=user_id,
        scope=login.tokens.scope,
        issued_at=login.tokens.issued_at,
        expires_at=login.tokens.expires_at,
        refresh_expires_at=login.tokens.refresh_expires_at,
        holders=holders,
    )


def refresh(context: Context, user_id: str) -> Steps[LoginState]:
    """Refresh the login now, whatever its age."""
    yield from session.refresh_now(user_id, context.credentials, timeout=context.timeout)
    return (yield from login_state(user_id))


def logout(context: Context, user_id: str, holder: str, *, everywhere: bool = False) -> Steps[bool]:
    """End this holder's login, or all holders'; see `User.logout`."""
    remaining = 0
    if everywhere:
        yield EndLogin(user_id)
    else:
        remaining = yield DetachHolder(user_id, holder)
    if remaining:
        return False
    yield from try_revocations(context.credentials)
    return True
