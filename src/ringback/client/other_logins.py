"""Logins without a browser: with a personal JWT, and with tokens that another program got."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

from ringback.oauth.error_body import json_object
from ringback.oauth.errors import ConfigurationError, UnusableAnswer
from ringback.oauth.secret import Secret
from ringback.oauth.token_requests import ClientCredentials, jwt_bearer, refresh_tokens
from ringback.oauth.token_set import TokenSet
from ringback.vault import Login

from .calls.call_log import EXTENSION_PATH
from .effects import Elapsed, LoadLogin, Now, PutLogin, Send, Steps
from .errors import response_error, transport_error
from .logins import login_from
from .messages import HttpAnswer, HttpRequest, NoAnswer
from .requests import form_request, with_bearer

# Header, claims and signature in base64url (RFC 7519 3).
_JWT = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}")
_MOST_JWT = 8192
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")


def checked_jwt(jwt: Secret | None) -> Secret:
    """The JWT. Raises ConfigurationError, which never quotes it, when there is none or it is none."""
    if jwt is None:
        raise ConfigurationError(
            "RC_USER_JWT is not set", remedy="Create a JWT credential in the developer console and set it."
        )
    text = jwt.reveal().strip()
    if len(text) > _MOST_JWT or not _JWT.fullmatch(text):
        raise ConfigurationError(
            "RC_USER_JWT is not a JWT: it must be three parts of letters and digits with dots between",
            remedy="Copy the whole credential again from the developer console.",
        )
    return Secret(text)


def with_jwt(jwt: Secret, client: ClientCredentials, holder: str, timeout: float) -> Steps[Login]:
    """The login of the user to whom `jwt` belongs (RFC 7523 2.1, contract 5.2)."""
    request = form_request(jwt_bearer(client, jwt))
    return (yield from login_from(request, (jwt,), client, holder, timeout=timeout))


@dataclass(frozen=True, slots=True)
class GivenTokens:
    """Tokens from elsewhere; lives are in seconds from now."""

    access_token: Secret | None
    refresh_token: Secret | None
    expires_in: float
    refresh_expires_in: float | None

    @classmethod
    def of(
        cls, access: str | None, refresh: str | None, expires_in: float, refresh_expires_in: float | None
    ) -> GivenTokens:
        """Checked. Raises ValueError, which never quotes a token."""
        if not access and not refresh:
            raise ValueError("Give an access token, a refresh token, or both")
        for name, token in (("access_token", access), ("refresh_token", refresh)):
            if token and not _TOKEN.fullmatch(token):
                raise ValueError(f"{name} is no token: it holds a blank or another character none has")
        if expires_in < 0 or (refresh_expires_in or 0) < 0:
            raise ValueError("A token's life is not negative")
        return cls(
            Secret(access) if access else None,
            Secret(refresh) if refresh else None,
            expires_in,
            refresh_expires_in,
        )

    def secrets(self) -> tuple[Secret, ...]:
        """What must never show."""
        return tuple(token for token in (self.access_token, self.refresh_token) if token)

    def as_login(self, access: Secret, owner_id: str, now: float) -> TokenSet:
        """These tokens as a login's. Given again, they are known to be the same session's: see `_session`."""
        refresh_in = self.refresh_expires_in
        return TokenSet(
            access_token=access,
            refresh_token=self.refresh_token,
            issued_at=now,
            expires_at=now + self.expires_in,
            refresh_expires_at=now + refresh_in if self.refresh_token and refresh_in is not None else None,
            scope=(),
            owner_id=owner_id,
            session_id=_session(self.refresh_token or access),
        )


def with_tokens(given: GivenTokens, client: ClientCredentials, holder: str, timeout: float) -> Steps[Login]:
    """The login of the user to whom the tokens belong, whom the server is asked for."""
    now: float = yield Now()
    if given.access_token is not None:
        answer = yield from _whose(given.access_token, timeout)
        if answer.status == 200:
            owner_id = _id_in(answer)
            tokens = yield from _same_session(given.as_login(given.access_token, owner_id, now))
            # If the vault fails they stay the other program's: their session is not ended.
            login: Login = yield PutLogin(tokens, holder)
            return login
        if answer.status != 401 or given.refresh_token is None:
            raise response_error(answer, sent=given.secrets())
    request = form_request(refresh_tokens(client, given.refresh_token or Secret("")))
    return (yield from login_from(request, given.secrets(), client, holder, timeout=timeout))


def _whose(access: Secret, timeout: float) -> Steps[HttpAnswer]:
    started: float = yield Elapsed()
    request = with_bearer(HttpRequest("GET", EXTENSION_PATH), access)
    answer: HttpAnswer | NoAnswer = yield Send(request, started + timeout)
    if isinstance(answer, NoAnswer):
        raise transport_error(answer)
    return answer


def _id_in(answer: HttpAnswer) -> str:
    owner = json_object(answer.body).get("id")
    if isinstance(owner, bool) or not isinstance(owner, int | str) or not str(owner).isdigit():
        raise UnusableAnswer(
            "The server does not say whose the access token is", remedy="Check RC_SERVER_URL, then try again."
        )
    return str(owner)


def _same_session(tokens: TokenSet) -> Steps[TokenSet]:
    """The tokens, as of the session of the stored login that has the very same: else that would be ended."""
    stored: Login | None = yield LoadLogin(tokens.owner_id)
    if stored is not None and (
        stored.tokens.access_token == tokens.access_token
        or (tokens.refresh_token is not None and stored.tokens.refresh_token == tokens.refresh_token)
    ):
        return replace(tokens, session_id=stored.tokens.session_id, scope=stored.tokens.scope)
    return tokens


def _session(token: Secret) -> str:
    """A name for a session whose own is not known: the same for the same token, and it does not tell it."""
    return "given-" + hashlib.sha256(b"ringback given\0" + token.reveal().encode()).hexdigest()[:32]
