"""`AsyncUser`: `User` for asyncio, with the same names, awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from ringback.oauth.secret import Secret

from . import user_steps
from .allowance import OnLimit
from .async_driver import AsyncDriver
from .context import Context
from .effects import Steps
from .login_state import LoginState
from .response import Response

if TYPE_CHECKING:
    from os import PathLike
    from typing import BinaryIO

    from .calls.async_call_stream import AsyncCalls
    from .calls.async_call_sync import AsyncCallSync
    from .calls.bulk import BulkReader, Found
    from .calls.call_log import CallFilters, Scope
    from .calls.people import ExtensionFilters, ExtensionReader
    from .calls.recordings import Downloaded
    from .records import Account, CallRecord, Extension, Recording, RecordingRef

T = TypeVar("T")


class AsyncUser:
    """A user of an `AsyncRingCentral` client. `id` is RingCentral's owner id, a str.

    Methods, arguments and errors are those of `User`; a call may be cancelled at any await.
    """

    def __init__(self, context: Context, driver: AsyncDriver, user_id: str, holder: str) -> None:
        self._context = context
        self._driver = driver
        self.server = context.server
        self.id = user_id
        self.holder = holder

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r})"

    async def _run(self, steps: Steps[T]) -> T:
        return await self._driver.run(steps)

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - of the whole call, as in User
        on_limit: OnLimit | None = None,
        idempotent: bool = False,
    ) -> Response:
        """See `User.request`."""
        return await self._run(
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

    async def get(self, path: str, *, params: Mapping[str, Any] | None = None, **options: Any) -> Response:
        """GET; see `request`."""
        return await self.request("GET", path, params=params, **options)

    async def post(self, path: str, *, json: Any = None, **options: Any) -> Response:
        """POST; see `request`."""
        return await self.request("POST", path, json=json, **options)

    async def put(self, path: str, *, json: Any = None, **options: Any) -> Response:
        """PUT; see `request`."""
        return await self.request("PUT", path, json=json, **options)

    async def delete(self, path: str, **options: Any) -> Response:
        """DELETE; see `request`."""
        return await self.request("DELETE", path, **options)

    async def extension(self) -> Extension:
        """The user's own extension."""
        return await self._run(user_steps.extension(self._context, self.id))

    async def account(self) -> Account:
        """The company's account."""
        return await self._run(user_steps.account(self._context, self.id))

    def extensions(self, **filters: Unpack[ExtensionFilters]) -> AsyncIterator[Extension]:
        """The account's extensions, a page at a time as they are read; `filters`: status, type, email,
        extension_number, per_page. Raises ValueError at once for a per_page outside 1 to 1000.
        """
        from .calls.people import ExtensionReader

        return self._extensions(ExtensionReader(self._context, self.id, filters))

    async def _extensions(self, reader: ExtensionReader) -> AsyncIterator[Extension]:
        while reader.more():
            for extension in await self._run(reader.page()):
                yield extension

    def calls(
        self,
        scope: Scope = "extension",
        *,
        prefetch: bool = False,
        original: bool = False,
        timeout: float | None = None,
        on_limit: OnLimit | None = None,
        **filters: Unpack[CallFilters],
    ) -> AsyncCalls:
        """The call log, newest first, a page at a time: `async for call in user.calls()`; see `User.calls`.

        Raises ValueError at once for a value RingCentral would refuse.
        """
        from .calls.async_call_stream import AsyncCalls
        from .calls.call_log import CallLogQuery
        from .calls.call_pages import PageReader

        query = CallLogQuery(scope=scope, **filters)
        reader = PageReader(self._context, self.id, query, original, timeout, on_limit)
        return AsyncCalls(self._run, reader, prefetch=prefetch)

    def sync(
        self,
        scope: Scope = "extension",
        *,
        state: str | None = None,
        since: datetime | None = None,
        view: str = "Simple",
        extension_id: str | int | None = None,
        original: bool = False,
    ) -> AsyncCallSync:
        """What changed in a call log since `state`; without a state, all that is in it; see `User.sync`."""
        from .calls.async_call_sync import AsyncCallSync
        from .calls.call_log import CallLogQuery
        from .calls.sync_steps import Syncer

        query = CallLogQuery(scope=scope, date_from=since, view=view, extension_id=extension_id)
        syncer = Syncer(
            self._context, self.id, query.path, view=view, since=since, state=state, original=original
        )
        return AsyncCallSync(self._run, syncer, state)

    def call_records(
        self,
        ids: Iterable[str | int],
        scope: Scope = "extension",
        *,
        view: str = "Simple",
        extension_id: str | int | None = None,
    ) -> AsyncIterator[Found]:
        """Records by their ids, 50 in a request; see `User.call_records`."""
        from .calls.bulk import BulkReader
        from .calls.call_log import CallLogQuery

        query = CallLogQuery(scope=scope, view=view, extension_id=extension_id)
        return self._found(BulkReader(self._context, self.id, query.path, ids, {"view": view}))

    async def _found(self, reader: BulkReader) -> AsyncIterator[Found]:
        while reader.more():
            for found in await self._run(reader.batch()):
                yield found

    async def recording(self, recording_id: str | int) -> Recording:
        """What the API says about a recording: its length, kind and address."""
        from .calls import recordings

        return await self._run(recordings.recording(self._context, self.id, str(recording_id)))

    async def download_recording(
        self,
        source: str | CallRecord | RecordingRef | Recording,
        to: str | PathLike[str] | BinaryIO,
        *,
        resume: bool = True,
        timeout: float = 3600.0,  # noqa: ASYNC109 - of the whole body, as in User
    ) -> Downloaded:
        """Fetch a recording's sound to disk; see `User.download_recording`."""
        from .calls import recordings

        place = recordings.place_for(to, resume=resume, timeout=timeout)
        return await self._run(recordings.download(self._context, self.id, source, place))

    async def session(self) -> LoginState:
        """The state of this login as the vault has it. Raises LoginRequired when there is none."""
        return await self._run(user_steps.login_state(self.id))

    async def refresh(self) -> LoginState:
        """Refresh the login now, whatever its age."""
        return await self._run(user_steps.refresh(self._context, self.id))

    async def bearer_token(self, refused: Secret | None = None) -> Secret:
        """See `User.bearer_token`."""
        from . import bearer

        return await self._run(bearer.bearer_token(self._context, self.id, refused))

    async def logout(self, *, everywhere: bool = False) -> bool:
        """See `User.logout`."""
        return await self._run(user_steps.logout(self._context, self.id, self.holder, everywhere=everywhere))
