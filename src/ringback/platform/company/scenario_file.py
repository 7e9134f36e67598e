"""Scenario files: TOML texts that tell calls, amendments and deletions relative to a moment."""

from __future__ import annotations

import hashlib
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

_LONGEST_TEXT = 65_536
_LONGEST_LINE = 1_000  # characters; reading a dotted key takes time in proportion to its square
_PACK = "scenarios"

Seconds = Annotated[float, Meta(ge=-31_536_000, le=31_536_000)]
Lasting = Annotated[float, Meta(ge=0, le=14_400)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]


class ScenarioError(ValueError):
    """A scenario that cannot be played; the text says in one line what is wrong with it."""


class CallStep(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A call. `people` are extension numbers, "user-N", "agent-N", "queue", "menu" or "fax"; `lasts` how many
    seconds each of them is busy with it, or one figure for all; `at` counts from the moment `after`."""

    kind: Literal["incoming", "outgoing", "internal", "queue", "transfer", "fax"]
    people: Annotated[list[Name], Meta(min_length=1, max_length=10)]
    lasts: Annotated[list[Lasting], Meta(min_length=1, max_length=10)]
    at: Seconds = 0.0
    after: Literal["now", "clocks-back", "clocks-forward"] = "now"
    name: Name | None = None
    result: Name | None = None
    recorded: bool = False
    outside: Annotated[str, Meta(pattern=r"^\+[0-9]{8,15}$")] | None = None


class AmendStep(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """From `at` seconds on the records of a call read otherwise: another result, a recording."""

    call: Name
    at: Seconds
    result: Name | None = None
    recording: Literal["Automatic", "OnDemand"] | None = None


class DeleteStep(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """After `at` seconds the records of a call are deleted from all logs, or from some of them only."""

    call: Name
    at: Seconds
    log: Literal["all", "company", "extensions"] = "all"


class Scenario(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A whole file."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    call: Annotated[list[CallStep], Meta(min_length=1, max_length=500)]
    amend: Annotated[list[AmendStep], Meta(max_length=500)] = msgspec.field(default_factory=list)
    delete: Annotated[list[DeleteStep], Meta(max_length=500)] = msgspec.field(default_factory=list)


def packed() -> dict[str, str]:
    """The scenarios that come with the platform: their names and titles."""
    found = (file for file in (files(__package__) / _PACK).iterdir() if file.name.endswith(".toml"))
    return {file.name[:-5]: read(file.read_text("utf-8")).title for file in sorted(found, key=str)}


def load(name: str | Path) -> Scenario:
    """The scenario of this name, of a file (a path that ends in .toml), or of a TOML text (several lines).

    ScenarioError: there is none, or it says something that is not understood.
    """
    if isinstance(name, str) and "\n" in name:
        return read(name)
    path = Path(name)
    if path.suffix == ".toml":
        try:
            if path.stat().st_size > _LONGEST_TEXT:
                raise ScenarioError(f"{path} is too long: at most {_LONGEST_TEXT} bytes")
            return read(path.read_text("utf-8"), str(path))
        except OSError as fault:
            raise ScenarioError(f"{path} cannot be read: {fault.strerror}") from None
        except UnicodeDecodeError:
            raise ScenarioError(f"{path} is not UTF-8") from None
    if str(name) not in (names := packed()):
        raise ScenarioError(f"there is no scenario {str(name)[:60]!r}; there are {', '.join(names)}")
    return read((files(__package__) / _PACK / f"{name}.toml").read_text("utf-8"), f"{name}.toml")


def digest(scenario: Scenario) -> str:
    """Tells scenarios apart by what they say."""
    return hashlib.sha256(msgspec.json.encode(scenario)).hexdigest()[:32]


def read(text: str, source: str = "the scenario") -> Scenario:
    """A scenario from its text. ScenarioError, which names `source` and the place."""
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise ScenarioError(f"{source} is not UTF-8") from None
    if size > _LONGEST_TEXT:
        raise ScenarioError(f"{source} is too long: at most {_LONGEST_TEXT} bytes")
    if any(len(line) > _LONGEST_LINE for line in text.splitlines()):
        raise ScenarioError(f"{source} has a line that is too long: at most {_LONGEST_LINE} characters")
    try:
        return msgspec.convert(tomllib.loads(text), Scenario)
    except tomllib.TOMLDecodeError as fault:
        raise ScenarioError(f"{source} is not TOML: {fault}") from None
    except RecursionError:
        raise ScenarioError(f"{source} is nested too deeply") from None
    except msgspec.ValidationError as fault:
        raise ScenarioError(f"{source}: {fault}") from None
