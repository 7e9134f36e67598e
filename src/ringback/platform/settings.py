"""What one local platform is started with: seed, clock start, its own address and the web app's callback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class PlatformSettings:
    """Settings of one world. `start` is an aware UTC time (None: the real now); URLs have no trailing slash.

    `web_origin` is where the web app is, for links on the home page; left out, it is taken from
    `web_redirect_uri`. `rate_limits` is kept for the rate limiter.
    """

    seed: int = 1
    start: datetime | None = None
    base_url: str = "http://localhost:8000"
    web_redirect_uri: str = "http://localhost:5000/oauth2callback"
    rate_limits: bool = True
    web_origin: str | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a naive start or an address that is not http(s)."""
        if self.start is not None and self.start.utcoffset() is None:
            raise ValueError("start must carry a time zone")
        for name in ("base_url", "web_redirect_uri"):
            parts = urlsplit(getattr(self, name))
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError(f"{name} must be an absolute http or https address")
        if self.base_url.endswith("/"):
            raise ValueError("base_url must not end with a slash")

    @property
    def web_app(self) -> str:
        """The web app's origin."""
        if self.web_origin is not None:
            return self.web_origin
        parts = urlsplit(self.web_redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"
