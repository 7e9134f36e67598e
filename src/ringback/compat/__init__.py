"""The surface of RingCentral's official SDK over Ringback's client: change one import, keep the code.

`from ringback.compat import SDK` stands for `from ringcentral import SDK` (0.9), and the modules below have
the official ones' names. What is different, and why: docs/compat.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from .http import ApiException, ApiResponse, Client, MultipartBuilder
from .platform import Auth, Events, Platform

__all__ = ["SDK", "ApiException", "ApiResponse", "Auth", "Client", "Events", "MultipartBuilder", "Platform"]


class SDK:
    """One app at one server, and one login at a time: make one for each user."""

    def __init__(
        self,
        key: str | None,
        secret: str | None,
        server: str | None,
        name: str = "",
        version: str = "",
        redirect_uri: str | None = None,
        known_prefixes: Sequence[str] | None = None,
    ) -> None:
        """`key` and `secret` are the client ID and secret; an empty secret makes a public client.

        Raises ConfigurationError for one that is missing or malformed.
        """
        self._platform = Platform(key, secret, server, name, version, redirect_uri or "", known_prefixes)

    def platform(self) -> Platform:
        """What logs in and calls."""
        return self._platform

    def create_multipart_builder(self) -> MultipartBuilder:
        """A request of several parts: fax, attachments."""
        return MultipartBuilder(self._platform)

    def create_web_socket_client(self) -> object:
        """Not here: RingCentral's notifications are no part of Ringback. Raises NotImplementedError."""
        raise NotImplementedError(
            "ringback.compat has no web sockets; for notifications use the official SDK beside it"
        )
