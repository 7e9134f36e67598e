"""The server's base URL (RC_SERVER_URL): checked once, in one form, and the only place tokens go."""

from __future__ import annotations

from urllib.parse import urlsplit

from ringback.oauth.errors import ConfigurationError

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
PRODUCTION = "https://platform.ringcentral.com"


def server_base_url(url: str) -> str:
    """`url` without a trailing slash. https only, except on this machine; a path (a world's) is allowed.

    Raises ConfigurationError for anything else.
    """
    cleaned = url.strip().rstrip("/")
    try:
        parts = urlsplit(cleaned)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host = None
        parts = urlsplit("")
    wrong = (
        not host
        or parts.scheme not in ("http", "https")
        or parts.username is not None
        or parts.password is not None
        or parts.query
        or parts.fragment
        or any(c.isspace() or c == "\\" for c in cleaned)
    )
    if wrong:
        raise ConfigurationError(
            "RC_SERVER_URL is not a server's base URL", remedy=f"For RingCentral set it to {PRODUCTION}."
        )
    if parts.path.startswith("/restapi"):
        raise ConfigurationError(
            "RC_SERVER_URL must be the server's base URL, without /restapi",
            remedy=f"For RingCentral set it to {PRODUCTION}.",
        )
    if parts.scheme == "http" and host not in LOOPBACK_HOSTS:
        raise ConfigurationError(
            f"RC_SERVER_URL: {host} must be reached over https; http is for this machine only",
            remedy=f"For RingCentral set it to {PRODUCTION}.",
        )
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}"


def is_local(server: str) -> bool:
    """True for a server on this machine: a local platform."""
    return urlsplit(server).hostname in LOOPBACK_HOSTS
