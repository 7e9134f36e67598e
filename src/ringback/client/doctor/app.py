"""Does RingCentral know the app, and does it take the app's redirect URI?"""

from __future__ import annotations

import os
from urllib.parse import parse_qsl, urlencode

from ringback.client.context import Context
from ringback.client.effects import Steps
from ringback.client.errors import refusal, transport_error
from ringback.client.messages import HttpAnswer, HttpRequest, NoAnswer
from ringback.client.requests import form_request
from ringback.client.server_url import is_local
from ringback.oauth.authorization import AUTHORIZE_PATH
from ringback.oauth.error_body import json_object
from ringback.oauth.errors import InvalidClient, InvalidGrant, OAuthRefusal
from ringback.oauth.pkce import CHALLENGE_METHOD, base64url, code_challenge, new_code_verifier
from ringback.oauth.printable import error_in
from ringback.oauth.secret import Secret
from ringback.oauth.token_requests import refresh_tokens

from .differences import nearest, shown
from .findings import Console, Finding, Level
from .server import ask

_ID_UNKNOWN = frozenset({"OAU-153", "OAU-164"})
_NO_REFRESH = frozenset({"OAU-251", "OAU-112", "OAU-125", "OAU-250"})
_APP_MAY_NOT = frozenset({"unauthorized_client", "unsupported_response_type"})
_REFUSED_URI = {
    "OAU-109": (
        "it is not registered byte for byte: a slash at the end, http for https, localhost for 127.0.0.1, "
        "another port, or capital letters are enough to make it another one",
        "Copy one of the registered redirect URIs into RC_REDIRECT_URL, or register this one.",
    ),
    "OAU-113": (
        "the app has no redirect URI at all: it was saved without one, or it is not an app of the type "
        "3-legged OAuth",
        "Register this redirect URI; an app of another type cannot have one, then create a new app.",
    ),
}


def check_credentials(context: Context, console: Console) -> Steps[Finding]:
    """Present a refresh token that is none: RingCentral looks at the app's credentials first."""
    nonsense = Secret("ringback-doctor-" + base64url(os.urandom(12)))
    answer = yield from ask(form_request(refresh_tokens(context.credentials, nonsense)))
    if isinstance(answer, NoAnswer):
        error = transport_error(answer)
        return Finding("credentials", "problem", error.message, change=error.remedy, where="RC_SERVER_URL")
    if answer.status == 429:
        return Finding("credentials", "warning", "Not checked: RingCentral asks for a pause (429)")
    if answer.status == 200 or answer.status >= 500:
        what = f"Not checked: the token endpoint answered {answer.status}"
        return Finding("credentials", "warning", what, change="Try again later.")
    refused = refusal(answer, sent=(nonsense, *context.credentials.secrets()))
    return _credentials(context, console, refused)


def _credentials(context: Context, console: Console, refused: OAuthRefusal) -> Finding:
    credentials = context.credentials
    if isinstance(refused, InvalidGrant):
        kind = "client ID and secret" if credentials.client_secret else "client ID (a public client)"
        return Finding("credentials", "ok", f"RingCentral knows the app: {kind} are accepted")
    if refused.code in _NO_REFRESH:
        return Finding(
            "credentials",
            "warning",
            "RingCentral knows the app, but does not let it refresh tokens",
            f"{refused.cause or refused.message} ({refused.code})",
            "Turn on “Issue refresh tokens”, or users must log in again when an access token expires.",
            console.page("Settings"),
        )
    if not isinstance(refused, InvalidClient):
        return Finding(
            "credentials", "warning", f"Not clear: {refused.message}", refused.cause, refused.remedy
        )
    if refused.code in _ID_UNKNOWN:
        what, change = (
            "RingCentral knows no app with this client ID",
            "Set RC_APP_CLIENT_ID to the app's client ID.",
        )
    elif credentials.client_secret is None:
        what = "RingCentral does not take this client without a secret"
        change = "Set RC_APP_CLIENT_SECRET, or use an app of a public type (single page, mobile, desktop)."
    else:
        what = "The client secret is not that of the client ID"
        change = "Copy RC_APP_CLIENT_SECRET again; a secret that was made anew replaces the old one."
    why = f"{refused.cause or refused.message} ({refused.code or refused.error})"
    return Finding("credentials", "problem", what, why, change, console.page("Credentials"))


def check_redirect_uri(context: Context, console: Console, redirect_uri: str | None) -> Steps[Finding]:
    """Ask the authorize endpoint for a login that nobody follows; what it says about the redirect URI."""
    if not redirect_uri:
        return Finding(
            "redirect-uri",
            "warning",
            "RC_REDIRECT_URL is not set, so the redirect URI was not checked",
            change="Set it to one of the app's redirect URIs.",
            where=console.page("Settings"),
        )
    asked = {
        "response_type": "code",
        "client_id": context.credentials.client_id,
        "redirect_uri": redirect_uri,
        "state": base64url(os.urandom(12)),
        "prompt": "none",
        "code_challenge": code_challenge(new_code_verifier(os.urandom)),
        "code_challenge_method": CHALLENGE_METHOD,
    }
    answer = yield from ask(HttpRequest("GET", f"{AUTHORIZE_PATH}?{urlencode(asked)}"))
    if isinstance(answer, NoAnswer):
        error = transport_error(answer)
        return Finding("redirect-uri", "problem", error.message, change=error.remedy, where="RC_SERVER_URL")
    if answer.status < 400:
        return _taken(answer, redirect_uri, console)
    if answer.status == 429 or answer.status >= 500:
        return Finding("redirect-uri", "warning", f"Not checked: RingCentral answered {answer.status}")
    refused = refusal(answer)
    if refused.code not in _REFUSED_URI:
        level: Level = "warning" if refused.code in _ID_UNKNOWN else "problem"
        what = f"Not checked: {refused.message}"
        return Finding("redirect-uri", level, what, refused.cause, refused.remedy, console.page("Settings"))
    registered = yield from _registered(context)
    why, change = _REFUSED_URI[refused.code or ""]
    like_it = nearest(redirect_uri, registered)
    return Finding(
        "redirect-uri",
        "problem",
        f"RingCentral does not take the redirect URI {redirect_uri} ({refused.code})",
        why,
        change,
        console.page("Settings, OAuth redirect URI"),
        shown(redirect_uri, like_it) if like_it else (),
    )


def _taken(answer: HttpAnswer, redirect_uri: str, console: Console) -> Finding:
    """The redirect URI is right; the answer that is sent there may still say that the app may not log in."""
    sent_to, _, query = answer.headers.get("Location", "").partition("?")
    error = error_in(dict(parse_qsl(query)).get("error")) if sent_to == redirect_uri else ""
    if error in _APP_MAY_NOT:
        what = f"RingCentral takes the redirect URI, but refuses the login: {error}"
        change = "The app must be of the type 3-legged OAuth (authorization code)."
        return Finding("redirect-uri", "problem", what, "", change, console.page("Settings"))
    return Finding("redirect-uri", "ok", f"RingCentral takes the redirect URI {redirect_uri}")


def _registered(context: Context) -> Steps[list[str]]:
    """What is registered, which a local platform tells; RingCentral keeps it to itself."""
    if not is_local(context.server):
        return []
    answer = yield from ask(HttpRequest("GET", "/_local/seed"))
    if not isinstance(answer, HttpAnswer) or answer.status != 200:
        return []
    apps = json_object(answer.body).get("apps")
    for app in apps if isinstance(apps, list) else []:
        if isinstance(app, dict) and app.get("clientId") == context.credentials.client_id:
            uris = app.get("redirectUris")
            return [uri for uri in uris if isinstance(uri, str)] if isinstance(uris, list) else []
    return []
