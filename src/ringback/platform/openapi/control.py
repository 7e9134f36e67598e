"""How a control under /_local is declared: what it is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ringback.platform.errors import ApiError

from .shapes import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One method of one control. `answer` and `body` are schemas of JSON; without an answer it is 204.

    `other_form` is another media type that it may be asked for. `query` are its parameters, those `needed`
    among them must be there. `refusals` are its own, beside those that any has by being under /_local, or by
    having a body.
    """

    method: str
    path: str
    name: str
    summary: str
    answer: Schema | None = None
    status: int = 200
    other_form: str | None = None
    body: Schema | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    refusals: tuple[ApiError, ...] = ()
