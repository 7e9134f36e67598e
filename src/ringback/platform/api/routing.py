"""From a request's path to its operations, in one look-up; and what is answered where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from .answers import EVERYWHERE
from .methods import serve
from .not_emulated import known_elsewhere, refusal
from .operation import Operation, caller_of

_ROOT = "/restapi/v1.0/"


class ApiRoute(BaseRoute):
    """All operations at once: a tree of path segments, whose variables are the branches named None."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._exact: dict[str, dict[str, Operation]] = {}
        self._tree: dict[str | None, Any] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        for operation in operations:
            if not operation.path.startswith(_ROOT):
                self._exact.setdefault(operation.path, {})[operation.method] = operation
                continue
            node = self._tree
            names: list[str] = []
            for segment in operation.path.removeprefix(_ROOT).split("/"):
                if segment.startswith("{"):
                    names.append(segment[1:-1])
                    node = node.setdefault(None, {})
                else:
                    node = node.setdefault(segment, {})
            node.setdefault("", {})[operation.method] = operation
            self._names[operation.path] = tuple(names)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Everything below /restapi/v1.0, and what RingCentral has elsewhere."""
        if scope["type"] != "http":
            return Match.NONE, {}
        path: str = scope["path"]
        if path.startswith(_ROOT) or path in self._exact or known_elsewhere(path):
            return Match.FULL, {}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the operation; else 501 for what RingCentral has and Ringback has not, else 404 CMN-120.

        Both take a live token first, as RingCentral's gateway does (contract 3.2).
        """
        path: str = scope["path"]
        methods = self._exact.get(path)
        if methods is not None:
            await serve(methods, {}, scope, receive, send)
            return
        found = self._find(path)
        if found is not None:
            await serve(found[0], found[1], scope, receive, send)
            return
        caller_of(Request(scope, receive))
        missing = refusal(path)
        if missing is not None:
            missing.headers = {**EVERYWHERE, **missing.headers}
            raise missing
        raise HTTPException(404, headers=dict(EVERYWHERE))

    def _find(self, path: str) -> tuple[dict[str, Operation], dict[str, str]] | None:
        if not path.startswith(_ROOT):
            return None
        node = self._tree
        values: list[str] = []
        for segment in path[len(_ROOT) :].split("/"):
            if not segment:
                return None
            below = node.get(segment)
            if below is None:
                below = node.get(None)
                if below is None:
                    return None
                values.append(segment)
            node = below
        methods: dict[str, Operation] | None = node.get("")
        if methods is None:
            return None
        names = self._names[next(iter(methods.values())).path]
        return methods, dict(zip(names, values, strict=True))
