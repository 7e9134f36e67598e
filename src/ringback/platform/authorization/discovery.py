"""Entry-point discovery, as the JavaScript SDK asks for it with `enableDiscovery` (contract 7.3)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ringback.platform.authorization import bearer
from ringback.platform.errors import OAuthError, parameter_invalid
from ringback.platform.serving.context import note_of, world_of
from ringback.platform.serving.parameters import parse

INITIAL_PATH = "/.well-known/entry-points/initial"
EXTERNAL_PATH = "/.well-known/entry-points/external"
_VERSION = "1.0.0"
_RETRIES = 3
_RETRY_SECONDS = 3
_RETRY_CYCLE_SECONDS = 824
_EXPIRES_SECONDS = 86_400
_JSON = "application/json;charset=UTF-8"


async def initial(request: Request) -> Response:
    """GET the entry points before login; needs a registered clientId, ignores any Authorization header."""
    world = world_of(request)
    client_id = parse(request.scope["query_string"], strict=False).get("clientId")
    if client_id is None:
        raise parameter_invalid("clientId")
    if world.apps.find(client_id) is None:
        shown = client_id if len(client_id) <= 100 and client_id.isprintable() else "…"
        description = f"Invalid client application: [{shown}]"
        raise OAuthError(400, "invalid_client", description, "OAU-153", why="no app has this client ID")
    note_of(request).client_id = client_id
    return JSONResponse(initial_answer(world.base_url), media_type=_JSON)


async def external(request: Request) -> Response:
    """GET the entry points of a logged-in user, with the header Discovery-Tag."""
    bearer.authenticate(request)
    answer = external_answer(world_of(request).base_url)
    tag = hashlib.sha256(json.dumps(answer).encode()).hexdigest()[:16]
    headers = {"Discovery-Tag": tag, "Cache-Control": "no-store"}
    return JSONResponse(answer, headers=headers, media_type=_JSON)


def initial_answer(base_url: str) -> dict[str, Any]:
    """Everything is at this platform; numbers are seconds."""
    return {
        "version": _VERSION,
        "retryCount": _RETRIES,
        "retryInterval": _RETRY_SECONDS,
        "discoveryApi": {"defaultExternalUri": base_url + EXTERNAL_PATH},
        "authApi": {
            "authorizationUri": f"{base_url}/restapi/oauth/authorize",
            "oidcDiscoveryUri": f"{base_url}/.well-known/openid-configuration",
            "defaultTokenUri": f"{base_url}/restapi/oauth/token",
        },
        "coreApi": {"baseUri": base_url},
    }


def external_answer(base_url: str) -> dict[str, Any]:
    """The same for a user, with how long it may be kept."""
    return {
        "version": _VERSION,
        "expiresIn": _EXPIRES_SECONDS,
        "retryCount": _RETRIES,
        "retryInterval": _RETRY_SECONDS,
        "retryCycleDelay": _RETRY_CYCLE_SECONDS,
        "discoveryApi": {"initialUri": base_url + INITIAL_PATH, "externalUri": base_url + EXTERNAL_PATH},
        "authApi": {
            "authorizationUri": f"{base_url}/restapi/oauth/authorize",
            "oidcDiscoveryUri": f"{base_url}/.well-known/openid-configuration",
            "baseUri": base_url,
            "tokenUri": f"{base_url}/restapi/oauth/token",
        },
        "coreApi": {"baseUri": base_url},
        "rcv": {"baseApiUri": base_url},
    }
