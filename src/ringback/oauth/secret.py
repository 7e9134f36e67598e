"""A string that must never show: its repr, str and format print `***`; `reveal()` gives the value."""

from __future__ import annotations

import hmac
from typing import Any, NoReturn


class Secret:
    """Holds a token, code, verifier or client secret.

    Nothing that prints, formats or logs the object shows the value; only `reveal()` does.
    Two secrets are compared in constant time. A secret cannot be pickled by accident.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one place that sends or seals it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a Secret cannot be pickled or copied by accident; use reveal()")

    def __deepcopy__(self, memo: Any) -> Secret:
        return self

    def __copy__(self) -> Secret:
        return self
