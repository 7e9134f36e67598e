"""Where a token may go: to URLs of the configured server, below its base path."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_of_server(url: str, server: str) -> bool:
    """Has `url` the origin of `server`, and a path below its own? Anything unclear has not."""
    try:
        there, ours = urlsplit(url), urlsplit(server)
        same = _origin(there) == _origin(ours) and there.username is None and there.password is None
    except ValueError:
        return False
    below = there.path.startswith(f"{ours.path}/")
    return same and below and "\\" not in url and ".." not in there.path.split("/")


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _DEFAULT_PORTS.get(parts.scheme)
