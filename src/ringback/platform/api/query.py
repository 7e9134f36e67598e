"""Reading an API request's query: repeated keys, empty values, numbers, switches, times; else CMN-101."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from urllib.parse import parse_qsl

from ringback.platform.errors import ApiError, parameter_invalid

from . import dates

FIELD_LIMIT = 200
PER_PAGE = 100
MOST_PER_PAGE = 1000
_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)


class Query:
    """The query parameters of one request. An empty value counts as absent (contract 2).

    Where a parameter that takes one value is repeated, its first value counts. Unknown names are ignored.
    """

    def __init__(self, query_string: bytes) -> None:
        try:
            pairs = parse_qsl(query_string.decode("utf-8", "replace"), max_num_fields=FIELD_LIMIT)
        except ValueError:
            raise ApiError(400, "CMN-104", "Cannot parse request", why="too many query parameters") from None
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            if value.strip():
                self._values.setdefault(name, []).append(value.strip())

    def given(self, name: str) -> bool:
        """Whether it is there with a value."""
        return name in self._values

    def text(self, name: str) -> str | None:
        """Its value."""
        return self._values.get(name, [None])[0]

    def texts(self, name: str) -> list[str]:
        """All its values, in the order given, each once."""
        return list(dict.fromkeys(self._values.get(name, ())))

    def choice(self, name: str, allowed: Collection[str], default: str) -> str:
        """One of the words allowed."""
        value = self.text(name)
        if value is None:
            return default
        if value not in allowed:
            raise parameter_invalid(name)
        return value

    def choices(self, name: str, allowed: Collection[str]) -> list[str]:
        """Any of the words allowed; the key is repeated, never joined by commas (contract 2)."""
        values = self.texts(name)
        if any(value not in allowed for value in values):
            raise parameter_invalid(name)
        return values

    def switch(self, name: str, default: bool) -> bool:
        """true or false."""
        value = self.text(name)
        if value is None:
            return default
        if value.lower() not in ("true", "false"):
            raise parameter_invalid(name)
        return value.lower() == "true"

    def moment(self, name: str) -> datetime | None:
        """A time, in UTC."""
        value = self.text(name)
        if value is None:
            return None
        found = dates.read(value)
        if found is None:
            raise parameter_invalid(name)
        return found

    def page(self) -> int:
        """The page wanted, from 1."""
        return self._count("page", 1)

    def per_page(self, maximum_word: bool = False) -> int:
        """Records a page; above 1000 is cut to 1000 (contract 11.1). `maximum_word`: `max` is allowed."""
        if maximum_word and self.text("perPage") == "max":
            return MOST_PER_PAGE
        return min(self._count("perPage", PER_PAGE), MOST_PER_PAGE)

    def _count(self, name: str, default: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        if not _WHOLE.fullmatch(value) or int(value) < 1:
            raise parameter_invalid(name)
        return int(value)
