"""RingCentral for tests: a local platform in this process; `ringcentral` is its pytest fixture.

    with LocalRingCentral() as ringcentral:
        tokens = ringcentral.login()

Nothing of the platform is imported before it is used. docs/testing.md is the guide.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .browser import Browser
    from .clock import Clock
    from .faults import Fault, Faults
    from .journal import Entry, Journal
    from .local import LocalRingCentral
    from .people import App, User
    from .problems import LocalPlatformError
    from .scenarios import Played, PlayedCall
    from .tokens import Tokens

_FROM = {
    "App": "people",
    "Browser": "browser",
    "Clock": "clock",
    "Entry": "journal",
    "Fault": "faults",
    "Faults": "faults",
    "Journal": "journal",
    "LocalPlatformError": "problems",
    "LocalRingCentral": "local",
    "Played": "scenarios",
    "PlayedCall": "scenarios",
    "Tokens": "tokens",
    "User": "people",
}

__all__ = [
    "App",
    "Browser",
    "Clock",
    "Entry",
    "Fault",
    "Faults",
    "Journal",
    "LocalPlatformError",
    "LocalRingCentral",
    "Played",
    "PlayedCall",
    "Tokens",
    "User",
]


def __getattr__(name: str) -> Any:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_FROM[name]}", __name__), name)
    globals()[name] = value
    return value
