"""Which app calls the token or revoke endpoint, and is it really that app (contract 5.1)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from urllib.parse import unquote_plus

from ringback.platform.apps import App
from ringback.platform.authorization.client_assertions import TYPE as ASSERTION_TYPE
from ringback.platform.authorization.client_assertions import authenticate_by_assertion
from ringback.platform.errors import OAuthError, invalid_request
from ringback.platform.serving.parameters import Parameters
from ringback.platform.world import World

# An assertion is meant for one of these, or for the issuer (RFC 7523 3).
_ENDPOINTS = ("/restapi/oauth/token", "/restapi/oauth/revoke")


def authenticate_client(headers: Sequence[str], form: Parameters, world: World) -> App:
    """The app that is calling: by Basic with its secret, by a signed assertion, or by client_id alone.

    `headers` are the Authorization headers. The last is for public clients only. Basic and an equal client_id
    may come together. Raises OAuthError 400: OAU-123 no authentication, OAU-153 unknown client, OAU-146 wrong
    secret, bad assertion or contradiction, OAU-347 an assertion's algorithm.
    """
    if "client_secret" in form:
        raise invalid_request(
            "Parameter [client_secret] is not accepted",
            why="the secret belongs into the Authorization header",
        )
    if len(headers) > 1:
        raise invalid_request("Cannot parse request", "CMN-104", why="more than one Authorization header")
    find_app, named = world.apps.find, form.get("client_id")
    if "client_assertion" in form or "client_assertion_type" in form:
        return _by_assertion(headers, form, world)
    if not headers or not headers[0].strip():
        return _public(named, find_app)
    client_id, secret = _basic(headers[0])
    if named is not None and named != client_id:
        why = "client_id in the body is not the one in the Authorization header"
        raise _refused("Invalid client credentials", "OAU-146", why)
    app = _known(client_id, find_app)
    if app.public_client:
        why = "a public client has no secret: it sends client_id in the body and no Authorization header"
        raise _refused("Invalid client credentials", "OAU-146", why)
    if not app.has_secret(secret):
        raise _refused("Invalid client credentials", "OAU-146", "the client secret is wrong")
    return app


def named_client(headers: Sequence[str], form: Parameters, world: World) -> str | None:
    """The app that a request says it comes from, proven or not: its client ID; None for none that exists."""
    named = form.get("client_id")
    if len(headers) == 1 and headers[0].strip():
        try:
            named = _basic(headers[0])[0]
        except OAuthError:
            return None
    return named if named is not None and world.apps.find(named) is not None else None


def _by_assertion(headers: Sequence[str], form: Parameters, world: World) -> App:
    assertion = form.get("client_assertion")
    if any(header.strip() for header in headers):
        why = "both an Authorization header and a client assertion were sent: there is one method only"
        raise _refused("Invalid client credentials", "OAU-146", why)
    if assertion is None:
        raise invalid_request("Mandatory parameter [client_assertion] not specified", "CMN-100")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise invalid_request(
            "Parameter [client_assertion_type] value is invalid",
            "CMN-101",
            why=f"it must be {ASSERTION_TYPE}",
        )
    own = frozenset({world.base_url, *(world.base_url + path for path in _ENDPOINTS)})
    with world.lock:
        return authenticate_by_assertion(
            assertion, form.get("client_id"), world.apps.find, own, world.used_assertions, world.clock.now()
        )


def _public(named: str | None, find_app: Callable[[str], App | None]) -> App:
    if named is None:
        why = "neither an Authorization header nor client_id was sent"
        raise _refused("Client authentication is required", "OAU-123", why)
    app = _known(named, find_app)
    if not app.public_client:
        why = "this app has a secret and must send it with Basic authentication"
        raise _refused("Client authentication is required", "OAU-123", why)
    return app


def _known(client_id: str, find_app: Callable[[str], App | None]) -> App:
    app = find_app(client_id)
    if app is None:
        shown = client_id if len(client_id) <= 100 and client_id.isprintable() else "…"
        raise _refused(f"Invalid client application: [{shown}]", "OAU-153", "no app has this client ID")
    return app


def _basic(header: str) -> tuple[str, str]:
    """Client ID and secret of a Basic header (RFC 7617), plain or form-encoded each (RFC 6749 2.3.1).

    No client ID or secret of ours holds a percent sign, so the two readings cannot be mixed up.
    """
    scheme, _, credentials = header.strip().partition(" ")
    if scheme.lower() != "basic":
        why = "the Authorization header must use Basic"
        raise _refused("Client authentication is required", "OAU-123", why)
    try:
        text = base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise _refused(
            "Client authentication is required", "OAU-123", "the Basic credentials cannot be decoded"
        ) from None
    client_id, colon, secret = text.partition(":")
    if not colon or not client_id:
        why = "the Basic credentials are not client ID, colon, secret"
        raise _refused("Client authentication is required", "OAU-123", why)
    if "%" in text:
        return unquote_plus(client_id), unquote_plus(secret)
    return client_id, secret


def _refused(description: str, code: str, why: str) -> OAuthError:
    return OAuthError(400, "invalid_client", description, code, why=why)
