"""Scenarios: calls, amendments and deletions that a test tells, put into its world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .talk import control


@dataclass(frozen=True, slots=True)
class PlayedCall:
    """A call of a scenario.

    `record_id` is its record in the company's call log; `record_ids` are those in the logs of extensions, by
    extension id. Times are aware, UTC; the logs have it from `shown_from` on.
    """

    name: str | None
    record_id: str
    record_ids: Mapping[str, str]
    session_id: str
    telephony_session_id: str
    start: datetime
    end: datetime
    shown_from: datetime


@dataclass(frozen=True, slots=True)
class Played:
    """What a scenario puts into the logs: its calls, in its order. All of it has happened at `happened`."""

    title: str
    calls: tuple[PlayedCall, ...]
    happened: datetime

    def call(self, name: str) -> PlayedCall:
        """The call of this name. LookupError says which there are."""
        for one in self.calls:
            if one.name == name:
                return one
        names = ", ".join(one.name for one in self.calls if one.name) or "none with a name"
        raise LookupError(f"there is no call {name!r}; there are: {names}")


def play(base_url: str, scenario: str | Path) -> Played:
    """Play a scenario by name, from a .toml file, or given as its text (several lines).

    ValueError says what is wrong with it, OSError why a file cannot be read; then nothing has changed.
    """
    if isinstance(scenario, Path) or ("\n" not in scenario and scenario.endswith(".toml")):
        asked = {"toml": Path(scenario).read_text("utf-8")}
    else:
        asked = {"toml" if "\n" in scenario else "name": scenario}
    told = control("POST", base_url, "scenarios", asked)
    moment = datetime.fromisoformat
    return Played(told["title"], tuple(_call(one) for one in told["calls"]), moment(told["happened"]))


def _call(told: Mapping[str, Any]) -> PlayedCall:
    return PlayedCall(
        name=told["name"],
        record_id=told["companyRecordId"],
        record_ids={one["extensionId"]: one["id"] for one in told["extensionRecords"]},
        session_id=told["sessionId"],
        telephony_session_id=told["telephonySessionId"],
        start=datetime.fromisoformat(told["startTime"]),
        end=datetime.fromisoformat(told["endTime"]),
        shown_from=datetime.fromisoformat(told["shownFrom"]),
    )
