"""The answers of faults: what RingCentral says with a status (contract 3.2, 3.4, 8), or what was ordered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ringback.platform.errors import ApiError, OAuthError
from ringback.platform.faults import Fault
from ringback.platform.limits import DEFAULTS

_JSON = "application/json;charset=UTF-8"
_REALM = "RingCentral REST API"
NO_BODY = frozenset({204, 205, 304})

# The code for a status, and the message of each code.
_CODES: Mapping[int, str] = {
    400: "CMN-101",
    401: "OAU-128",
    403: "CMN-401",
    404: "CMN-102",
    409: "CMN-204",
    416: "CMN-107",
    429: "CMN-301",
    501: "CMN-202",
    503: "CMN-201",
}
_OAUTH_CODES: Mapping[int, str] = {400: "OAU-213", 401: "OAU-146", 403: "OAU-109"}
_MESSAGES: Mapping[str, str] = {
    "AGW-401": "Authorization header is not specified",
    "AGW-402": "Invalid Authorization header",
    "CMN-101": "Parameter value is invalid",
    "CMN-102": "Resource is not found",
    "CMN-107": "Requested range not satisfiable",
    "CMN-120": "Invalid URI",
    "CMN-201": "Service Temporary Unavailable",
    "CMN-202": "Not implemented",
    "CMN-203": "Internal server error",
    "CMN-204": "Resource is blocked by another operation",
    "CMN-301": "Request rate exceeded",
    "CMN-401": "In order to call this API endpoint, application needs to have [ReadCallLog] permission",
    "CMN-405": "Login to extension required",
    "OAU-106": "Invalid authorization code",
    "OAU-108": "Authorization code is expired",
    "OAU-109": "Redirect URIs do not match",
    "OAU-123": "Client authentication is required",
    "OAU-128": "Access token expired",
    "OAU-129": "Access token corrupted",
    "OAU-146": "Invalid client credentials",
    "OAU-149": "OAuth token is invalid",
    "OAU-151": "Authorization method not supported",
    "OAU-210": "Token expired",
    "OAU-213": "Token not found",
    "OAU-250": "Unsupported grant type",
    "OAU-251": "Unauthorized for this grant type",
}
_OAUTH_ERRORS: Mapping[str, str] = {
    "OAU-123": "invalid_client",
    "OAU-146": "invalid_client",
    "OAU-153": "invalid_client",
    "OAU-111": "invalid_request",
    "OAU-150": "invalid_request",
    "OAU-250": "invalid_request",
    "OAU-251": "unauthorized_client",
}
_HEAVY = ("/call-log", "/active-calls", "/recording", "/call-log-sync", "/call-log-extract-sync")


@dataclass(frozen=True, slots=True)
class FaultAnswer:
    """Status, headers and body that go out; `code` is what the journal shows."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    code: str | None


def answer_for(fault: Fault, path: str, own_status: int | None) -> FaultAnswer:
    """The answer a fault puts in the place of the server's, whose status (None: it gave none) may stay."""
    status = fault.status or own_status or 200
    headers = {"Cache-Control": "no-store"}
    if fault.body is not None:
        return _answer(status, headers, fault.body.encode(), fault.body_type, None)
    if status in NO_BODY:
        return _answer(status, headers, b"", None, None)
    if status < 400:
        return _answer(status, headers, b"{}", _JSON, None)
    headers.update(_headers(status, path))
    code = fault.error_code or _code(status, path)
    body = _body(status, code, path)
    return _answer(status, headers, json.dumps(body).encode(), _JSON, code)


def group_of(path: str) -> str:
    """The rate-limit group of a path, as the penalty's headers name it (contract 9)."""
    if path.startswith("/restapi/oauth/"):
        return "auth"
    if any(part in path for part in _HEAVY):
        return "heavy"
    return "medium" if path.endswith("/extension") else "light"


def _code(status: int, path: str) -> str:
    if _is_oauth(path) and status in _OAUTH_CODES:
        return _OAUTH_CODES[status]
    return _CODES.get(status, "CMN-203" if status >= 500 else "CMN-104")


def _body(status: int, code: str, path: str) -> object:
    message = _MESSAGES.get(code, "Cannot parse request" if code == "CMN-104" else f"Error {code}")
    if _is_oauth(path) and code.startswith("OAU-"):
        return OAuthError(status, _OAUTH_ERRORS.get(code, "invalid_grant"), message, code).body()
    return ApiError(status, code, message).body()


def _headers(status: int, path: str) -> dict[str, str]:
    if status == 401:
        return {"WWW-Authenticate": f'Bearer realm="{_REALM}"'}
    if status == 429:
        group = group_of(path)
        return {
            "Retry-After": "60",
            "X-Rate-Limit-Group": group,
            "X-Rate-Limit-Limit": str(DEFAULTS[group].calls),
            "X-Rate-Limit-Remaining": "0",
            "X-Rate-Limit-Window": "60",
        }
    return {"Retry-After": "60"} if status == 503 else {}


def _is_oauth(path: str) -> bool:
    return path in {"/restapi/oauth/token", "/restapi/oauth/revoke"}


def _answer(
    status: int, headers: dict[str, str], body: bytes, kind: str | None, code: str | None
) -> FaultAnswer:
    if kind is not None:
        headers = {**headers, "Content-Type": kind, "Content-Length": str(len(body))}
    raw = tuple((name.lower().encode(), value.encode("latin-1")) for name, value in headers.items())
    return FaultAnswer(status, raw, body, code)
