"""What all records share: camel-case names, defaults for what the server left out, and the way to JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from ringback.client.requests import api_time

Id = str | int
"""An id as the server sent it; RingCentral sends some as numbers and some as strings (contract 10)."""


class Record(msgspec.Struct, frozen=True, rename="camel", kw_only=True, omit_defaults=True):
    """A field the server left out has its default, one that is not known here is passed over.

    Values of enumerations are plain strings, so that a new one breaks nothing; known.py has a list.
    """

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON values under RingCentral's names: what is known and was sent.

        A switch that is off, which is the default, may be left out.
        """
        found: dict[str, Any] = _written(msgspec.to_builtins(self, builtin_types=(datetime,)))
        return found


def _written(value: Any) -> Any:
    """Times as RingCentral writes them: UTC, with milliseconds (contract 2)."""
    if isinstance(value, dict):
        return {name: _written(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_written(one) for one in value]
    return api_time(value) if isinstance(value, datetime) else value


class Ref(Record, frozen=True, gc=False):
    """A thing that the API knows by id and address."""

    id: Id | None = None
    uri: str | None = None
