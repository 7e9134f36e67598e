"""Path items of the authorization server: login and tokens (contract 4 to 6)."""

from __future__ import annotations

from typing import Any

from ringback.platform.errors import OAuthError, parameter_invalid

from .refusals import headers, json_answer, rate_headers, refused, shared
from .shapes import Schema, flag, link, ref, text

_OAUTH = "/restapi/oauth"
_FORM = "application/x-www-form-urlencoded"
_DISPLAYS = ["page", "popup", "touch", "mobile"]
_AUTHORIZE: dict[str, tuple[Schema, bool]] = {
    "response_type": ({"const": "code"}, True),
    "client_id": (text("The app"), True),
    "redirect_uri": (link("One of the app's, byte for byte; may be left out where it has only one"), False),
    "state": (text("Comes back unchanged", maxLength=4096), False),
    "scope": (text("Permissions, and openid, email, profile, separated by blanks; all if absent"), False),
    "brand_id": (text("Whose look the pages have", pattern="^[0-9]{1,10}$"), False),
    "display": (text("How much room there is", enum=_DISPLAYS, default="page"), False),
    "prompt": (text("login, sso and consent separated by blanks, or none alone"), False),
    "ui_locales": (text("Languages of the pages, the best first (RFC 5646)"), False),
    "localeId": (text("The older name for one language"), False),
    "ui_options": (text("What the pages hide, such as hide_logo"), False),
    "code_challenge": (text("RFC 7636 4.2", minLength=43, maxLength=128), False),
    "code_challenge_method": (text("plain if absent", enum=["plain", "S256"]), False),
    "nonce": (text("Comes back in the ID token"), False),
    "login_hint": (text("Who is about to log in"), False),
    "discovery": (flag("true: the callback names the token and discovery addresses"), False),
}
_CLIENT = (
    OAuthError(400, "invalid_client", "Client authentication is required", "OAU-123"),
    OAuthError(400, "invalid_client", "Invalid client credentials", "OAU-146"),
    OAuthError(400, "invalid_client", "Invalid client application: [ID]", "OAU-153"),
)
_CODE = (
    OAuthError(400, "invalid_request", "Mandatory parameter [grant_type] not specified", "CMN-100"),
    OAuthError(400, "invalid_grant", "Invalid authorization code", "OAU-106"),
    OAuthError(400, "invalid_grant", "Authorization code is expired", "OAU-108"),
    OAuthError(400, "invalid_grant", "Redirect URIs do not match", "OAU-109"),
    OAuthError(400, "invalid_grant", "Token expired", "OAU-210"),
    OAuthError(400, "invalid_grant", "Token not found", "OAU-213"),
    OAuthError(400, "invalid_request", "Unsupported grant type", "OAU-250"),
    OAuthError(400, "unauthorized_client", "Unauthorized for this grant type", "OAU-251"),
)
_NO_TOKEN = OAuthError(400, "invalid_request", "Parameter [token] value is invalid", "CMN-101")
_SOME_STATUS = " (another status than 400 under the quirk token-error-status=table)"


def oauth_paths() -> dict[str, dict[str, Any]]:
    """The path items."""
    return {
        f"{_OAUTH}/authorize": {
            "get": _authorize("authorize", None),
            "post": _authorize("authorize_by_form", _form()),
        },
        f"{_OAUTH}/token": {
            "post": {
                "operationId": "token",
                "tags": ["Login"],
                "summary": "Tokens for a code, a refresh token or a JWT",
                "description": "Nothing of it belongs into the query. Rate-limit group: auth.",
                "security": [{"clientBasic": []}, {}],
                "requestBody": _body("TokenRequest"),
                "responses": {
                    "200": json_answer("The tokens", "Tokens", rate_headers(), _tokens()),
                    **_form_refusals((*_CLIENT, *_CODE)),
                },
            }
        },
        f"{_OAUTH}/revoke": {
            "post": {
                "operationId": "revoke",
                "tags": ["Login"],
                "summary": "End the session of a token",
                "description": "An unknown token is no error (RFC 7009 2.2). Rate-limit group: auth.",
                "security": [{"clientBasic": []}, {}],
                "parameters": [
                    {
                        "name": "token",
                        "in": "query",
                        "deprecated": True,
                        "description": "The token, where it is not in the body",
                        "schema": {"type": "string"},
                    }
                ],
                "requestBody": {**_body("RevokeRequest"), "required": False},
                "responses": {
                    "200": {"description": "It is over", "headers": rate_headers()},
                    **_form_refusals(
                        (
                            *_CLIENT,
                            OAuthError(
                                400, "invalid_request", "Parameter [token] value is invalid", "CMN-101"
                            ),
                            OAuthError(400, "invalid_client", "Invalid client application", "OAU-164"),
                        )
                    ),
                },
            }
        },
    }


def _authorize(name: str, form: dict[str, Any] | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": name,
        "tags": ["Login"],
        "summary": "Begin a login, in the user's browser",
        "description": "The browser ends at the redirect URI, with `code` and `state`, or with `error`.",
        "security": [],
    }
    if form is None:
        told["parameters"] = [
            {"name": parameter, "in": "query", "required": required, "schema": schema}
            for parameter, (schema, required) in _AUTHORIZE.items()
        ]
    else:
        told["requestBody"] = form
    page = {"text/html": {"schema": {"type": "string"}}}
    wrong = refused(
        "The app or its redirect URI is in doubt, so nothing is redirected",
        [
            OAuthError(400, "invalid_request", "Mandatory parameter [client_id] not specified", "CMN-100"),
            OAuthError(400, "invalid_client", "Invalid client application: [ID]", "OAU-153"),
            parameter_invalid("display"),
        ],
    )
    mismatch = refused(
        "The redirect URI is not registered",
        [
            OAuthError(403, "invalid_grant", "Redirect URIs do not match", "OAU-109"),
            OAuthError(
                403,
                "invalid_client",
                "No redirect uri is registered for this client application",
                "OAU-113",
            ),
        ],
    )
    for refusal in (wrong, mismatch):
        refusal["content"] |= page
    told["responses"] = {
        "200": {"description": "The login or the consent page", "content": page},
        "302": {
            "description": "To the redirect URI, or to a page of the login",
            "headers": headers("Location"),
        },
        "400": wrong,
        "403": mismatch,
        **(shared() if form is None else _unreadable()),
    }
    if form is not None:
        told["responses"]["303"] = {"description": "To a page of the login", "headers": headers("Location")}
    return told


def _form() -> dict[str, Any]:
    properties = {name: schema for name, (schema, _) in _AUTHORIZE.items()}
    required = [name for name, (_, needed) in _AUTHORIZE.items() if needed]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"required": True, "content": {_FORM: {"schema": schema}}}


def _body(name: str) -> dict[str, Any]:
    return {"required": True, "content": {_FORM: {"schema": ref(name)}}}


def _form_refusals(reasons: tuple[OAuthError, ...]) -> dict[str, Any]:
    refusals = {
        "400": refused(f"Refused{_SOME_STATUS}", reasons, {**headers("WWW-Authenticate"), **rate_headers()}),
        "401": refused(
            "Refused, under the quirk token-error-status=table",
            [OAuthError(401, "invalid_client", "Invalid client credentials", "OAU-146")],
            headers("WWW-Authenticate"),
        ),
        "403": refused(
            "Refused, under the quirk token-error-status=table",
            [OAuthError(403, "invalid_grant", "Authorization code is expired", "OAU-108")],
        ),
    }
    return {**refusals, **shared(s429="TooManyRequests"), **_unreadable()}


def _unreadable() -> dict[str, Any]:
    return shared(s408="BodyTooSlow", s413="BodyTooLarge", s415="NotAForm")


def _tokens() -> dict[str, Any]:
    """A token answer whose tokens are none."""
    return {
        "access_token": "an access token",
        "token_type": "bearer",
        "expires_in": 3600,
        "refresh_token": "a refresh token",
        "refresh_token_expires_in": 604800,
        "scope": "ReadAccounts ReadCallLog",
        "owner_id": "400131426008",
        "endpoint_id": "a name of the device",
        "session_id": "a session",
    }
