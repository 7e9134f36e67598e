"""POST /restapi/oauth/token and /restapi/oauth/revoke (contract 5 and 6.3)."""

from __future__ import annotations

from typing import Any

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response

from ringback.platform.apps import App
from ringback.platform.authorization import grants
from ringback.platform.authorization.client_authentication import authenticate_client, named_client
from ringback.platform.authorization.id_tokens import id_token
from ringback.platform.authorization.rates import spend_token
from ringback.platform.authorization.scopes import granted_text
from ringback.platform.authorization.session_values import Issued
from ringback.platform.authorization.token_refusals import finished
from ringback.platform.authorization.token_request import (
    GRANT_TYPES,
    JWT_BEARER,
    KNOWN,
    refusal_of_grant,
    refuse_query,
)
from ringback.platform.errors import OAuthError, invalid_request
from ringback.platform.redacted import family
from ringback.platform.serving.context import note_of, world_of
from ringback.platform.serving.parameters import Parameters
from ringback.platform.serving.request_body import content_type, read_body, read_form
from ringback.platform.world import World

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_JSON = "application/json;charset=UTF-8"
_NOTHING: frozenset[str] = frozenset()


async def token(request: Request) -> Response:
    """Exchange a code or a JWT, or refresh. Every refusal is an OAuthError 400 that changes nothing.

    The status of refusals is a quirk (contract 16); 429 CMN-301 past the rate limit of the app.
    """
    world, note = world_of(request), note_of(request)
    note.group = "auth"
    rate: dict[str, str] = {}
    try:
        if request.scope["query_string"]:
            refuse_query(request, allowed=_NOTHING)
        form = await read_form(request)
        form.refuse_repeated(KNOWN)
        grant_type = form.get("grant_type")
        note.grant_type = grant_type if grant_type in GRANT_TYPES else None
        app = _app(request, form, world)
        note.client_id = app.client_id
        rate = spend_token(world, app, form)
        nonce: str | None = None
        if grant_type == "refresh_token":
            issued = grants.refresh(world, app, form)
        elif grant_type == "authorization_code":
            issued, nonce = grants.exchange(world, app, form)
            note.details["pkce"] = "yes" if "code_verifier" in form else "none"
        elif grant_type == JWT_BEARER:
            issued = grants.jwt_bearer(world, app, form)
        else:
            raise refusal_of_grant(grant_type)
    except OAuthError as refusal:
        raise finished(refusal, world.quirks.value("token-error-status") == "table", rate) from None
    note.extension_id = issued.session.grant.extension_id
    note.details["family"] = family(issued.session.id)
    answer = token_answer(issued)
    if issued.session.grant.openid:
        if not world.keys.made:
            await anyio.to_thread.run_sync(world.keys.make)
        answer["id_token"] = id_token(world, issued, nonce, world.clock.now())
    body = msgspec.json.encode(answer)
    return Response(body, headers={**_NO_STORE, **rate}, media_type=_JSON)


async def revoke(request: Request) -> Response:
    """End the session of a token: 200 with an empty body, also for a token nobody knows (contract 6.3)."""
    world, note = world_of(request), note_of(request)
    note.group = "auth"
    rate: dict[str, str] = {}
    try:
        query = refuse_query(request, allowed=frozenset({"token"}))
        form = await _revoke_form(request)
        form.refuse_repeated(KNOWN)
        app = _app(request, form, world)
        note.client_id = app.client_id
        in_body, in_query = form.get("token"), query.get("token")
        presented = in_body or in_query
        rate = spend_token(world, app, form, presented)
        if in_body is not None and in_query is not None and in_body != in_query:
            raise invalid_request("Parameter [token] of query and body must be equal", "OAU-150")
        if presented is None:
            raise invalid_request("Parameter [token] value is invalid", "CMN-101", why="no token was sent")
        ended = world.sessions.revoke(app.client_id, presented, world.clock.now())
    except OAuthError as refusal:
        raise finished(refusal, world.quirks.value("token-error-status") == "table", rate) from None
    if ended is None:
        note.why = "there was no live session of this token"
    else:
        note.extension_id = ended.grant.extension_id
        note.details["family"] = family(ended.id)
    return Response(headers={"Content-Length": "0", **_NO_STORE, **rate})


def token_answer(issued: Issued) -> dict[str, Any]:
    """The fields of contract 5.3; no refresh token, no word of one."""
    grant = issued.session.grant
    answer: dict[str, Any] = {
        "access_token": issued.access_token,
        "token_type": "bearer",
        "expires_in": issued.expires_in,
    }
    if issued.refresh_token is not None:
        answer["refresh_token"] = issued.refresh_token
        answer["refresh_token_expires_in"] = issued.refresh_token_expires_in
    answer["scope"] = granted_text(issued.scope, grant.openid)
    answer["owner_id"] = str(grant.extension_id)
    answer["endpoint_id"] = grant.endpoint_id
    answer["session_id"] = issued.session.id
    return answer


def _app(request: Request, form: Parameters, world: World) -> App:
    """The app that is calling; the journal names it also when it is refused. OAuthError invalid_client."""
    headers = request.headers.getlist("authorization")
    try:
        return authenticate_client(headers, form, world)
    except OAuthError:
        note_of(request).client_id = named_client(headers, form, world)
        raise


async def _revoke_form(request: Request) -> Parameters:
    if content_type(request) == "" and not await read_body(request):
        return Parameters(())
    return await read_form(request)
