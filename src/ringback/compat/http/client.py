"""Requests as values, made as the official SDK's `Client` makes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from ringback.client.requests import query_pairs

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"

Query = Mapping[str, Any] | Iterable[tuple[str, Any]]


@dataclass(slots=True)
class Request:
    """A request that is not sent yet. Its token is added when it is sent, and never shows here."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    data: bytes | str | None = field(default=None, repr=False)

    @property
    def content(self) -> bytes | None:
        """The body's bytes."""
        return self.data.encode() if isinstance(self.data, str) else self.data


class Client:
    """Makes requests; `Platform.send_request` sends them."""

    def create_request(
        self,
        method: str = "",
        url: str = "",
        query_params: Query | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Request:
        """A request whose body is JSON, or a form where `headers` say so, or bytes that go as they are.

        Values in `query_params` are percent-encoded; a list repeats its name.
        """
        if query_params:
            mapping = query_params if isinstance(query_params, Mapping) else _grouped(query_params)
            query = urlencode(list(query_pairs(mapping)))
            url += f"{'&' if '?' in url else '?'}{query}" if query else ""
        given = dict((headers or {}).items())
        kind = next((value for name, value in given.items() if name.lower() == "content-type"), None)
        if kind is None:
            kind = given["Content-Type"] = _JSON
        return Request(method, url, given, _encoded(body, kind.lower()))


def _encoded(body: Any, kind: str) -> bytes | str | None:
    if body is None or isinstance(body, bytes):
        return body
    if _JSON in kind:
        return json.dumps(body) if body else None
    if _FORM in kind and not isinstance(body, str):
        return urlencode(body) if body else None
    return body if isinstance(body, str) else str(body)


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
