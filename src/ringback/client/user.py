"""`User`: one logged-in user's conversation with the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from . import user_steps
from .call_log import CallLogQuery, Scope
from .context import Context
from .driver import Driver
from .effects import Steps
from .login_state import LoginState
from .response import Response
from .user_steps import CallLogReader

if TYPE_CHECKING:
    from .records import CallRecord, Extension

T = TypeVar("T")


class User:
    """A user of a `RingCentral` client. `id` is RingCentral's owner id, a str.

    Every call sends the user's access token, refreshed when needed. Calls raise LoginRequired when the user
    must log in again, RefreshBusy and TransportError when trying again may help, and a ResponseError for
    4xx and 5xx answers: BadRequest, Unauthorized, PermissionMissing, NotFound, RateLimited, ServerTrouble.
    """

    def __init__(self, context: Context, driver: Driver, user_id: str, holder: str) -> None:
        self._context = context
        self._driver = driver
        self.id = user_id
        self.holder = holder

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r})"

    def _run(self, steps: Steps[T]) -> T:
        return self._driver.run(steps)

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
        return self._run(
            user_steps.request(
                self._context,
                self.id,
                method,
                path,
                params=params,
                json=json,
                content=content,
                headers=headers,
                timeout=timeout,
            )
        )

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
        return self._run(user_steps.extension(self._context, self.id))

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
        return self._records(CallLogReader(self._context, self.id, query))

    def _records(self, reader: CallLogReader) -> Iterator[CallRecord]:
        while reader.more():
            yield from self._run(reader.page())

    def session(self) -> LoginState:
        """The state of this login as the vault has it. Raises LoginRequired when there is none."""
        return self._run(user_steps.login_state(self.id))

    def refresh(self) -> LoginState:
        """Refresh the login now, whatever its age."""
        return self._run(user_steps.refresh(self._context, self.id))

    def logout(self, *, everywhere: bool = False) -> bool:
        """End this holder's login; with `everywhere`, all holders'. True when the login itself has ended.

        The login is removed from the vault first, then its session is revoked at the server; whatever the
        server answers, the user is logged out here, and a revocation that failed is sent again later
        (`RingCentral.tidy`). Raises VaultUnavailable only.
        """
        return self._run(user_steps.logout(self._context, self.id, self.holder, everywhere=everywhere))
