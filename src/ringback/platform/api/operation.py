"""One API operation: what it needs (contract 9), what it takes, the order of its checks (contract 3.2)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ringback.platform.authorization.bearer import authenticate
from ringback.platform.caller import Caller
from ringback.platform.company import Extension
from ringback.platform.errors import ApiError, not_found, parameter_invalid
from ringback.platform.serving.context import note_of, world_of
from ringback.platform.world import World

from .answers import EVERYWHERE, Answer
from .api_call import ApiCall as ApiCall
from .methods import serve
from .parameters import Parameter
from .query import Query

COMPANY_LOG = "FullCompanyCallLog"  # the one user permission that errors may call by another name
_ID = re.compile(r"[0-9]{1,19}", re.ASCII)


Handler = Callable[[ApiCall], Awaitable[bytes | Answer]]
OpenHandler = Callable[[World], bytes | Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path.

    `group`: its rate-limit group, None for NoThrottling. `app_permission`: the scope an app needs, and
    `user_permission` what the user's role needs ("" for neither). `own_only`: another extension's data takes
    an administrator (else CMN-419). `answers`: the media types it answers with, by status. One of two
    handlers is set: `handler` for callers with a token, or `open_handler` for everybody, which sees
    no request.
    """

    method: str
    path: str
    summary: str
    group: str | None
    app_permission: str
    user_permission: str
    own_only: bool
    parameters: tuple[Parameter, ...]
    answers: Mapping[int, tuple[str, ...]]
    handler: Handler | None = None
    open_handler: OpenHandler | None = None

    async def respond(self, request: Request, ids: Mapping[str, str]) -> tuple[Answer, Mapping[str, str]]:
        """The answer to a request, and the rate-limit headers that go with it. Refusals are ApiErrors.

        In the order of contract 3.2: the token (401), the limit (429), the app's permission, ids of the path,
        what they name, the user's right, and last the query.
        """
        note = note_of(request)
        note.operation = self.path
        note.group = self.group
        if self.open_handler is not None:
            return _as_answer(self.open_handler(world_of(request))), {}
        if self.handler is None:
            raise RuntimeError(f"{self.method} {self.path} has no handler")
        note.permission = self.app_permission
        caller = authenticate(request)
        world = world_of(request)
        now = world.clock.now()
        told = _spent(world, caller, self.group, now)
        try:
            call = self._checked(request, world, caller, now, ids)
            return _as_answer(await self.handler(call)), told
        except ApiError as refusal:
            refusal.headers = {**EVERYWHERE, **told, **refusal.headers}
            raise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve this operation alone at a path of its own."""
        await serve({self.method: self}, {}, scope, receive, send)

    def _checked(
        self, request: Request, world: World, caller: Caller, now: datetime, ids: Mapping[str, str]
    ) -> ApiCall:
        if self.app_permission not in caller.scope:
            raise ApiError(
                403,
                "CMN-401",
                "In order to call this API endpoint, application needs to have "
                f"[{self.app_permission}] permission",
                permissionName=self.app_permission,
            )
        company = world.company
        user = company.extension(caller.extension_id)
        if user is None:
            raise ApiError(401, "CMN-405", "Login to extension required")
        account_id = _path_id(ids, "accountId", company.account.id)
        extension_id = _path_id(ids, "extensionId", user.id)
        if account_id != company.account.id:
            raise not_found("accountId")
        extension = None
        if extension_id is not None:
            extension = user if extension_id == user.id else company.extension(extension_id)
            if extension is None:
                raise not_found("extensionId")
        self._check_user(world, user, extension)
        return ApiCall(
            world=world,
            company=company,
            caller=caller,
            user=user,
            extension=extension,
            query=Query(request.scope["query_string"]),
            now=now,
            request=request,
            ids=ids,
        )

    def _check_user(self, world: World, user: Extension, extension: Extension | None) -> None:
        if self.user_permission not in user.permissions:
            name = self.user_permission
            if name == COMPANY_LOG:
                name = world.quirks.value("company-permission-name")
            raise ApiError(
                403,
                "CMN-408",
                f"In order to call this API endpoint, user needs to have [{name}] permission "
                "for requested resource.",
                permissionName=name,
            )
        if self.own_only and extension is not None and extension.id != user.id and not user.admin:
            raise ApiError(
                403,
                "CMN-419",
                "In order to call this API endpoint for another extension, user needs to have "
                f"[{self.user_permission}] permission granted with extended scope",
                permissionName=self.user_permission,
            )


def operation(
    path: str,
    *,
    summary: str,
    group: str,
    app: str,
    user: str,
    method: str = "GET",
    own_only: bool = False,
    parameters: tuple[Parameter, ...] = (),
    answers: Mapping[int, tuple[str, ...]] | None = None,
) -> Callable[[Handler], Operation]:
    """Declare the operation that a handler answers: contract 9's row about it, in one place."""

    def declare(handler: Handler) -> Operation:
        return Operation(
            method=method,
            path=path,
            summary=summary,
            group=group,
            app_permission=app,
            user_permission=user,
            own_only=own_only,
            parameters=parameters,
            answers=answers or {200: ("application/json",)},
            handler=handler,
        )

    return declare


def open_operation(path: str, *, summary: str) -> Callable[[OpenHandler], Operation]:
    """Declare an operation that takes no token and is not throttled."""

    def declare(handler: OpenHandler) -> Operation:
        return Operation(
            method="GET",
            path=path,
            summary=summary,
            group=None,
            app_permission="",
            user_permission="",
            own_only=False,
            parameters=(),
            answers={200: ("application/json",)},
            open_handler=handler,
        )

    return declare


def caller_of(request: Request) -> Caller:
    """Whoever calls, also where no operation is: the token comes first (contract 3.2)."""
    return authenticate(request)


def _as_answer(answer: bytes | Answer) -> Answer:
    return answer if isinstance(answer, Answer) else Answer(answer)


def _spent(world: World, caller: Caller, group: str | None, now: datetime) -> Mapping[str, str]:
    """Spend one call of the group's budget; the headers that tell of it. Raises ApiError 429 CMN-301."""
    return world.limits.spend(caller.client_id, caller.extension_id, group, now)


def _path_id(ids: Mapping[str, str], name: str, own: int) -> int | None:
    """An id from the path: `~` is the caller's own, None where there is none; CMN-101 if it is no number."""
    text = ids.get(name)
    if text is None:
        return None
    if text == "~":
        return own
    if not _ID.fullmatch(text):
        raise parameter_invalid(name)
    return int(text)
