"""Requests that need no login, as steps of the client's core; and bodies that say what an error says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ringback.client.context import Context
from ringback.client.effects import Elapsed, Send, Steps
from ringback.client.errors import response_error, transport_error
from ringback.client.messages import HttpAnswer, HttpRequest, NoAnswer
from ringback.client.requests import api_request, form_request
from ringback.client.response import Response
from ringback.oauth.token_requests import token_form


def without_token(
    context: Context, method: str, url: str, headers: Mapping[str, str], content: bytes | None
) -> Steps[Response]:
    """The answer to a request that carries no token. Raises ResponseError, TransportError."""
    request = api_request(context.server, method, url, headers=headers, content=content)
    return (yield from _sent(context, request))


def with_credentials(context: Context, path: str, form: Mapping[str, str]) -> Steps[Response]:
    """The answer of the token or revocation endpoint. Raises ResponseError, TransportError."""
    return (yield from _sent(context, form_request(token_form(context.credentials, path, form))))


def _sent(context: Context, request: HttpRequest) -> Steps[Response]:
    """Sent once: a code, for one, may not be presented again."""
    started: float = yield Elapsed()
    answer: HttpAnswer | NoAnswer = yield Send(request, started + context.timeout)
    if isinstance(answer, NoAnswer):
        raise transport_error(answer)
    if answer.status >= 400:
        raise response_error(answer, sent=context.credentials.secrets())
    return Response(answer)


def as_json(value: Any) -> bytes:
    """A value as a JSON body."""
    return json.dumps(value).encode()


def refusal_body(message: str, code: str | None, error: str | None = None) -> bytes:
    """A refusal in the shape of the API's, or of the token endpoint's where `error` is given (contract 3)."""
    entry = {"errorCode": code, "message": message}
    told = {"error": error, "error_description": message} if error else entry
    return as_json({**told, "errors": [entry]})
