"""What one local platform is started with: seed, clock start, its own address and the web app's callback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from ringback.platform.quirks import check as check_quirk

MOST_EMPLOYEES = 10_000
MOST_CALLS = 1_000_000
MOST_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class PlatformSettings:
    """Settings of one world. `start` is an aware UTC time (None: the real now); URLs have no trailing slash.

    `web_origin` is where the web app is, for links on the home page; left out, it is taken from
    `web_redirect_uri`. `rate_limits` False turns RingCentral's limits off. `employees`, `calls_per_day` (of
    the whole company on a working day) and `days` (of history before the clock's start) are the company's
    size; None means the demo's own. `live` adds a stream of short calls around the clock. `state_file` keeps
    all state across restarts. `quirks` are switches of quirks.py.
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

    def __post_init__(self) -> None:
        """Raises ValueError for a naive start, an address that is not http(s), or a figure out of range."""
        if self.start is not None and self.start.utcoffset() is None:
            raise ValueError("start must carry a time zone")
        for name in ("base_url", "web_redirect_uri"):
            parts = urlsplit(getattr(self, name))
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError(f"{name} must be an absolute http or https address")
        if self.base_url.endswith("/"):
            raise ValueError("base_url must not end with a slash")
        for name, most in (("employees", MOST_EMPLOYEES), ("calls_per_day", MOST_CALLS), ("days", MOST_DAYS)):
            value = getattr(self, name)
            if value is not None and not 1 <= value <= most:
                raise ValueError(f"{name} must be 1 to {most}")
        for quirk, value in self.quirks.items():
            check_quirk(quirk, value)

    @property
    def web_app(self) -> str:
        """The web app's origin."""
        if self.web_origin is not None:
            return self.web_origin
        parts = urlsplit(self.web_redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"
