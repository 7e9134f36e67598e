"""Who calls the API: the bearer token of a request, checked, as a Caller (contract 2, 3.2, 6.2)."""

from __future__ import annotations

from starlette.requests import Request

from ringback.platform.authorization.session_values import Session
from ringback.platform.authorization.sessions import Access
from ringback.platform.caller import Caller
from ringback.platform.errors import ApiError
from ringback.platform.permissions import with_included
from ringback.platform.redacted import family
from ringback.platform.serving.context import note_of, world_of

MAX_TOKEN = 4096


def authenticate(request: Request) -> Caller:
    """The caller of this request; the first use of its access token is noted.

    The caller's scope holds the included permissions too (contract 9). Raises what `live_session` raises.
    """
    session = live_session(request)
    grant = session.grant
    scope = with_included(session.tokens.current.scope)
    return Caller(grant.client_id, scope, grant.account_id, grant.extension_id)


def live_session(request: Request) -> Session:
    """The session of the request's access token, whose first use is noted.

    Raises ApiError 401: AGW-401 no token, AGW-402 a malformed header, OAU-151 another scheme, OAU-149 not a
    token of ours, OAU-128 expired, OAU-129 just replaced, OAU-213 gone.
    """
    world = world_of(request)
    use = world.sessions.use(_token(request), world.clock.now())
    note = note_of(request)
    if use.session is not None:
        note.client_id = use.session.grant.client_id
        note.extension_id = use.session.grant.extension_id
        note.details["family"] = family(use.session.id)
    if use.verdict is Access.LIVE and use.session is not None:
        return use.session
    if not use.ours:
        raise ApiError(401, "OAU-149", "OAuth token is invalid", why=use.why)
    if use.verdict is Access.EXPIRED:
        raise ApiError(401, "OAU-128", "Access token expired", why=use.why)
    if use.verdict is Access.CORRUPTED:
        raise ApiError(401, "OAU-129", "Access token corrupted", why=use.why)
    raise ApiError(401, "OAU-213", "Token not found", why=use.why)


def _token(request: Request) -> str:
    headers = request.headers.getlist("authorization")
    if len(headers) > 1:
        raise ApiError(
            401, "AGW-402", "Invalid Authorization header", why="more than one Authorization header was sent"
        )
    if headers and headers[0].strip():
        scheme, _, token = headers[0].strip().partition(" ")
        if scheme.lower() != "bearer":
            raise ApiError(
                401, "OAU-151", "Authorization method not supported", why="the API takes Bearer tokens only"
            )
        token = token.strip()
        if not token:
            raise ApiError(401, "AGW-402", "Invalid Authorization header", why="the header holds no token")
    else:
        token = request.query_params.get("access_token", "")
        if not token:
            raise ApiError(401, "AGW-401", "Authorization header is not specified")
    if len(token) > MAX_TOKEN:
        raise ApiError(401, "OAU-149", "OAuth token is invalid", why="the token is too long to be ours")
    return token
