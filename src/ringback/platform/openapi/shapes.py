"""Short ways to write JSON Schemas (2020-12), for the files that hold the document's schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """A schema of the document's components."""
    return {"$ref": f"#/components/schemas/{name}"}


def text(description: str = "", **also: Any) -> Schema:
    """A string."""
    return {"type": "string", **_told(description), **also}


def link(description: str = "") -> Schema:
    """An absolute address."""
    return text(description, format="uri")


def moment(description: str = "") -> Schema:
    """A time: UTC, ISO 8601, with milliseconds and Z (contract 2)."""
    return text(description, format="date-time")


def number(description: str = "", **also: Any) -> Schema:
    """A whole number of up to 64 bits."""
    return {"type": "integer", "format": "int64", **_told(description), **also}


def amount(description: str = "", **also: Any) -> Schema:
    """A number, whole or not."""
    return {"type": "number", **_told(description), **also}


def flag(description: str = "") -> Schema:
    """true or false."""
    return {"type": "boolean", **_told(description)}


def one_of(*words: str, description: str = "") -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(words), **_told(description)}


def many(items: Schema, description: str = "", **also: Any) -> Schema:
    """A list."""
    return {"type": "array", "items": items, **_told(description), **also}


def named(values: Schema, description: str = "") -> Schema:
    """An object with any names, whose values are all of one kind."""
    return {"type": "object", "additionalProperties": values, **_told(description)}


def record(
    properties: Mapping[str, Schema],
    *,
    optional: Iterable[str] = (),
    description: str = "",
    no_others: bool = False,
) -> Schema:
    """An object with all of its properties but the optional ones; `no_others`: with no others."""
    left_out = set(optional)
    unknown = left_out - set(properties)
    if unknown:
        raise ValueError(f"there is no property {', '.join(sorted(unknown))}")
    answer: Schema = {"type": "object", **_told(description), "properties": dict(properties)}
    required = [name for name in properties if name not in left_out]
    if required:
        answer["required"] = required
    if no_others:
        answer["additionalProperties"] = False
    return answer


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    if "$ref" in schema or "enum" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def _told(description: str) -> Schema:
    return {"description": description} if description else {}
