"""From a request's method to the operation of its path: method tunnelling, HEAD, and 405 (contract 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ringback.platform.errors import ApiError
from ringback.platform.serving.context import note_of

from .answers import EVERYWHERE, put_on_wire
from .query import Query

if TYPE_CHECKING:
    from .operation import Operation

_OVERRIDE = b"x-http-method-override"


async def serve(
    methods: Mapping[str, Operation], ids: Mapping[str, str], scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer a request for a path that has these methods; another one is 405 with what there is."""
    method = wanted_method(scope)
    head = method == "HEAD"
    operation = methods.get("GET" if head else method)
    if operation is None:
        raise HTTPException(405, headers={"Allow": _allowed(methods), **EVERYWHERE})
    request = Request(scope, receive)
    if method != scope["method"]:
        note_of(request).details["method"] = method
    answer, told = await operation.respond(request, ids)
    await put_on_wire(answer, told, send, head=head)


def wanted_method(scope: Scope) -> str:
    """The method of a request; a POST may stand for another one (contract 2, "Method tunnelling").

    It names it in the header X-HTTP-Method-Override or in the query as `_method`; ApiError 400 where these
    two differ.
    """
    method: str = scope["method"]
    if method != "POST":
        return method
    in_header = {
        value.decode("latin-1").strip().upper() for name, value in scope["headers"] if name == _OVERRIDE
    }
    in_query = {text.upper() for text in Query(scope["query_string"]).texts("_method")}
    named = (in_header | in_query) - {""}
    if len(named) > 1:
        raise ApiError(
            400,
            "CMN-101",
            "Parameter [_method] value is invalid",
            why="X-HTTP-Method-Override and _method name different methods",
            parameterName="_method",
        )
    return named.pop() if named else method


def _allowed(methods: Mapping[str, Operation]) -> str:
    names = list(methods)
    if "GET" in names:
        names.insert(names.index("GET") + 1, "HEAD")
    return ", ".join(names)
