"""A request and an answer of the login's own pages, as values that every framework can make and take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page needs of a request. `query` is the raw query string; header names are in lower case."""

    method: str
    path: str
    query: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookie: str = field(default="", repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)

    def header(self, name: str) -> str:
        """A header's value; '' without it."""
        return self.headers.get(name, "")

    @property
    def is_look_ahead(self) -> bool:
        """True for HEAD and for prefetch or prerender: nobody has opened the page, so nothing may change."""
        purposes = " ".join(self.header(name) for name in ("sec-purpose", "purpose", "x-moz")).lower()
        return self.method == "HEAD" or "prefetch" in purposes or "preview" in purposes


@dataclass(frozen=True, slots=True)
class Cookie:
    """The browser's cookie: always HttpOnly, SameSite=Lax, Path=/. An empty value takes it away.

    `seconds` is its Max-Age; None: it goes with the browser window.
    """

    name: str
    value: str = field(repr=False)
    secure: bool
    seconds: int | None = None

    def header(self) -> str:
        """The value of a Set-Cookie header."""
        parts = [f"{self.name}={self.value}", "Path=/", "HttpOnly", "SameSite=Lax"]
        if not self.value:
            parts.append("Max-Age=0")
        elif self.seconds is not None:
            parts.append(f"Max-Age={self.seconds}")
        return "; ".join([*parts, "Secure"] if self.secure else parts)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a redirect with `location`, or a small HTML page."""

    status: int
    location: str | None = field(default=None, repr=False)
    html: str = field(default="", repr=False)
    cookie: Cookie | None = None

    def headers(self) -> list[tuple[str, str]]:
        """Every header of the answer but its length."""
        found = [
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Type", "text/html; charset=utf-8"),
            (
                "Content-Security-Policy",
                "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            ),
        ]
        if self.location is not None:
            found.append(("Location", self.location))
        if self.cookie is not None:
            found.append(("Set-Cookie", self.cookie.header()))
        return found
