"""JSON objects with their fields as attributes, as `ApiResponse.json()` gives them."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from typing import Any

# The official SDK's list is that of Python 2: `print` and `exec` count, `None` and `async` do not.
_RESERVED = (frozenset(keyword.kwlist) - {"False", "None", "True", "async", "await", "nonlocal"}) | {"exec"}


class JsonObject:
    """A JSON object. A field whose name Python reserves ends with an underscore: `from_`."""

    def __init__(self, fields: Mapping[str, Any] | None = None) -> None:
        for name, value in (fields or {}).items():
            self.__dict__[safe_name(name)] = value

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the answer has no field {name!r}")

    def __repr__(self) -> str:
        return f"JsonObject({', '.join(self.__dict__)})"


def safe_name(name: str) -> str:
    """The attribute under which a field is found."""
    return f"{name}_" if name in _RESERVED else name


def unfold(value: Any) -> Any:
    """A JSON value with JsonObjects for its objects."""
    if isinstance(value, dict):
        return JsonObject({name: unfold(field) for name, field in value.items()})
    if isinstance(value, list):
        return [unfold(item) for item in value]
    return value
