"""`User`: one logged-in user's conversation with the API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from ringback.oauth.secret import Secret

from . import user_steps
from .allowance import OnLimit
from .context import Context
from .driver import Driver
from .effects import Steps
from .login_state import LoginState
from .response import Response

if TYPE_CHECKING:
    from os import PathLike
    from typing import BinaryIO

    from .calls.bulk import BulkReader, Found
    from .calls.call_log import CallFilters, Scope
    from .calls.call_stream import Calls
    from .calls.call_sync import CallSync
    from .calls.people import ExtensionFilters, ExtensionReader
    from .calls.recordings import Downloaded
    from .records import Account, CallRecord, Extension, Recording, RecordingRef

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
        self.server = context.server
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
        on_limit: OnLimit | None = None,
        idempotent: bool = False,
    ) -> Response:
        """Call any endpoint. `path` begins with '/'; a list in `params` repeats its key.

        `timeout`: seconds for the call with all its waits and repetitions. `on_limit`: "wait" for the rate
        limit, or "raise" RateLimited at once (default: as the client was told). A wait that cannot end in
        time raises RateLimited at once too. `idempotent`: a POST or PATCH may be repeated, as GET, HEAD, PUT
        and DELETE are, when it fails with 5xx or without an answer.

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
                on_limit=on_limit,
                idempotent=idempotent,
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

    def account(self) -> Account:
        """The company's account."""
        return self._run(user_steps.account(self._context, self.id))

    def extensions(self, **filters: Unpack[ExtensionFilters]) -> Iterator[Extension]:
        """The account's extensions, a page at a time as they are read; `filters`: status, type, email,
        extension_number, per_page. Raises ValueError at once for a per_page outside 1 to 1000.
        """
        from .calls.people import ExtensionReader

        return self._extensions(ExtensionReader(self._context, self.id, filters))

    def _extensions(self, reader: ExtensionReader) -> Iterator[Extension]:
        while reader.more():
            yield from self._run(reader.page())

    def calls(
        self,
        scope: Scope = "extension",
        *,
        prefetch: bool = False,
        original: bool = False,
        timeout: float | None = None,
        on_limit: OnLimit | None = None,
        **filters: Unpack[CallFilters],
    ) -> Calls:
        """The call log, newest first, a page at a time as it is read.

        `scope`: the user's own log ("extension"; another's by `extension_id`) or the company's ("account").
        The window ends at `date_to` (default: now) and begins at `date_from` (default: 24 hours before); both
        must be aware datetimes. It is the same for all pages, however long reading them takes, and no record
        is lost or doubled when others appear or are deleted meanwhile.

        `filters` are those of RingCentral (docs/calls.md): view, direction, type, phone_number and others.
        `prefetch`: the next page is fetched while this one is read. `original`: each record keeps its own
        JSON, fields that are not known included (`to_dict()`).

        Each page waits for the rate limit as long as it takes. `timeout`: seconds for one page, waits
        included. `on_limit`: "raise" RateLimited instead of waiting.

        Raises ValueError at once for a value RingCentral would refuse.
        """
        from .calls.call_log import CallLogQuery
        from .calls.call_pages import PageReader
        from .calls.call_stream import Calls

        query = CallLogQuery(scope=scope, **filters)
        reader = PageReader(self._context, self.id, query, original, timeout, on_limit)
        return Calls(self._run, reader, prefetch=prefetch)

    def sync(
        self,
        scope: Scope = "extension",
        *,
        state: str | None = None,
        since: datetime | None = None,
        view: str = "Simple",
        extension_id: str | int | None = None,
        original: bool = False,
    ) -> CallSync:
        """What changed in a call log since `state`; without a state, all that is in it.

        The changes are Upsert, Delete and Restart (docs/calls.md). `since`: records that began then or later,
        29 days back if it is not given; an aware datetime. `state`: what the last sync's `state` was.

        Raises ValueError at once for a state of another sync, and for what RingCentral would refuse.
        """
        from .calls.call_log import CallLogQuery
        from .calls.call_sync import CallSync
        from .calls.sync_steps import Syncer

        query = CallLogQuery(scope=scope, date_from=since, view=view, extension_id=extension_id)
        syncer = Syncer(
            self._context, self.id, query.path, view=view, since=since, state=state, original=original
        )
        return CallSync(self._run, syncer, state)

    def call_records(
        self,
        ids: Iterable[str | int],
        scope: Scope = "extension",
        *,
        view: str = "Simple",
        extension_id: str | int | None = None,
    ) -> Iterator[Found]:
        """Records by their ids, 50 in a request: a Found for each id, in their order, with record or error.

        An id that is not there is a Found with a NotFound error. Raises ValueError at once for what is no id.
        """
        from .calls.bulk import BulkReader
        from .calls.call_log import CallLogQuery

        query = CallLogQuery(scope=scope, view=view, extension_id=extension_id)
        return self._found(BulkReader(self._context, self.id, query.path, ids, {"view": view}))

    def _found(self, reader: BulkReader) -> Iterator[Found]:
        while reader.more():
            yield from self._run(reader.batch())

    def recording(self, recording_id: str | int) -> Recording:
        """What the API says about a recording: its length, kind and address."""
        from .calls import recordings

        return self._run(recordings.recording(self._context, self.id, str(recording_id)))

    def download_recording(
        self,
        source: str | CallRecord | RecordingRef | Recording,
        to: str | PathLike[str] | BinaryIO,
        *,
        resume: bool = True,
        timeout: float = 3600.0,
    ) -> Downloaded:
        """Fetch a recording's sound: `source` is a call, its `recording`, a Recording, or an id.

        `to` is a path, or a file that is open for writing bytes. A path's file appears when it is whole;
        until then `NAME.part` lies beside it, and the next call goes on with it (`resume`). `timeout`: in
        seconds, for all of the sound; it may also not stop for half a minute.

        Raises NotOurMedia for an address that is not the server's or its media host's, ValueError for a call
        without a recording, OSError for the disk's faults, and what `request` does.
        """
        from .calls import recordings

        place = recordings.place_for(to, resume=resume, timeout=timeout)
        return self._run(recordings.download(self._context, self.id, source, place))

    def session(self) -> LoginState:
        """The state of this login as the vault has it. Raises LoginRequired when there is none."""
        return self._run(user_steps.login_state(self.id))

    def refresh(self) -> LoginState:
        """Refresh the login now, whatever its age."""
        return self._run(user_steps.refresh(self._context, self.id))

    def bearer_token(self, refused: Secret | None = None) -> Secret:
        """The access token, for another HTTP client, refreshed first when it must be.

        `refused`: one that was answered with 401; another one is given then, and the login is refreshed
        unless somebody has done that. Send it to `server` and nowhere else. Raises LoginRequired,
        RefreshBusy, TransportError.
        """
        from . import bearer

        return self._run(bearer.bearer_token(self._context, self.id, refused))

    def logout(self, *, everywhere: bool = False) -> bool:
        """End this holder's login; with `everywhere`, all holders'. True when the login itself has ended.

        The login is removed from the vault first, then its session is revoked at the server; whatever the
        server answers, the user is logged out here, and a revocation that failed is sent again later
        (`RingCentral.tidy`). Raises VaultUnavailable only.
        """
        return self._run(user_steps.logout(self._context, self.id, self.holder, everywhere=everywhere))
