"""An API answer as the caller sees it."""

from __future__ import annotations

import json
from typing import Any

from .messages import Headers, HttpAnswer


class Response:
    """`status` (int), `headers` (any case), `content` (bytes), `text` (str) and `json()` of an API answer."""

    __slots__ = ("content", "headers", "status")

    def __init__(self, answer: HttpAnswer) -> None:
        self.status: int = answer.status
        self.headers: Headers = answer.headers
        self.content: bytes = answer.body

    @property
    def text(self) -> str:
        """The body as UTF-8 text; bytes that are not UTF-8 are replaced."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises ValueError when it is not JSON."""
        import msgspec

        try:
            return msgspec.json.decode(self.content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            # msgspec takes no half of a surrogate pair, which a text that was cut short may end with.
            return json.loads(self.content)

    def __repr__(self) -> str:
        return f"Response(status={self.status}, {len(self.content)} bytes)"
