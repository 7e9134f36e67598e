"""One registered app as a value, and what a developer asks for when creating or changing one."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime

from ringback.platform.platform_types import PLATFORM_TYPES


@dataclass(frozen=True, slots=True)
class App:
    """One registered app. Public clients have no secret.

    The secret is kept, since a client may sign with it (client_secret_jwt); it is shown once. `owner` is the
    extension id of its developer (None: the seed's), `account_id` the developer's account. `carriers` are the
    brand partners of a public app (contract 13.2; none named: all), `jwks` the public key or key set it signs
    assertions with, as text. `created` is UTC.

    An app that has graduated is a second row with an id and a secret of its own (contract 13.4): `production`
    of the developed app names it, `production_of` of the other one leads back; `graduated` (UTC) is in both.
    """

    client_id: str
    name: str
    description: str
    platform_type: str
    public: bool
    redirect_uris: tuple[str, ...]
    permissions: frozenset[str]
    refresh_tokens: bool
    account_id: int
    owner: int | None = None
    secret: str | None = field(default=None, repr=False)
    secret_shown: bool = False
    carriers: tuple[str, ...] = ()
    jwks: str | None = field(default=None, repr=False)
    created: datetime | None = None
    production: str | None = None
    production_of: str | None = None
    graduated: datetime | None = None

    @property
    def frozen(self) -> bool:
        """May its settings not change any more? So it is from graduation on (contract 13.4)."""
        return self.graduated is not None

    @property
    def public_client(self) -> bool:
        """Has no secret, authenticates by client_id alone and must use PKCE (contract 4 and 5.1)."""
        return PLATFORM_TYPES[self.platform_type].public_client

    @property
    def code_flow(self) -> bool:
        return PLATFORM_TYPES[self.platform_type].code_flow

    def has_secret(self, secret: str) -> bool:
        """Is this the app's secret? In constant time; never true for a public client."""
        if self.secret is None:
            return False
        given = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
        return hmac.compare_digest(given, hashlib.sha256(self.secret.encode()).digest())

    def open_to(self, account_id: int) -> bool:
        """A private app serves the users of its developer's account only (contract 13.1)."""
        return self.public or account_id == self.account_id


@dataclass(frozen=True, slots=True)
class NewApp:
    """What a developer asks for; already checked."""

    name: str
    description: str
    platform_type: str
    public: bool
    redirect_uris: tuple[str, ...]
    permissions: frozenset[str]
    refresh_tokens: bool
    carriers: tuple[str, ...] = ()
