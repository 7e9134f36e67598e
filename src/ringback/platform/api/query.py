"""An API request's query: repeated keys, empty values, a limit to their number (parameters.py reads it)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from ringback.platform.errors import ApiError

FIELD_LIMIT = 200


class Query:
    """The query parameters of one request. An empty value counts as absent (contract 2).

    Where a parameter that takes one value is repeated, its first value counts. Unknown names are ignored.
    Raises ApiError 400 CMN-104 past 200 parameters.
    """

    __slots__ = ("_values",)

    def __init__(self, query_string: bytes) -> None:
        self._values: dict[str, list[str]] = {}
        if not query_string:
            return
        try:
            pairs = parse_qsl(query_string.decode("utf-8", "replace"), max_num_fields=FIELD_LIMIT)
        except ValueError:
            raise ApiError(400, "CMN-104", "Cannot parse request", why="too many query parameters") from None
        for name, value in pairs:
            text = value.strip()
            if text:
                self._values.setdefault(name, []).append(text)

    def given(self, name: str) -> bool:
        """Whether it is there with a value."""
        return name in self._values

    def text(self, name: str) -> str | None:
        """Its value, without blanks around it."""
        values = self._values.get(name)
        return None if values is None else values[0]

    def texts(self, name: str) -> list[str]:
        """All its values, in the order given, each once."""
        values = self._values.get(name)
        return [] if values is None else list(dict.fromkeys(values))
