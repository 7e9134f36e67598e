"""Authorization codes: issued for one request, good once, for sixty seconds (contract 4)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ringback.platform.authorization import pkce
from ringback.platform.authorization.authorize import AuthorizationRequest
from ringback.platform.compared import mismatch
from ringback.platform.errors import OAuthError
from ringback.platform.state import State, Table

LIFETIME = timedelta(seconds=60)
_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Code:
    """What a code stands for. `session_id` is set once it has been redeemed.

    `signed_in_at` is when the user gave the password, for the ID token's auth_time.
    """

    request: AuthorizationRequest
    extension_id: int
    account_id: int
    expires: datetime
    session_id: str | None = None
    signed_in_at: datetime | None = None


class Codes:
    """The codes of one world, by digest; spent ones stay known so that a second use is seen.

    Callers hold the world's lock, so that check and spend are one step.
    """

    def __init__(
        self, random_text: Callable[[int], str] = secrets.token_urlsafe, state: State | None = None
    ) -> None:
        self._codes: Table[Code] = (state or State()).table("codes", Code)
        self._random_text = random_text

    def issue(
        self,
        request: AuthorizationRequest,
        extension_id: int,
        account_id: int,
        now: datetime,
        signed_in_at: datetime | None = None,
    ) -> str:
        """A new code for what the user just approved."""
        text = self._random_text(32)
        self._codes[_digest(text)] = Code(
            request, extension_id, account_id, now + LIFETIME, signed_in_at=signed_in_at
        )
        while len(self._codes) > _KEPT:
            self._codes.drop_oldest()
        return text

    def find(self, text: str) -> Code | None:
        return self._codes.get(_digest(text))

    def spend(self, text: str, session_id: str) -> None:
        """Mark the code as redeemed by this session."""
        key = _digest(text)
        self._codes[key] = replace(self._codes[key], session_id=session_id)


def check(
    code: Code | None, client_id: str, redirect_uri: str | None, verifier: str | None, now: datetime
) -> Code:
    """May this client redeem this unspent code? Raises OAuthError (contract 3.4); changes nothing.

    The redirect URI must be the one of the authorization request, and may be left out only if it was left
    out there (RFC 6749 4.1.3). A verifier without a challenge is refused, as is the reverse (RFC 9700 4.8).
    """
    if code is None:
        raise refused("Invalid authorization code", "OAU-106", "no such code was issued")
    if code.request.client_id != client_id:
        raise refused("Authorization code was not issued for this application", "OAU-110")
    if code.session_id is not None:
        raise refused("Invalid authorization code", "OAU-106", "this code has been used already")
    if now >= code.expires:
        raise refused("Authorization code is expired", "OAU-108")
    _check_redirect_uri(code.request, redirect_uri)
    _check_verifier(code.request, verifier)
    return code


def _check_redirect_uri(request: AuthorizationRequest, sent: str | None) -> None:
    if sent is None and not request.redirect_uri_was_sent:
        return
    if sent is None:
        why = "redirect_uri was sent with the authorization request and is missing here"
    elif sent != request.redirect_uri:
        why = "redirect_uri is not the one of the authorization request"
    else:
        return
    details = {} if sent is None else mismatch(sent, [request.redirect_uri])
    raise refused("Redirect URIs do not match", "OAU-109", why, details)


def _check_verifier(request: AuthorizationRequest, verifier: str | None) -> None:
    if request.challenge is None and verifier is None:
        return
    if request.challenge is None:
        why = "code_verifier was sent, but the authorization request had no code_challenge"
    elif verifier is None:
        why = "code_verifier is missing; the authorization request had a code_challenge"
    elif not pkce.answers(verifier, request.challenge, request.challenge_method):
        why = "code_verifier does not answer the code_challenge"
    else:
        return
    raise refused("Code verifier does not match the code challenge", None, why)


def refused(
    description: str, code: str | None, why: str | None = None, details: Mapping[str, str] | None = None
) -> OAuthError:
    """A grant that is not accepted: 400 invalid_grant (contract 16)."""
    return OAuthError(400, "invalid_grant", description, code, why=why, details=details)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
