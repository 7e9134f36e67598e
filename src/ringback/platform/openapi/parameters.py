"""Parameters of the document: from the declarations of the API, and those of the paths."""

from __future__ import annotations

import re
from typing import Any

from ringback.platform.api.parameters import Parameter

from .shapes import Schema

_IN_PATH = re.compile(r"\{(\w+)\}")
_OWN_OR_ID = {"type": "string", "pattern": "^(~|[0-9]{1,19})$"}
_PATHS: dict[str, tuple[str, Schema, str]] = {
    "accountId": ("Whose: an account's id, or ~ for that of the token", _OWN_OR_ID, "~"),
    "extensionId": ("Whose: an extension's id, or ~ for that of the token", _OWN_OR_ID, "~"),
    "callRecordId": (
        "A record's id, or up to 50 of them separated by commas",
        {"type": "string", "minLength": 1},
        "",
    ),
    "recordingId": ("A recording's id, as call log records name it", {"type": "string", "minLength": 1}, ""),
    "faultId": ("A fault's id", {"type": "string", "minLength": 1}, ""),
    "worldId": ("A world's id", {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}, ""),
}


def path_parameters(path: str) -> list[dict[str, Any]]:
    """The parameters that a path template names. KeyError for one that nobody has described."""
    return [_path_parameter(name) for name in _IN_PATH.findall(path)]


def _path_parameter(name: str) -> dict[str, Any]:
    description, schema, example = _PATHS[name]
    told: dict[str, Any] = {"name": name, "in": "path", "required": True, "description": description}
    if example:
        told["example"] = example
    return {**told, "schema": schema}


def query_parameter(declared: Parameter) -> dict[str, Any]:
    """One query parameter as OpenAPI writes it; lists are repeated keys, not commas (contract 2)."""
    schema: Schema = _kind(declared)
    if declared.multi:
        schema = {"type": "array", "items": schema}
    elif declared.default is not None:
        schema["default"] = declared.default
    parameter: dict[str, Any] = {
        "name": declared.name,
        "in": "query",
        "description": f"{declared.description}.",
        "schema": schema,
    }
    if declared.multi:
        parameter |= {"style": "form", "explode": True}
    if declared.deprecated:
        parameter["deprecated"] = True
    return parameter


def _kind(declared: Parameter) -> Schema:
    if declared.kind == "date-time":
        return {"type": "string", "format": "date-time"}
    schema: Schema = {"type": declared.kind}
    if declared.kind == "integer":
        schema["format"] = "int64"
    if declared.enum:
        schema["enum"] = list(declared.enum)
    if declared.minimum is not None:
        schema["minimum"] = declared.minimum
    if declared.maximum is not None and not declared.cut:
        schema["maximum"] = declared.maximum
    if declared.longest is not None:
        schema["maxLength"] = declared.longest
    if declared.word is not None:
        return {"anyOf": [schema, {"const": declared.word}]}
    return schema
