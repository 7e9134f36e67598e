"""Parameters of OAuth requests: read from bytes within limits, empty means absent, duplicates are seen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from ringback.platform.errors import invalid_request

MAX_FIELDS = 100
MAX_VALUE = 8192
MAX_STATE = 4096
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class Parameters:
    """Name and value pairs. An empty value counts as absent (contract 2, RFC 6749 3.1)."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        self._repeated: set[str] = set()
        for name, value in pairs:
            if value:
                if name in self._values:
                    self._repeated.add(name)
                    self._values[name].append(value)
                else:
                    self._values[name] = [value]

    def get(self, name: str) -> str | None:
        """The first value, or None."""
        values = self._values.get(name)
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        """Every value, in order."""
        return list(self._values.get(name, ()))

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def names(self) -> set[str]:
        return set(self._values)

    def refuse_repeated(self, names: Iterable[str]) -> None:
        """Raise OAU-111 when one of these occurs more than once (contract 3.4, RFC 6749 3.1)."""
        if not self._repeated:
            return
        for name in names:
            if name in self._repeated:
                raise invalid_request(
                    "Request parameter duplication detected",
                    "OAU-111",
                    why=f"the parameter {name} was sent more than once",
                )


def parse(raw: bytes, *, strict: bool) -> Parameters:
    """Read a query string or form body. Raises OAuthError 400 when it is malformed or too large.

    `strict` also refuses broken percent escapes. Only `state` may hold bytes that are not UTF-8: it is kept
    as it came (surrogates), since it is returned unchanged (contract 4).
    """
    if strict and _BROKEN_ESCAPE.search(raw):
        raise invalid_request("Cannot parse request", "CMN-104", why="a percent escape is broken")
    if not raw.isascii():
        raise invalid_request(
            "Cannot parse request", "CMN-104", why="characters outside ASCII must be percent-encoded"
        )
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="surrogateescape", max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise invalid_request(
            "Cannot parse request", "CMN-104", why=f"more than {MAX_FIELDS} parameters"
        ) from None
    for name, value in pairs:
        _check(name, value)
    return Parameters(pairs)


def _check(name: str, value: str) -> None:
    limit = MAX_STATE if name == "state" else MAX_VALUE
    if len(name) > 100 or len(value) > limit:
        raise invalid_request("Cannot parse request", "CMN-104", why=f"a value is longer than {limit}")
    if not _is_text(name) or (name != "state" and not _is_text(value)):
        raise invalid_request("Cannot parse request", "CMN-104", why="a value is not UTF-8 text")


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\0" not in value
