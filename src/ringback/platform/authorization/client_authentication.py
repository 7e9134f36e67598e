"""Which app calls the token or revoke endpoint, and is it really that app (contract 5.1)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence

from ringback.platform.apps import App
from ringback.platform.errors import OAuthError, invalid_request
from ringback.platform.serving.parameters import Parameters


def authenticate_client(
    headers: Sequence[str], form: Parameters, find_app: Callable[[str], App | None]
) -> App:
    """The app that is calling: by Basic with its secret, or by client_id alone for a public client.

    `headers` are the Authorization headers. Basic and an equal client_id may come together. Raises OAuthError
    400: OAU-123 no authentication, OAU-153 unknown client, OAU-146 wrong secret or contradiction.
    """
    if "client_secret" in form:
        raise invalid_request(
            "Parameter [client_secret] is not accepted",
            why="the secret belongs into the Authorization header",
        )
    if "client_assertion" in form or "client_assertion_type" in form:
        raise _refused("Invalid client credentials", "OAU-146", "this app has no client assertion method")
    if len(headers) > 1:
        raise invalid_request("Cannot parse request", "CMN-104", why="more than one Authorization header")
    named = form.get("client_id")
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
    """Client ID and secret of a Basic header (RFC 7617)."""
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
    return client_id, secret


def _refused(description: str, code: str, why: str) -> OAuthError:
    return OAuthError(400, "invalid_client", description, code, why=why)
