"""What the doctor finds: one value for each thing looked at."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["ok", "warning", "problem"]

CONSOLE = "https://developers.ringcentral.com/console"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `check` names it, `level` says how it is.

    `what` was found, `why` it is so, what to `change`, and `where` (a page of the developer console, a
    setting). `lines` are shown below one another, as they are. None of it ever holds a secret.
    """

    check: str
    level: Level
    what: str
    why: str = ""
    change: str = ""
    where: str = ""
    lines: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The finding for JSON: its fields that are not empty."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Console:
    """Where an app's pages are: RingCentral's developer console, or the local platform's."""

    address: str

    def page(self, name: str) -> str:
        """The page `name` of the app's menu (contract 13.1: Settings, Credentials)."""
        return f"{self.address}: the app's page {name}"


def console_of(server: str, *, local: bool) -> Console:
    """The console of the server."""
    return Console(f"{server}/console" if local else CONSOLE)
