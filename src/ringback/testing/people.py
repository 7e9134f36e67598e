"""Who and what a world has from its seed: users who can log in, and apps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class User:
    """A user of the made-up company who can log in: `username` and `password`, the extension left empty."""

    username: str
    password: str = field(repr=False)
    extension_number: str
    extension_id: str
    account_id: str
    admin: bool

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> User:
        """A user as `/_local/seed` lists them."""
        return cls(
            username=told["username"],
            password=told["password"],
            extension_number=told["extensionNumber"],
            extension_id=told["extensionId"],
            account_id=told["accountId"],
            admin=told["admin"],
        )


@dataclass(frozen=True, slots=True)
class App:
    """An app with its credentials; a public client has no secret and must use PKCE."""

    name: str
    client_id: str
    client_secret: str | None = field(repr=False)
    redirect_uris: tuple[str, ...]
    permissions: tuple[str, ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> App:
        """An app as `/_local/seed` lists them."""
        return cls(
            name=told["name"],
            client_id=told["clientId"],
            client_secret=told["clientSecret"],
            redirect_uris=tuple(told["redirectUris"]),
            permissions=tuple(told["permissions"]),
        )

    @property
    def redirect_uri(self) -> str:
        """The first of its redirect URIs; LookupError for an app that has none."""
        return self.redirect_uris[0]

    @property
    def public(self) -> bool:
        """Has it no secret?"""
        return self.client_secret is None
