"""What one local platform is started with: seed, clock start, its own address and the web app's callback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ringback.platform.company.size import CompanySize
from ringback.platform.quirks import check as check_quirk

if TYPE_CHECKING:
    from ringback.platform.company.scenario_file import Scenario

EARLIEST = datetime(1950, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PlatformSettings:
    """Settings of one world. `start` is an aware UTC time (None: the real now); URLs have no trailing slash.

    `web_origin` is where the web app is, for links on the home page; left out, it is taken from
    `web_redirect_uri`. `rate_limits` False turns RingCentral's limits off. `employees`, `calls_per_day` (of
    the whole company on a working day) and `days` (of history before the clock's start) are the company's
    size; None means the demo's own. `live` adds a stream of short calls around the clock. `state_file` keeps
    all state across restarts. `quirks` are switches of quirks.py. `scenarios` are played when the home world
    begins, each once.
    """

    seed: int = 1
    start: datetime | None = None
    base_url: str = "http://localhost:8000"
    web_redirect_uri: str = "http://localhost:5000/oauth2callback"
    rate_limits: bool = True
    web_origin: str | None = None
    employees: int | None = None
    calls_per_day: int | None = None
    days: int | None = None
    live: bool = False
    state_file: Path | None = None
    quirks: Mapping[str, str] = field(default_factory=dict)
    scenarios: tuple[Scenario, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for a naive start, an address that is not http(s), or a figure out of range."""
        if self.start is not None and self.start.utcoffset() is None:
            raise ValueError("start must carry a time zone")
        if self.start is not None and not EARLIEST <= self.start < LATEST:
            raise ValueError(f"start must be in the years {EARLIEST.year} to {LATEST.year - 1}")
        for name in ("base_url", "web_redirect_uri"):
            parts = urlsplit(getattr(self, name))
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError(f"{name} must be an absolute http or https address")
        if self.base_url.endswith("/"):
            raise ValueError("base_url must not end with a slash")
        _ = self.size
        for quirk, value in self.quirks.items():
            check_quirk(quirk, value)

    @property
    def size(self) -> CompanySize:
        """The company's size. ValueError, with the figure's name, for what is out of range."""
        return CompanySize.of(self.employees, self.calls_per_day, self.days)

    @property
    def web_app(self) -> str:
        """The web app's origin."""
        if self.web_origin is not None:
            return self.web_origin
        parts = urlsplit(self.web_redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"
