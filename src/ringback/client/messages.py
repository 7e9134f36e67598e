"""What goes over the wire, as values: a request to send, the answer to it, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ringback.oauth.secret import Secret


class Headers(Mapping[str, str]):
    """Response headers; names are looked up in any case."""

    __slots__ = ("_values",)

    def __init__(self, pairs: Mapping[str, str] | None = None) -> None:
        self._values = {name.lower(): value for name, value in (pairs or {}).items()}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({sorted(self._values)})"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request below the configured server. `target` is a path with its query; the body may be secret."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | Secret | None = field(default=None, repr=False)
    authorization: Secret | None = None


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The server's answer: status, headers and the whole body."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No answer came. `refused`: nothing was sent; `broken`: the connection ended; `timeout`: time ran out;
    `unusable`: what came is not an answer that may be read (too long, or not HTTP).
    """

    kind: Literal["refused", "broken", "timeout", "unusable"]
    why: str
