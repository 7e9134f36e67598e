"""Client authentication by JWT: client_secret_jwt and private_key_jwt (contract 5.1, RFC 7523)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from ringback.platform.apps import App
from ringback.platform.authorization import client_keys, jws
from ringback.platform.errors import OAuthError
from ringback.platform.state import State, Table

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# How far ahead an assertion may expire, and how far apart two clocks may be.
LONGEST = timedelta(hours=24)
LEEWAY = timedelta(seconds=60)
_MAX_ID = 256
_KEPT = 20_000
_HMAC = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
_PUBLIC_KEY = frozenset({"RS256", "ES256"})


class UsedAssertions:
    """The ids of accepted assertions until they expire: each counts once. Used under the world's lock."""

    def __init__(self, state: State) -> None:
        self._until: Table[datetime] = state.table("used_assertions", datetime)

    def spend(self, client_id: str, assertion_id: str, until: datetime, now: datetime) -> bool:
        """Note this id; False when it was used before. The oldest are forgotten past 20,000."""
        key = hashlib.sha256(f"{client_id}\0{assertion_id}".encode("utf-8", "replace")).hexdigest()
        known = self._until.get(key)
        if known is not None and now < known:
            return False
        self._until.pop(key, None)
        self._until[key] = until
        while len(self._until) > _KEPT or self._oldest_is_over(now):
            self._until.drop_oldest()
        return True

    def _oldest_is_over(self, now: datetime) -> bool:
        return now >= next(iter(self._until.values()))


def authenticate_by_assertion(
    assertion: str,
    named: str | None,
    find_app: Callable[[str], App | None],
    own_urls: frozenset[str],
    used: UsedAssertions,
    now: datetime,
) -> App:
    """The app whose key signed this assertion, for one of `own_urls`, once.

    `named` is the client_id of the body, if any. Raises OAuthError 400 invalid_client: OAU-153 unknown
    client, OAU-347 algorithm not supported, OAU-146 for all else. All is checked before the id is spent.
    """
    try:
        token = jws.parse(assertion)
        audiences = jws.audiences(token.claims)
        expires, issued, not_before = (jws.moment(token.claims, name) for name in ("exp", "iat", "nbf"))
    except jws.JwsError as fault:
        raise _refused(f"the client assertion cannot be read: {fault}") from None
    client_id = token.claims.get("sub")
    if not isinstance(client_id, str) or not client_id or token.claims.get("iss") != client_id:
        raise _refused("iss and sub of a client assertion must both be the client ID")
    if named is not None and named != client_id:
        raise _refused("client_id in the body is not the one of the client assertion")
    app = find_app(client_id)
    if app is None:
        shown = client_id if len(client_id) <= 100 and client_id.isprintable() else "…"
        description = f"Invalid client application: [{shown}]"
        raise OAuthError(400, "invalid_client", description, "OAU-153", why="no app has this client ID")
    if not _is_signed_by(token, app):
        raise _refused("the signature of the client assertion is not this app's")
    if not own_urls.intersection(audiences):
        raise _refused("aud of a client assertion must be the address of the token endpoint or the issuer")
    if expires is None or now >= expires + LEEWAY:
        raise _refused("the client assertion has expired, or has no exp")
    if expires > now + LONGEST:
        raise _refused("the client assertion expires more than 24 hours ahead")
    if any(time is not None and time > now + LEEWAY for time in (issued, not_before)):
        raise _refused("the client assertion is from the future; check the clocks")
    assertion_id = token.claims.get("jti")
    if not isinstance(assertion_id, str) or not 0 < len(assertion_id) <= _MAX_ID:
        raise _refused(f"jti of a client assertion must be a text of 1 to {_MAX_ID} characters")
    if not used.spend(client_id, assertion_id, expires + LEEWAY, now):
        raise _refused("this client assertion was used before; make a new one for each request")
    return app


def _is_signed_by(token: jws.Jws, app: App) -> bool:
    digest = _HMAC.get(token.algorithm)
    if digest is None and token.algorithm not in _PUBLIC_KEY:
        shown = token.algorithm if len(token.algorithm) <= 20 and token.algorithm.isprintable() else "…"
        raise OAuthError(
            400,
            "invalid_client",
            f"Assertion signing algorithm is not supported: {shown}",
            "OAU-347",
            why="client assertions are signed with HS256, HS384, HS512, RS256 or ES256",
        )
    if app.public_client:
        raise _refused("a public client has no secret and no key: it sends client_id alone")
    if digest is not None:
        if app.secret is None:
            return False
        made = hmac.new(app.secret.encode("utf-8"), token.signed, digest).digest()
        return hmac.compare_digest(made, token.signature)
    if not app.jwks:
        raise _refused("this app has no public key registered")
    try:
        keys = client_keys.read_keys(app.jwks)
    except ValueError:
        raise _refused("the public key that is registered for this app cannot be read") from None
    return client_keys.verifies(keys, token)


def _refused(why: str) -> OAuthError:
    return OAuthError(400, "invalid_client", "Invalid client credentials", "OAU-146", why=why)
