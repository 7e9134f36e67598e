"""What a logged-in user can do, as steps: `User` and `AsyncUser` run them and add nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ringback.vault import Login

from . import session
from .call_log import EXTENSION_PATH, CallLogQuery
from .context import Context
from .effects import CountHolders, DetachHolder, EndLogin, LoadLogin, Steps
from .errors import LoginRequired
from .housekeeping import try_revocations
from .login_state import LoginState
from .refresh import LOGGED_OUT
from .requests import api_request
from .response import Response

if TYPE_CHECKING:
    from .records import CallRecord, Extension


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
) -> Steps[Response]:
    """Call any endpoint; see `User.request`."""
    asked = api_request(
        context.server, method, path, params=params, body=json, content=content, headers=headers
    )
    seconds = context.timeout if timeout is None else timeout
    answer = yield from session.api_call(user_id, asked, context.credentials, timeout=seconds)
    return Response(answer)


def extension(context: Context, user_id: str) -> Steps[Extension]:
    """The user's own extension."""
    from .records import extension_from

    answer = yield from request(context, user_id, "GET", EXTENSION_PATH)
    return extension_from(answer.content)


class CallLogReader:
    """Reads one call log, a page at a time, in the window that the first page was cut from."""

    def __init__(self, context: Context, user_id: str, query: CallLogQuery) -> None:
        self._context = context
        self._user_id = user_id
        self._query = query
        self._number = 0
        self._more = True

    def more(self) -> bool:
        """Whether there may be another page."""
        return self._more

    def page(self) -> Steps[Sequence[CallRecord]]:
        """The next page's records."""
        from .records import call_log_page_from

        self._number += 1
        params = self._query.page(self._number)
        answer = yield from request(self._context, self._user_id, "GET", self._query.path, params=params)
        page = call_log_page_from(answer.content)
        if self._number == 1:
            self._query = self._query.frozen(page)
        self._more = page.has_next and bool(page.records)
        return page.records


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
