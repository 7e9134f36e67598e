"""Query parameters, declared once: how a request's are read, and what an OpenAPI document says of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ringback.platform.errors import parameter_invalid

from . import dates
from .query import Query

_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One query parameter. What is no value for it is refused with 400 CMN-101 (contract 3.2).

    `kind` is its JSON type, or date-time. `multi`: the key may be repeated, never joined by commas
    (contract 2). `enum`: all its values, empty where any text will do. `longest` counts characters. `cut`: a
    number above `maximum` is lowered to it rather than refused. `word`: a word that means the maximum.
    """

    kind: ClassVar[str] = "string"
    multi: ClassVar[bool] = False

    name: str
    description: str
    enum: tuple[str, ...] = ()
    default: str | int | bool | None = None
    minimum: int | None = None
    maximum: int | None = None
    longest: int | None = None
    cut: bool = False
    word: str | None = None
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Parameter):
    """Free text."""

    def read(self, query: Query) -> str | None:
        """Its value; None where it is absent."""
        value = query.text(self.name)
        if value is not None and self.longest is not None and len(value) > self.longest:
            raise parameter_invalid(self.name)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts(Parameter):
    """Free texts."""

    multi: ClassVar[bool] = True

    def read(self, query: Query) -> tuple[str, ...]:
        """All its values."""
        values = query.texts(self.name)
        if self.longest is not None and any(len(value) > self.longest for value in values):
            raise parameter_invalid(self.name)
        return tuple(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Parameter):
    """One word of several."""

    def read(self, query: Query) -> str:
        """Its value; the default, or "", where it is absent."""
        value = query.text(self.name)
        if value is None:
            return "" if self.default is None else str(self.default)
        if value not in self.enum:
            raise parameter_invalid(self.name)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices(Parameter):
    """Any of several words."""

    multi: ClassVar[bool] = True

    def read(self, query: Query) -> tuple[str, ...]:
        """All its values, empty where it is absent."""
        values = query.texts(self.name)
        if any(value not in self.enum for value in values):
            raise parameter_invalid(self.name)
        return tuple(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch(Parameter):
    """true or false, in any case."""

    kind: ClassVar[str] = "boolean"

    def read(self, query: Query) -> bool:
        """Its value, or the default."""
        value = query.text(self.name)
        if value is None:
            return bool(self.default)
        word = value.lower()
        if word not in ("true", "false"):
            raise parameter_invalid(self.name)
        return word == "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Parameter):
    """A time; see dates.py for the ways to write one."""

    kind: ClassVar[str] = "date-time"

    def read(self, query: Query) -> datetime | None:
        """Its value in UTC; None where it is absent."""
        value = query.text(self.name)
        if value is None:
            return None
        found = dates.read(value)
        if found is None:
            raise parameter_invalid(self.name)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Parameter):
    """A whole number."""

    kind: ClassVar[str] = "integer"

    def read(self, query: Query) -> int:
        """Its value; the default, or 0, where it is absent."""
        value = query.text(self.name)
        if value is None:
            return int(self.default or 0)
        if self.word is not None and value == self.word and self.maximum is not None:
            return self.maximum
        if not _WHOLE.fullmatch(value):
            raise parameter_invalid(self.name)
        number = int(value)
        if self.minimum is not None and number < self.minimum:
            raise parameter_invalid(self.name)
        if self.maximum is not None and number > self.maximum:
            if not self.cut:
                raise parameter_invalid(self.name)
            return self.maximum
        return number
