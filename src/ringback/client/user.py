"""`User`: one logged-in user's conversation with the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from ringback.oauth.errors import UnusableAnswer

from . import session
from .call_log import EXTENSION_PATH, CallLogQuery, Scope
from .errors import LoginRequired
from .housekeeping import try_revocations
from .records import CallLogPage, CallRecord, Extension, decode_call_log_page, decode_extension
from .refresh import LOGGED_OUT
from .requests import api_request
from .response import Response

if TYPE_CHECKING:
    from .ringcentral import RingCentral


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

    def __init__(self, client: RingCentral, user_id: str, holder: str) -> None:
        self._client = client
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
        client = self._client
        request = api_request(
            client.server, method, path, params=params, body=json, content=content, headers=headers
        )
        steps = session.api_call(
            self.id,
            request,
            client.credentials,
            timeout=client.timeout if timeout is None else timeout,
        )
        return Response(client.driver.run(steps))

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
        body = self.get(EXTENSION_PATH).content
        try:
            return decode_extension(body)
        except msgspec.DecodeError:
            raise _unusable("extension") from None

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
        while page.has_next:
            number += 1
            page = self._page(query, number)
            yield from page.records

    def _page(self, query: CallLogQuery, number: int) -> CallLogPage:
        body = self.get(query.path, params=query.page(number)).content
        try:
            return decode_call_log_page(body)
        except msgspec.DecodeError:
            raise _unusable("call log") from None

    def session(self) -> LoginState:
        """The state of this login as the vault has it. Raises LoginRequired when there is none."""
        login = self._client.vault.load(self.id)
        if login is None:
            raise LoginRequired(self.id, LOGGED_OUT)
        return LoginState(
            user_id=self.id,
            scope=login.tokens.scope,
            issued_at=login.tokens.issued_at,
            expires_at=login.tokens.expires_at,
            refresh_expires_at=login.tokens.refresh_expires_at,
            holders=self._client.vault.count_holders(self.id),
        )

    def refresh(self) -> LoginState:
        """Refresh the login now, whatever its age."""
        client = self._client
        client.driver.run(session.refresh_now(self.id, client.credentials, timeout=client.timeout))
        return self.session()

    def logout(self, *, everywhere: bool = False) -> bool:
        """End this holder's login; with `everywhere`, all holders'. True when the login itself has ended.

        The login is removed from the vault first, then its session is revoked at the server; whatever the
        server answers, the user is logged out here, and a revocation that failed is sent again later
        (`RingCentral.tidy`). Raises VaultUnavailable only.
        """
        client = self._client
        now = client.clock.now()
        if everywhere:
            client.vault.end(self.id, now=now)
            remaining = 0
        else:
            remaining = client.vault.detach(self.id, self.holder, now=now)
        if remaining:
            return False
        try_revocations(client.vault, client.driver, client.credentials, client.clock)
        return True


def _unusable(what: str) -> UnusableAnswer:
    return UnusableAnswer(
        f"The server's answer is not the {what} that was asked for",
        remedy="Check that RC_SERVER_URL is RingCentral's server.",
    )
