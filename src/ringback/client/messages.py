"""What goes over the wire, as values: a request to send, the answer to it, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

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


class SinkFault(Exception):
    """A sink did not take what came; `cause` says why. It is no fault of the network."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.cause = cause


class Sink(Protocol):
    """Takes the body of a 200 or 206 answer as it comes. `seconds`: how long the whole of it may take.

    An answer that is asked for once more begins once more: `begin` makes what follows fit to what is there.
    """

    seconds: float

    def begin(self, status: int, headers: Headers) -> None:
        """The answer's head. Raises SinkFault."""

    def write(self, chunk: bytes) -> None:
        """The next bytes. Raises SinkFault."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request below the configured server. `target` is a path with its query; the body may be secret.

    `sink`: where the answer's body goes, whose time then counts from piece to piece; without one it is kept
    in memory. `origin`: another server than the configured one, which `media.py` alone decides.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | Secret | None = field(default=None, repr=False)
    authorization: Secret | None = None
    sink: Sink | None = field(default=None, repr=False, compare=False)
    origin: str | None = None


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
