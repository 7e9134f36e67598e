"""POST /restapi/oauth/token and /restapi/oauth/revoke (contract 5 and 6.3)."""

from __future__ import annotations

import re
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ringback.platform.apps import App
from ringback.platform.authorization import codes, sessions
from ringback.platform.authorization.authorize import narrowed
from ringback.platform.authorization.client_authentication import authenticate_client
from ringback.platform.authorization.session_store import SessionStore
from ringback.platform.authorization.session_values import Grant, Issued, Ttl
from ringback.platform.errors import OAuthError, invalid_request
from ringback.platform.permissions import scope_text
from ringback.platform.serving.context import note_of, world_of
from ringback.platform.serving.parameters import Parameters, parse
from ringback.platform.serving.request_body import content_type, read_body, read_form
from ringback.platform.world import World

KNOWN = (
    *("grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "client_id", "scope"),
    *("endpoint_id", "access_token_ttl", "refresh_token_ttl", "token", "token_type_hint"),
    *("client_secret", "client_assertion", "client_assertion_type"),
)
_GRANTED = frozenset({"authorization_code", "refresh_token"})
# Grants that RingCentral knows and that no app has here (contract 5.2).
_NOT_GRANTED = frozenset(
    {
        *("password", "client_credentials", "device_code", "ivr_pin", "otp", "guest", "partner_jwt"),
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:device_code",
    }
)
_WHOLE_NUMBER = re.compile(r"([+-]?)([0-9]+)")
_DIGITS = 18
_ENDPOINT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


async def token(request: Request) -> Response:
    """Exchange a code, or refresh. Every refusal is an OAuthError 400 (contract 16) and changes nothing."""
    _refuse_query(request, allowed=frozenset())
    form = await read_form(request)
    form.refuse_repeated(KNOWN)
    world, note = world_of(request), note_of(request)
    grant_type = form.get("grant_type")
    note.grant_type = grant_type if grant_type in _GRANTED | _NOT_GRANTED else None
    app = authenticate_client(request.headers.getlist("authorization"), form, world.apps.find)
    note.client_id = app.client_id
    if grant_type == "authorization_code":
        issued = _exchange(world, app, form)
    elif grant_type == "refresh_token":
        issued = _refresh(world, app, form)
    else:
        raise _no_such_grant(grant_type)
    note.extension_id = issued.session.grant.extension_id
    return JSONResponse(token_answer(issued), headers=_NO_STORE, media_type="application/json;charset=UTF-8")


async def revoke(request: Request) -> Response:
    """End the session of a token: 200 with an empty body, also for a token nobody knows (contract 6.3)."""
    query = _refuse_query(request, allowed=frozenset({"token"}))
    form = await _revoke_form(request)
    form.refuse_repeated(KNOWN)
    world, note = world_of(request), note_of(request)
    app = authenticate_client(request.headers.getlist("authorization"), form, world.apps.find)
    note.client_id = app.client_id
    in_body, in_query = form.get("token"), query.get("token")
    if in_body is not None and in_query is not None and in_body != in_query:
        raise invalid_request("Parameter [token] of query and body must be equal", "OAU-150")
    presented = in_body or in_query
    if presented is None:
        raise invalid_request("Parameter [token] value is invalid", "CMN-101", why="no token was sent")
    ended = world.sessions.revoke(app.client_id, presented, world.clock.now())
    if ended is None:
        note.why = "there was no live session of this token"
    else:
        note.extension_id = ended.grant.extension_id
    return Response(headers={"Content-Length": "0", **_NO_STORE})


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
    answer["scope"] = scope_text(issued.scope)
    answer["owner_id"] = str(grant.extension_id)
    answer["endpoint_id"] = grant.endpoint_id
    answer["session_id"] = issued.session.id
    return answer


def _exchange(world: World, app: App, form: Parameters) -> Issued:
    """A session for a code. Everything is checked before the code is spent; a second use ends the first's."""
    text = form.get("code")
    if text is None:
        raise invalid_request("Mandatory parameter [code] not specified", "CMN-100")
    if not app.code_flow:
        raise _not_for_this_app("this kind of app logs no users in")
    ttl, endpoint_id = _ttl(form, app), _endpoint_id(form)
    with world.lock:
        now = world.clock.now()
        found = world.codes.find(text)
        if found is not None and found.session_id is not None and found.request.client_id == app.client_id:
            world.sessions.end(found.session_id, "its authorization code was used a second time")
        code = codes.check(found, app.client_id, form.get("redirect_uri"), form.get("code_verifier"), now)
        grant = Grant(
            client_id=app.client_id,
            account_id=code.account_id,
            extension_id=code.extension_id,
            scope=_narrow(form, code.request.scope),
            endpoint_id=endpoint_id,
        )
        issued = world.sessions.open(grant, ttl, now)
        world.codes.spend(text, issued.session.id)
    return issued


def _refresh(world: World, app: App, form: Parameters) -> Issued:
    presented = form.get("refresh_token")
    if presented is None:
        raise invalid_request("Mandatory parameter [refresh_token] not specified", "CMN-100")
    if not app.refresh_tokens:
        raise _not_for_this_app("this app issues no refresh tokens")
    store: SessionStore = world.sessions
    return store.refresh(
        app.client_id, presented, _ttl(form, app), lambda held: _narrow(form, held), world.clock.now()
    )


def _narrow(form: Parameters, held: frozenset[str]) -> frozenset[str]:
    scope = narrowed(form.get("scope"), held)
    if scope is None:
        raise OAuthError(400, "invalid_scope", "None of the permissions asked for was granted")
    return scope


def _ttl(form: Parameters, app: App) -> Ttl:
    refresh = sessions.refresh_ttl(_number(form, "refresh_token_ttl")) if app.refresh_tokens else 0
    return Ttl(sessions.access_ttl(_number(form, "access_token_ttl")), refresh)


def _number(form: Parameters, name: str) -> int | None:
    """A whole number of any length; 400 for other text (contract 5.2: lifetimes are clamped)."""
    text = form.get(name)
    if text is None:
        return None
    number = _WHOLE_NUMBER.fullmatch(text)
    if number is None:
        raise invalid_request(f"Parameter [{name}] value is invalid", "CMN-101", why="not a whole number")
    sign, digits = number.groups()
    # Far past every limit a number of any length is as good as this one: it is clamped, never refused.
    return int(sign + (digits.lstrip("0") or "0")[:_DIGITS])


def _endpoint_id(form: Parameters) -> str:
    given = form.get("endpoint_id")
    if given is None:
        return secrets.token_urlsafe(16)
    if not _ENDPOINT_ID.fullmatch(given):
        raise invalid_request("Parameter [endpoint_id] value is invalid", "CMN-101")
    return given


def _no_such_grant(grant_type: str | None) -> OAuthError:
    if grant_type is None:
        return invalid_request("Mandatory parameter [grant_type] not specified", "CMN-100")
    if grant_type in _NOT_GRANTED:
        return _not_for_this_app("the platform gives this grant to no app")
    return invalid_request("Unsupported grant type", "OAU-250")


def _not_for_this_app(why: str) -> OAuthError:
    return OAuthError(400, "unauthorized_client", "Unauthorized for this grant type", "OAU-251", why=why)


def _refuse_query(request: Request, *, allowed: frozenset[str]) -> Parameters:
    """Nothing of an OAuth request belongs into the URL; revoke may have its token there."""
    query = parse(request.scope["query_string"], strict=True)
    query.refuse_repeated(KNOWN)
    misplaced = sorted(query.names() & set(KNOWN) - allowed)
    if misplaced:
        raise invalid_request(
            "Request parameters must be sent in the body", why=f"in the query: {', '.join(misplaced)}"
        )
    return query


async def _revoke_form(request: Request) -> Parameters:
    if content_type(request) == "" and not await read_body(request):
        return Parameters(())
    return await read_form(request)
