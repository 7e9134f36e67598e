"""OpenID Connect over HTTP: provider metadata, keys, userinfo (contract 7.1 and 7.2)."""

from __future__ import annotations

from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ringback.platform.authorization import bearer
from ringback.platform.authorization.id_tokens import CLAIMS, about_user
from ringback.platform.authorization.rates import spend_userinfo
from ringback.platform.authorization.scopes import OPENID_SCOPES
from ringback.platform.authorization.words import LANGUAGES
from ringback.platform.serving.context import note_of, world_of

_JSON = "application/json;charset=UTF-8"


async def configuration(request: Request) -> Response:
    """GET /.well-known/openid-configuration; any Authorization header is ignored."""
    return JSONResponse(metadata(world_of(request).base_url), media_type=_JSON)


def metadata(base_url: str) -> dict[str, Any]:
    """The provider metadata with the fields and values of contract 7.1."""
    oauth = f"{base_url}/restapi/oauth"
    return {
        "issuer": base_url,
        "authorization_endpoint": f"{oauth}/authorize",
        "token_endpoint": f"{oauth}/token",
        "revocation_endpoint": f"{oauth}/revoke",
        "userinfo_endpoint": f"{oauth}/userinfo",
        "jwks_uri": f"{oauth}/jwks",
        "scopes_supported": list(OPENID_SCOPES),
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_jwt",
            "private_key_jwt",
        ],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "userinfo_signing_alg_values_supported": ["none"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "display_values_supported": ["page", "popup", "touch", "mobile"],
        "claims_supported": list(CLAIMS),
        "ui_locales_supported": list(LANGUAGES),
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


async def jwks(request: Request) -> Response:
    """GET /restapi/oauth/jwks; the key is made when it is first asked for."""
    world = world_of(request)
    if not world.keys.made:
        await anyio.to_thread.run_sync(world.keys.make)
    with world.lock:
        return JSONResponse(world.keys.jwks(), media_type=_JSON)


async def userinfo(request: Request) -> Response:
    """GET or POST /restapi/oauth/userinfo with a bearer token; email and names where the scope has them."""
    world = world_of(request)
    note_of(request).group = "auth"
    session = bearer.live_session(request)
    grant = session.grant
    headers = spend_userinfo(world, grant.client_id, grant.extension_id)
    extension = world.company.extension(grant.extension_id)
    claims = {"sub": str(grant.extension_id), **about_user(grant.account_id, extension, grant.openid)}
    return JSONResponse(claims, headers={"Cache-Control": "no-store", **headers}, media_type=_JSON)
