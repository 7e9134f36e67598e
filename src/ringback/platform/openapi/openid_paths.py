"""Path items of OpenID Connect and of entry-point discovery (contract 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ringback.platform.errors import OAuthError, parameter_invalid

from .refusals import headers, json_answer, rate_headers, refused, shared

_BEARER: list[dict[str, list[str]]] = [{"bearer": []}, {"tokenInQuery": []}]
_UNKNOWN_APP = OAuthError(400, "invalid_client", "Invalid client application: [ID]", "OAU-153")


def openid_paths(examples: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The path items; `examples` are answers of the platform, by operationId."""
    published = {
        "/restapi/oauth/jwks": ("jwks", "The keys of ID tokens", "KeySet"),
        "/.well-known/openid-configuration": (
            "openid_configuration",
            "What the authorization server can do",
            "OpenIdConfiguration",
        ),
    }
    return {
        "/restapi/oauth/userinfo": {
            "get": _userinfo("userinfo", examples),
            "post": _userinfo("userinfo_by_post", examples),
        },
        **{
            path: {
                "get": {
                    **_said(name, summary, "Takes no token, and is not throttled."),
                    "security": [],
                    "responses": {
                        "200": json_answer("What was asked for", schema, {}, examples.get(name)),
                        **shared(),
                    },
                }
            }
            for path, (name, summary, schema) in published.items()
        },
        "/.well-known/entry-points/initial": {"get": _initial(examples)},
        "/.well-known/entry-points/external": {"get": _external(examples)},
    }


def _said(name: str, summary: str, description: str) -> dict[str, Any]:
    return {"operationId": name, "tags": ["Login"], "summary": summary, "description": description}


def _userinfo(name: str, examples: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_said(
            name,
            "Whom the token is about",
            "Names and e-mail address are told where their scopes were granted. Rate-limit group: auth.",
        ),
        "security": _BEARER,
        "responses": {
            "200": json_answer("The user", "UserInfo", rate_headers(), examples.get("userinfo")),
            **shared(s401="Unauthorized", s429="TooManyRequests"),
        },
    }


def _initial(examples: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_said("entry_points", "Where everything is", "Takes no token, and is not throttled."),
        "security": [],
        "parameters": [
            {
                "name": "clientId",
                "in": "query",
                "required": True,
                "description": "The app",
                "schema": {"type": "string", "minLength": 1},
            }
        ],
        "responses": {
            "200": json_answer("The entry points", "EntryPoints", {}, examples.get("entry_points")),
            "400": refused("No app was named", [parameter_invalid("clientId"), _UNKNOWN_APP]),
            **shared(),
        },
    }


def _external(examples: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_said("user_entry_points", "Where everything is for a user", "Is not throttled."),
        "security": _BEARER,
        "responses": {
            "200": json_answer(
                "The entry points",
                "UserEntryPoints",
                headers("Discovery-Tag"),
                examples.get("user_entry_points"),
            ),
            **shared(s401="Unauthorized"),
        },
    }
