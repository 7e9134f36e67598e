"""Names of the platform's cookies: one per platform, since browsers keep cookies by host, not by port."""

from __future__ import annotations

from urllib.parse import urlsplit

_BROWSER = "ringback_platform"
_THEME = "ringback_platform_theme"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def browser_cookie(base_url: str) -> str:
    """The name of the cookie that knows a browser, such as ringback_platform_8000."""
    return _name(_BROWSER, base_url)


def theme_cookie(base_url: str) -> str:
    """The name of the cookie with the chosen colours, which the pages' script sets and the server reads."""
    return _name(_THEME, base_url)


def _name(name: str, base_url: str) -> str:
    """With the platform's port and the world; on https `__Host-`: no other host can set it (RFC 6265bis)."""
    parts = urlsplit(base_url)
    prefix = "__Host-" if parts.scheme == "https" else ""
    world = parts.path.replace("/", "_")
    return f"{prefix}{name}_{parts.port or _DEFAULT_PORTS[parts.scheme]}{world}"
