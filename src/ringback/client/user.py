"""`User`: one logged-in user's conversation with the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import session
from .call_log import EXTENSION_PATH, CallLogQuery, Scope
from .context import Context
from .errors import LoginRequired
from .housekeeping import try_revocations
from .refresh import LOGGED_OUT
from .requests import api_request
from .response import Response

if TYPE_CHECKING:
    from .records import CallLogPage, CallRecord, Extension


@dataclass(frozen=True, slots=True)
class LoginState:
    """What may be told about a login. Times are seconds since the epoch, UTC; there is no token in it."""

    user_id: str
    scope: tuple[str, ...]
    issued_at: float
    expires_at: float
    refresh_expires_at: float | None
    holders: int


class User:
    """A user of a `RingCentral` client. `id` is RingCentral's owner id, a str.

    Every call sends the user's access token, refreshed when needed. Calls raise LoginRequired when the user
    must log in again, RefreshBusy and TransportError when trying again may help, and a ResponseError for
    4xx and 5xx answers: BadRequest, Unauthorized, PermissionMissing, NotFound, RateLimited, ServerTrouble.
    """

    def __init__(self, context: Context, user_id: str, holder: str) -> None:
        self._context = context
        self.id = user_id
        self.holder = holder

    def __repr__(self) -> str:
        return f"User(id={self.id!r})"

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """Call any endpoint. `path` begins with '/'; a list in `params` repeats its key; `timeout`: seconds.

        Raises ValueError for a path outside the configured server, a naive datetime, or a header of ours.
        """
        context = self._context
        request = api_request(
            context.server, method, path, params=params, body=json, content=content, headers=headers
        )
        steps = session.api_call(
            self.id,
            request,
            context.credentials,
            timeout=context.timeout if timeout is None else timeout,
        )
        return Response(context.driver.run(steps))

    def get(self, path: str, *, params: Mapping[str, Any] | None = None, **options: Any) -> Response:
        """GET; see `request`."""
        return self.request("GET", path, params=params, **options)

    def post(self, path: str, *, json: Any = None, **options: Any) -> Response:
        """POST; see `request`."""
        return self.request("POST", path, json=json, **options)

    def put(self, path: str, *, json: Any = None, **options: Any) -> Response:
        """PUT; see `request`."""
        return self.request("PUT", path, json=json, **options)

    def delete(self, path: str, **options: Any) -> Response:
        """DELETE; see `request`."""
        return self.request("DELETE", path, **options)

    def extension(self) -> Extension:
        """The user's own extension."""
        from .records import extension_from

        return extension_from(self.get(EXTENSION_PATH).content)

    def calls(
        self,
        scope: Scope = "extension",
        *,
        date_from: datetime | None = None,
        date_to: datetime | None = None,
        view: str = "Simple",
        direction: str | Sequence[str] | None = None,
        type: str | Sequence[str] | None = None,
        per_page: int = 250,
    ) -> Iterator[CallRecord]:
        """The call log, newest first, a page at a time as it is read.

        `scope`: the user's own log ("extension") or the company's ("account"). The window ends at `date_to`
        (default: now) and begins at `date_from` (default: 24 hours before); both must be aware datetimes.
        It is the same for all pages, however long reading them takes. `direction`: Inbound, Outbound;
        `type`: Voice, Fax; one or several.

        Raises ValueError at once for a value RingCentral would refuse.
        """
        query = CallLogQuery(
            scope=scope,
            date_from=date_from,
            date_to=date_to,
            view=view,
            direction=direction,
            type=type,
            per_page=per_page,
        )
        return self._records(query)

    def _records(self, query: CallLogQuery) -> Iterator[CallRecord]:
        page = self._page(query, 1)
        query = query.frozen(page)
        yield from page.records
        number = 1
        while page.has_next and page.records:
            number += 1
            page = self._page(query, number)
            yield from page.records

    def _page(self, query: CallLogQuery, number: int) -> CallLogPage:
        from .records import call_log_page_from

        return call_log_page_from(self.get(query.path, params=query.page(number)).content)

    def session(self) -> LoginState:
        """The state of this login as the vault has it. Raises LoginRequired when there is none."""
        login = self._context.vault.load(self.id)
        if login is None:
            raise LoginRequired(self.id, LOGGED_OUT)
        return LoginState(
            user_id=self.id,
            scope=login.tokens.scope,
            issued_at=login.tokens.issued_at,
            expires_at=login.tokens.expires_at,
            refresh_expires_at=login.tokens.refresh_expires_at,
            holders=self._context.vault.count_holders(self.id),
        )

    def refresh(self) -> LoginState:
        """Refresh the login now, whatever its age."""
        context = self._context
        context.driver.run(session.refresh_now(self.id, context.credentials, timeout=context.timeout))
        return self.session()

    def logout(self, *, everywhere: bool = False) -> bool:
        """End this holder's login; with `everywhere`, all holders'. True when the login itself has ended.

        The login is removed from the vault first, then its session is revoked at the server; whatever the
        server answers, the user is logged out here, and a revocation that failed is sent again later
        (`RingCentral.tidy`). Raises VaultUnavailable only.
        """
        context = self._context
        now = context.clock.now()
        if everywhere:
            context.vault.end(self.id, now=now)
            remaining = 0
        else:
            remaining = context.vault.detach(self.id, self.holder, now=now)
        if remaining:
            return False
        try_revocations(context)
        return True
