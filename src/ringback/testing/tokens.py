"""A login's tokens, and how a program gets them: authorization URL, callback, token request."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from .browser import Browser
from .people import App, User
from .problems import LocalPlatformError
from .talk import request

AUTHORIZE = "/restapi/oauth/authorize"
TOKEN = "/restapi/oauth/token"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a login gave. `answer` is the token endpoint's whole JSON; lives are in seconds."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_in: int
    refresh_token_expires_in: int | None
    scope: str
    owner_id: str
    answer: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Tokens:
        """The tokens in a token endpoint's answer (contract 5.3)."""
        return cls(
            access_token=answer["access_token"],
            refresh_token=answer.get("refresh_token"),
            expires_in=int(answer["expires_in"]),
            refresh_token_expires_in=answer.get("refresh_token_expires_in"),
            scope=answer.get("scope", ""),
            owner_id=str(answer.get("owner_id", "")),
            answer=answer,
        )

    @property
    def headers(self) -> dict[str, str]:
        """The header that goes with a call."""
        return {"Authorization": f"Bearer {self.access_token}"}


def log_in(base_url: str, browser: Browser, user: User, app: App, scope: str | None, pkce: bool) -> Tokens:
    """A whole login with the authorization-code flow, as a careful program does it.

    Raises LocalPlatformError when it does not come to tokens, with what to do.
    """
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
    asked = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "state": state,
    }
    exchange = {"grant_type": "authorization_code", "redirect_uri": app.redirect_uri}
    if scope is not None:
        asked["scope"] = scope
    if pkce:
        digest = hashlib.sha256(verifier.encode()).digest()
        asked["code_challenge"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        asked["code_challenge_method"] = "S256"
        exchange["code_verifier"] = verifier
    callback = browser.authorize(f"{base_url}{AUTHORIZE}?{urlencode(asked)}", user)
    told = {name: values[0] for name, values in parse_qs(urlsplit(callback).query).items()}
    if told.get("state") != state or "code" not in told:
        why = told.get("error_description") or told.get("error") or "no code came back"
        raise LocalPlatformError(f"the login of {user.username} came to nothing: {why}")
    return _token_request(base_url, app, exchange | {"code": told["code"]})


def _token_request(base_url: str, app: App, form: dict[str, str]) -> Tokens:
    headers = {}
    if app.client_secret is None:
        form = {**form, "client_id": app.client_id}
    else:
        pair = base64.b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    answer = request("POST", base_url + TOKEN, headers=headers, form=form)
    if answer.status == 429:
        raise LocalPlatformError(
            "the platform's rate limit refused this login (an app has 5 token requests a minute): move the"
            " clock with ringcentral.clock.advance(60), or use"
            " @pytest.mark.ringcentral(rate_limits=False)"
        )
    if answer.status != 200:
        raise LocalPlatformError(
            f"{TOKEN} answered {answer.status}; a fault you added may do that,"
            " and ringcentral.journal.refused() says why"
        )
    return Tokens.of(answer.json())
