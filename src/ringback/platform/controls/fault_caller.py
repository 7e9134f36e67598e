"""Which app sends a request, found out before it is served and without using anything up."""

from __future__ import annotations

import base64
import binascii
import json
from urllib.parse import parse_qsl

from starlette.types import Message, Receive, Scope

from ringback.platform.serving.parameters import MAX_FIELDS
from ringback.platform.serving.request_body import FORM, MAX_BYTES
from ringback.platform.world import World


async def find_caller(scope: Scope, receive: Receive) -> tuple[str | None, Receive]:
    """The client ID a request names, and a `receive` that gives its body from the start.

    By Basic, by the session of a bearer token, by client_id of query or form, by the subject of a client
    assertion, or by the authorization request that a form of ours belongs to. Nothing is checked.
    """
    world: World = scope["state"]["world"]
    authorization = _header(scope, b"authorization")
    scheme, _, credentials = authorization.strip().partition(" ")
    query = _fields(scope["query_string"])
    if scheme.lower() == "basic":
        return _basic(credentials), receive
    token = credentials.strip() if scheme.lower() == "bearer" else query.get("access_token")
    if token:
        session = world.sessions.holder(token)
        return None if session is None else session.grant.client_id, receive
    found = _named(world, query)
    is_form = _header(scope, b"content-type").partition(";")[0].strip().lower() == FORM
    if found is not None or scope["method"] != "POST" or not is_form:
        return found, receive
    body, again = await _read(receive)
    return _named(world, _fields(body)), again


def _named(world: World, fields: dict[str, str]) -> str | None:
    if fields.get("client_id"):
        return fields["client_id"]
    if fields.get("client_assertion"):
        return _subject(fields["client_assertion"])
    if fields.get("request"):
        return world.pending.client_of(fields["request"])
    return None


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _fields(raw: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(raw.decode("latin-1"), max_num_fields=MAX_FIELDS))
    except ValueError:
        return {}


def _basic(credentials: str) -> str | None:
    try:
        text = base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return text.partition(":")[0] or None


def _subject(assertion: str) -> str | None:
    parts = assertion.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    subject = claims.get("sub") if isinstance(claims, dict) else None
    return subject if isinstance(subject, str) else None


async def _read(receive: Receive) -> tuple[bytes, Receive]:
    """The body as far as it is of interest, and a `receive` that begins with what was read."""
    taken: list[Message] = []
    body = bytearray()
    while len(body) <= MAX_BYTES:
        message = await receive()
        taken.append(message)
        body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body", False):
            break
    waiting = iter(taken)

    async def again() -> Message:
        message = next(waiting, None)
        return await receive() if message is None else message

    return bytes(body), again
