"""JWT credentials: personal JWTs, made in the console, that apps exchange for tokens (contract 13.3)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ringback.platform.authorization import jws
from ringback.platform.authorization.keys import ALGORITHM, PlatformKeys
from ringback.platform.errors import OAuthError
from ringback.platform.state import State, Table

TOKEN_PATH = "/restapi/oauth/token"  # noqa: S105
MAX_PER_OWNER = 100
MAX_LABEL = 64
_CREDENTIALS = {"WWW-Authenticate": 'Basic realm="RingCentral REST API"'}


@dataclass(frozen=True, slots=True)
class JwtCredential:
    """One credential, without its JWT, which is shown once and not kept.

    `owner` is the extension id whose data it opens; `client_ids` the apps that may use it (None: all);
    `expires` an aware UTC time (None: never); `issuer` the platform's address when it was made.
    """

    id: str
    owner: int
    label: str
    client_ids: tuple[str, ...] | None
    created: datetime
    expires: datetime | None
    issuer: str

    def expired(self, now: datetime) -> bool:
        return self.expires is not None and now >= self.expires


class JwtCredentials:
    """The credentials of one world. Callers hold the world's lock."""

    def __init__(
        self,
        state: State,
        keys: PlatformKeys,
        base_url: str,
        random_text: Callable[[int], str] = secrets.token_urlsafe,
    ) -> None:
        self._keys = keys
        self._base_url = base_url
        self._random_text = random_text
        self._table: Table[JwtCredential] = state.table("jwt_credentials", JwtCredential)

    def create(
        self,
        owner_extension_id: int,
        label: str,
        client_ids: tuple[str, ...] | None,
        expires: datetime | None,
        now: datetime,
    ) -> tuple[JwtCredential, str]:
        """A new credential and its JWT, which is to be shown once.

        Raises ValueError, with a sentence for the user: no or too long a label, no app allowed, an expiry
        that is past, too many credentials.
        """
        label = label.strip()
        if not 0 < len(label) <= MAX_LABEL:
            raise ValueError(f"A label has 1 to {MAX_LABEL} characters.")
        if client_ids is not None and not client_ids:
            raise ValueError("Allow all apps, or name one at least.")
        if expires is not None and expires <= now:
            raise ValueError("The expiry date is past.")
        if len(self.of(owner_extension_id)) >= MAX_PER_OWNER:
            raise ValueError(f"One user can have {MAX_PER_OWNER} JWT credentials.")
        credential = JwtCredential(
            self._random_text(16), owner_extension_id, label, client_ids, now, expires, self._base_url
        )
        text = self._keys.jwt(
            {
                "aud": self._base_url + TOKEN_PATH,
                "sub": str(owner_extension_id),
                "iss": self._base_url,
                "exp": jws.LAST_SECOND if expires is None else jws.seconds(expires),
                "iat": jws.seconds(now),
                "jti": credential.id,
            }
        )
        self._table[credential.id] = credential
        return credential, text

    def of(self, extension_id: int) -> list[JwtCredential]:
        """A user's credentials, oldest first."""
        return [credential for credential in self._table.values() if credential.owner == extension_id]

    def find(self, credential_id: str) -> JwtCredential | None:
        return self._table.get(credential_id)

    def delete(self, credential_id: str, owner: int) -> bool:
        """Revoke one's own credential; False when there is none. Sessions opened with it go on."""
        credential = self._table.get(credential_id)
        if credential is None or credential.owner != owner:
            return False
        del self._table[credential_id]
        return True

    def verify(self, assertion: str, client_id: str, now: datetime) -> JwtCredential:
        """The credential of this assertion, if this app may use it now.

        Raises OAuthError 400: "Unparseable assertion" (contract 3.4), OAU-347 another algorithm than RS256,
        OAU-140 not signed here or claims that differ, OAU-213 revoked, OAU-210 expired, OAU-251 not for this
        app (the last four inferred).
        """
        try:
            token = jws.parse(assertion)
            audiences, until = jws.audiences(token.claims), jws.moment(token.claims, "exp")
        except jws.JwsError as fault:
            raise OAuthError(400, "invalid_grant", "Unparseable assertion", why=f"{fault}") from None
        if token.algorithm != ALGORITHM:
            shown = token.algorithm if len(token.algorithm) <= 20 and token.algorithm.isprintable() else "…"
            description = f"Assertion signing algorithm is not supported: {shown}"
            why = f"JWT credentials are signed with {ALGORITHM}"
            raise OAuthError(400, "invalid_grant", description, "OAU-347", why=why)
        if not self._keys.is_ours(token):
            raise _invalid("the assertion was not signed by this platform")
        credential = self._table.get(str(token.claims.get("jti")))
        if credential is None:
            why = "the JWT credential was deleted"
            raise OAuthError(400, "invalid_grant", "Token not found", "OAU-213", why=why)
        expected = (str(credential.owner), credential.issuer)
        if (token.claims.get("sub"), token.claims.get("iss")) != expected:
            raise _invalid("sub or iss is not the JWT credential's")
        if credential.issuer + TOKEN_PATH not in audiences:
            raise _invalid("aud is not the token endpoint")
        if credential.expired(now) or until is None or now >= until:
            why = "the JWT credential has expired"
            raise OAuthError(400, "invalid_grant", "Token expired", "OAU-210", why=why)
        if credential.client_ids is not None and client_id not in credential.client_ids:
            why = "the JWT credential is for other apps"
            raise OAuthError(
                400, "unauthorized_client", "Unauthorized for this grant type", "OAU-251", why=why
            )
        return credential


def _invalid(why: str) -> OAuthError:
    description = "Invalid resource owner credentials."
    return OAuthError(400, "invalid_grant", description, "OAU-140", why=why, headers=_CREDENTIALS)
