"""The body of a refusal, read without trust: the first of its errors, or the body itself (contract 3.1)."""

from __future__ import annotations

import json
from typing import Any


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`; an empty one for anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def first_error(answer: dict[str, Any]) -> dict[str, Any]:
    """The first of the `errors`, whose code the legacy word on top may hide; the body itself without any."""
    entries = answer.get("errors")
    if isinstance(entries, list) and entries and isinstance(entries[0], dict):
        return entries[0]
    return answer
