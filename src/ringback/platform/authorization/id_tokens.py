"""What OpenID Connect says of a user: the claims of the ID token and of userinfo (contract 7)."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from ringback.platform.authorization import jws
from ringback.platform.authorization.session_values import Issued
from ringback.platform.company import Extension
from ringback.platform.world import World

CLAIMS = (
    *("sub", "iss", "auth_time", "aud", "exp", "iat", "jti", "nonce"),
    *("account_id", "email", "email_verified", "given_name", "family_name"),
)


def id_token(world: World, issued: Issued, nonce: str | None, now: datetime) -> str:
    """The ID token of a session that has the scope openid, signed with RS256.

    It lives as long as the access token. A refresh gives one too, with the same auth_time and without the
    nonce (OIDC Core 12.2): contract 5.3 has an id_token in every answer of such a session.
    """
    grant = issued.session.grant
    extension = world.company.extension(grant.extension_id)
    claims: dict[str, Any] = {
        "iss": world.base_url,
        "sub": str(grant.extension_id),
        "aud": grant.client_id,
        "exp": jws.seconds(now) + issued.expires_in,
        "iat": jws.seconds(now),
        "jti": secrets.token_urlsafe(16),
    }
    if grant.signed_in_at is not None:
        claims["auth_time"] = jws.seconds(grant.signed_in_at)
    if nonce is not None:
        claims["nonce"] = nonce
    return world.keys.jwt({**claims, **about_user(grant.account_id, extension, grant.openid)})


def about_user(account_id: int, extension: Extension | None, openid: frozenset[str]) -> dict[str, Any]:
    """The account, and what the scopes email and profile open (OIDC Core 5.4)."""
    claims: dict[str, Any] = {"account_id": str(account_id)}
    if extension is None:
        return claims
    if "email" in openid and extension.email:
        claims |= {"email": extension.email, "email_verified": True}
    if "profile" in openid:
        names = {"given_name": extension.first_name, "family_name": extension.last_name}
        claims |= {name: value for name, value in names.items() if value}
    return claims
