"""One API operation: what it needs (contract 9), the order of its checks (contract 3.2), how it answers."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from ringback.platform.authorization.bearer import authenticate
from ringback.platform.caller import Caller
from ringback.platform.company import Company, Extension
from ringback.platform.errors import ApiError, not_found, parameter_invalid
from ringback.platform.serving.context import world_of
from ringback.platform.world import World

from .query import Query

CONTENT_TYPE = "application/json;charset=UTF-8"
METHODS = "GET, HEAD"

# The one user permission that errors call by another name (contract 16).
_NAME_IN_ERRORS = {"FullCompanyCallLog": "ReadCompanyCallLog"}
_ID = re.compile(r"[0-9]{1,19}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A request that passed all checks: who calls, about which extension (None: the account), with what."""

    world: World
    company: Company
    caller: Caller
    user: Extension
    extension: Extension | None
    query: Query

    @property
    def account_uri(self) -> str:
        """The account's address, with its real id."""
        return f"{self.world.base_url}/restapi/v1.0/account/{self.company.account.id}"


Handler = Callable[[ApiCall], Awaitable[bytes]]
_encoder = msgspec.json.Encoder()


def encoded(answer: object) -> bytes:
    """Compact JSON in UTF-8."""
    return _encoder.encode(answer)


@dataclass(frozen=True, slots=True)
class Operation:
    """GET of one path, as an ASGI application.

    `group`: its rate-limit group. `app_permission`: the scope an app needs. `user_permission`: what the
    user's role needs. `own_only`: another extension's data takes an administrator (else CMN-419).
    """

    path: str
    group: str
    app_permission: str
    user_permission: str
    own_only: bool
    handler: Handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; refusals are raised (ApiError, HTTPException 405) for the app to write."""
        request = Request(scope, receive)
        if request.method not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": METHODS})
        body = await self.handler(self._checked(request))
        headers = {"content-type": CONTENT_TYPE}
        if request.method == "HEAD":
            headers["content-length"] = str(len(body))
            body = b""
        await Response(body, headers=headers)(scope, receive, send)

    def _checked(self, request: Request) -> ApiCall:
        caller = authenticate(request)
        if self.app_permission not in caller.scope:
            raise ApiError(
                403,
                "CMN-401",
                "In order to call this API endpoint, application needs to have "
                f"[{self.app_permission}] permission",
                permissionName=self.app_permission,
            )
        world = world_of(request)
        company: Company = world.company
        user = company.extension(caller.extension_id)
        if user is None:
            raise ApiError(401, "CMN-405", "Login to extension required")
        account_id = _path_id(request, "accountId", company.account.id)
        extension_id = _path_id(request, "extensionId", user.id)
        if account_id != company.account.id:
            raise not_found("accountId")
        extension = None
        if extension_id is not None:
            extension = company.extension(extension_id)
            if extension is None:
                raise not_found("extensionId")
        self._check_user(user, extension)
        return ApiCall(
            world=world,
            company=company,
            caller=caller,
            user=user,
            extension=extension,
            query=Query(request.scope["query_string"]),
        )

    def _check_user(self, user: Extension, extension: Extension | None) -> None:
        if self.user_permission not in user.permissions:
            name = _NAME_IN_ERRORS.get(self.user_permission, self.user_permission)
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


def route(operation: Operation) -> BaseRoute:
    """The operation as a route that takes every method, to refuse all but GET and HEAD itself."""
    return Route(operation.path, operation)


def operation(
    path: str, *, group: str, app: str, user: str, own_only: bool = False
) -> Callable[[Handler], Operation]:
    """Declare the operation that a handler answers: contract 9's row about it, in one place."""

    def declare(handler: Handler) -> Operation:
        return Operation(
            path=path,
            group=group,
            app_permission=app,
            user_permission=user,
            own_only=own_only,
            handler=handler,
        )

    return declare


def _path_id(request: Request, name: str, own: int) -> int | None:
    """An id from the path: `~` is the caller's own, None where there is none; CMN-101 if it is no number."""
    text = request.path_params.get(name)
    if text is None:
        return None
    if text == "~":
        return own
    if not _ID.fullmatch(text):
        raise parameter_invalid(name)
    return int(text)
