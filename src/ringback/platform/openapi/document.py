"""The platform's OpenAPI 3.1 document, put together from operations' declarations and files of schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from ringback.platform.api.operation import Operation
from ringback.platform.permissions import CATALOGUE

from . import (
    schemas_calls,
    schemas_common,
    schemas_faults,
    schemas_local,
    schemas_oauth,
    schemas_openid,
    schemas_people,
    schemas_scenarios,
)
from .api_paths import api_paths
from .local_paths import local_paths
from .oauth_paths import oauth_paths
from .openid_paths import openid_paths
from .refusals import HEADERS, RESPONSES

_ABOUT = """\
A local stand-in for RingCentral: its login, its account, extension and call log API, and controls of its own
for tests. This document is Ringback's, and describes what Ringback answers.

- JSON in UTF-8; token and revoke requests are forms.
- An empty parameter counts as absent; unknown ones are ignored. A list is a repeated key.
- Times are UTC with milliseconds; requests may give another offset, or leave out what comes after the year,
  month, day or minute.
- `~` in a path stands for the account or extension of the token; addresses in answers hold real ids.
- HEAD goes wherever GET goes. POST with `X-HTTP-Method-Override`, or `_method` in the query, stands for the
  method named there.
- With limits on, each user of an app has so many calls of a rate-limit group a minute; the headers
  `X-Rate-Limit-*` tell how many are left, and after one call too many there is 429 for a minute.
- Paths of RingCentral's other APIs are answered 501, with what there is; paths that nobody has 404 CMN-120.
- Isolated worlds live under `/_w/ID`, with all of these paths below that.
- Scripted faults (`/_local/faults`) may answer any request with any status.
"""
_TAGS = {
    "Login": "The authorization server: OAuth 2.0 and OpenID Connect",
    "API": "Which API this is",
    "Account": "The account and its extensions",
    "Call log": "Call log records, their syncs, and calls in progress",
    "Recordings": "Recordings of calls",
    "Controls": "Ringback's own controls, on this machine only",
}


def document(operations: Iterable[Operation], base_url: str, examples: Mapping[str, Any]) -> dict[str, Any]:
    """The document for a platform at this address; `examples` are answers of the API, by operationId."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ringback's local platform",
            "summary": "RingCentral's login and call log API, on your own machine",
            "description": _ABOUT,
            "version": version("ringback"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base_url, "description": "This platform"}],
        "tags": [{"name": name, "description": told} for name, told in _TAGS.items()],
        "paths": {
            **oauth_paths(),
            **openid_paths(examples),
            **api_paths(operations, examples),
            **local_paths(examples),
        },
        "components": {
            "schemas": {
                **schemas_common.SCHEMAS,
                **schemas_people.SCHEMAS,
                **schemas_calls.SCHEMAS,
                **schemas_oauth.SCHEMAS,
                **schemas_openid.SCHEMAS,
                **schemas_local.SCHEMAS,
                **schemas_faults.SCHEMAS,
                **schemas_scenarios.SCHEMAS,
            },
            "responses": RESPONSES,
            "headers": HEADERS,
            "securitySchemes": _security(base_url),
        },
    }


def _security(base_url: str) -> dict[str, Any]:
    oauth = f"{base_url}/restapi/oauth"
    return {
        "login": {
            "type": "oauth2",
            "description": "A user's login, for the permissions of the app",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": f"{oauth}/authorize",
                    "tokenUrl": f"{oauth}/token",
                    "refreshUrl": f"{oauth}/token",
                    "scopes": {name: permission.sentence for name, permission in CATALOGUE.items()},
                }
            },
        },
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token in the Authorization header",
        },
        "tokenInQuery": {
            "type": "apiKey",
            "in": "query",
            "name": "access_token",
            "description": "An access token in the address; it ends up in logs, so prefer the header",
        },
        "clientBasic": {
            "type": "http",
            "scheme": "basic",
            "description": "An app's client ID and client secret",
        },
    }
