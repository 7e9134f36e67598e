"""Where recordings are, and where the token may go with it (contract 1, 11.8): decisions about addresses."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from ringback.oauth.errors import RingbackError

_PLATFORM, _MEDIA = "platform.", "media."


class NotOurMedia(RingbackError):
    """A recording's address is on a host that is not the configured server's: the token does not go there."""


def media_origin(server: str) -> str | None:
    """The media host that belongs to a server: `https://media.X` for `https://platform.X`, else none."""
    parts = urlsplit(server)
    if parts.scheme != "https" or not parts.netloc.startswith(_PLATFORM):
        return None
    return f"https://{_MEDIA}{parts.netloc.removeprefix(_PLATFORM)}"


def base_of(address: str, server: str) -> str:
    """Which of the two bases, the server or its media host, an address lies under.

    Raises NotOurMedia when it lies elsewhere; the address may hold anything and is not repeated whole.
    """
    for base in (server, media_origin(server)):
        if base is not None and address.startswith(f"{base}/"):
            return base
    host = urlsplit(address).hostname if address.isascii() and address.isprintable() else None
    known = media_origin(server)
    raise NotOurMedia(
        f"The recording's address is on {(host or 'no host')[:100]}, and neither on {server}"
        + (f" nor on {known}" if known else ""),
        remedy="Check RC_SERVER_URL: recordings are fetched from that server and its own media host only.",
    )


def redirected(address: str, location: str | None, server: str) -> tuple[str, str]:
    """The base and the address that a redirect of `address` leads to. Raises NotOurMedia."""
    target = urljoin(address, location or "")
    return base_of(target, server), target
