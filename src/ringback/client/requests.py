"""API requests as values: paths, query parameters and bodies, checked before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from ringback.oauth.secret import Secret
from ringback.oauth.token_requests import FormRequest

from .messages import HttpRequest

_FORM = ("Content-Type", "application/x-www-form-urlencoded")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_OURS = frozenset({"authorization", "host", "cookie", "content-length", "transfer-encoding"})
_QUERY_SAFE = "/~:@!$&'()*+,;=%-._?"
_PATH_SAFE = "/~:@!$&'()*+,;=%-._"


def api_request(
    server: str,
    method: str,
    path: str,
    *,
    params: Mapping[str, Any] | None = None,
    body: Any = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpRequest:
    """A request below `server`. `path` begins with `/`, or is a whole URL of this very server.

    `params`: values may be str, int, bool, aware datetime, or a list of these (the key is then repeated);
    None leaves one out. `body` is sent as JSON, `content` as it is.

    Raises ValueError for a path elsewhere, a naive datetime, or a header that Ringback sets itself.
    """
    method = method.upper()
    if method not in _METHODS:
        raise ValueError(f"{method!r} is not one of {', '.join(sorted(_METHODS))}")
    if path.startswith(f"{server}/"):
        path = path[len(server) :]
    if not path.startswith("/") or path.startswith("//") or "\\" in path or "#" in path:
        raise ValueError(
            "The path must begin with one '/' (for example /restapi/v1.0/account/~/extension), "
            "or be a URL of the configured server: tokens are sent nowhere else"
        )
    if any(segment in (".", "..") for segment in path.partition("?")[0].split("/")):
        raise ValueError("The path must not contain '.' or '..' segments")
    pairs = list(query_pairs(params or {}))
    given = [(name, value) for name, value in (headers or {}).items()]
    _check_headers(given)
    if body is not None:
        if content is not None:
            raise ValueError("Give either json or content, not both")
        content = json.dumps(body, separators=(",", ":")).encode()
        given.append(("Content-Type", "application/json"))
    target = quote(path.partition("?")[0], safe=_PATH_SAFE)
    given_query = quote(path.partition("?")[2], safe=_QUERY_SAFE)
    query = "&".join(part for part in (given_query, urlencode(pairs)) if part)
    return HttpRequest(method, f"{target}?{query}" if query else target, tuple(given), content)


def _check_headers(given: Iterable[tuple[str, str]]) -> None:
    for name, value in given:
        if name.lower() in _OURS:
            raise ValueError(f"The header {name} is set by Ringback and cannot be given")
        if not name.isascii() or not value.isascii() or not (name + value).isprintable():
            raise ValueError(f"The header {name!r} must be printable ASCII, name and value")


def form_request(form: FormRequest) -> HttpRequest:
    """A POST to the token or revocation endpoint."""
    return HttpRequest("POST", form.path, (_FORM,), form.body, form.authorization)


def with_bearer(request: HttpRequest, access_token: Secret) -> HttpRequest:
    """The same request with an access token in its Authorization header (RFC 6750 2.1)."""
    bearer = Secret(f"Bearer {access_token.reveal()}")
    return replace(request, authorization=bearer)


def query_pairs(params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Name and value pairs; a list repeats its name (contract 2)."""
    for name, value in params.items():
        values = value if isinstance(value, list | tuple | set | frozenset) else (value,)
        for one in values:
            if one is not None:
                yield name, _text(name, one)


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return api_time(value, name)
    return str(value)


def api_time(moment: datetime, name: str = "datetime") -> str:
    """UTC ISO 8601 with milliseconds (contract 2). Raises ValueError for a naive datetime."""
    if not isinstance(moment, datetime):
        raise ValueError(f"{name} must be a datetime with a time zone, not {type(moment).__name__}")
    if moment.tzinfo is None:
        raise ValueError(f"{name} is a naive datetime: give it a time zone, for example datetime.now(UTC)")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
