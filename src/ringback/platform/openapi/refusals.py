"""How operations are refused, as responses of the document; the examples are the platform's own refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ringback.platform.errors import ApiError, OAuthError, not_found, parameter_invalid

from .shapes import ref

Response = dict[str, Any]

_RATE_HEADERS = ("X-Rate-Limit-Group", "X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Window")
HEADERS: dict[str, dict[str, Any]] = {
    "X-Rate-Limit-Group": {
        "description": "The group of calls whose budget was spent; absent when limits are off",
        "schema": {"type": "string", "enum": ["light", "medium", "heavy", "auth"]},
    },
    "X-Rate-Limit-Limit": {
        "description": "Calls of the group in any window",
        "schema": {"type": "integer", "minimum": 1},
    },
    "X-Rate-Limit-Remaining": {
        "description": "Calls that are left now",
        "schema": {"type": "integer", "minimum": 0},
    },
    "X-Rate-Limit-Window": {
        "description": "The length of the window in seconds",
        "schema": {"type": "integer", "minimum": 1},
    },
    "Retry-After": {
        "description": "Seconds to wait; each call before then starts the wait anew",
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {"description": "What the server wants (RFC 6750 3)", "schema": {"type": "string"}},
    "RCRequestId": {
        "description": "Names this request",
        "schema": {"type": "string", "format": "uuid"},
    },
    "Location": {"description": "Where to go from here", "schema": {"type": "string"}},
    "Discovery-Tag": {"description": "Names this version of the answer", "schema": {"type": "string"}},
    "Content-Range": {"description": "Which bytes these are", "schema": {"type": "string"}},
}


def headers(*names: str) -> dict[str, Any]:
    """Headers of a response, by name."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def rate_headers() -> dict[str, Any]:
    """The headers that tell of the budget."""
    return headers(*_RATE_HEADERS)


def refused(
    description: str, refusals: Iterable[ApiError | OAuthError], sent: Mapping[str, Any] | None = None
) -> Response:
    """A refusal, in the shapes that these have, with these headers; each is an example, under its code."""
    examples: dict[str, Any] = {}
    shapes: list[str] = []
    for refusal in refusals:
        if isinstance(refusal, OAuthError):
            shape, name = "OAuthError", refusal.code or refusal.error
        else:
            shape, name = "ApiError", refusal.code
        examples[name] = {"value": refusal.body()}
        if shape not in shapes:
            shapes.append(shape)
    schemas = [ref(shape) for shape in shapes]
    answer: Response = {"description": description}
    if sent:
        answer["headers"] = dict(sent)
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    answer["content"] = {"application/json": {"schema": schema, "examples": examples}}
    return answer


UNAUTHORIZED = (
    ApiError(401, "AGW-401", "Authorization header is not specified"),
    ApiError(401, "AGW-402", "Invalid Authorization header"),
    ApiError(401, "OAU-151", "Authorization method not supported"),
    ApiError(401, "OAU-149", "OAuth token is invalid"),
    ApiError(401, "OAU-128", "Access token expired"),
    ApiError(401, "OAU-129", "Access token corrupted"),
    ApiError(401, "OAU-213", "Token not found"),
    ApiError(401, "CMN-405", "Login to extension required"),
)
TOO_MANY = ApiError(429, "CMN-301", "Request rate exceeded")
STRANGER = ApiError(403, "RBK-403", "Local controls answer on this machine only")

RESPONSES: dict[str, Response] = {
    "Unauthorized": refused("No live access token", UNAUTHORIZED, headers("WWW-Authenticate", "RCRequestId")),
    "NotFound": refused(
        "Nothing has this id, or nothing that the caller may know of",
        [not_found("accountId"), not_found("extensionId"), not_found("callRecordId")],
        rate_headers(),
    ),
    "TooManyRequests": refused(
        "The budget is spent", [TOO_MANY], {**headers("Retry-After"), **rate_headers()}
    ),
    "RangeNotSatisfiable": refused(
        "The range begins behind the end",
        [ApiError(416, "CMN-107", "Requested range not satisfiable")],
        {**headers("Content-Range"), **rate_headers()},
    ),
    "Unavailable": refused(
        "It would take too long, or it cannot be kept: the state file cannot be written",
        [ApiError(503, "CMN-201", "Service Temporary Unavailable")],
        headers("Retry-After"),
    ),
    "Fault": refused("A fault of the platform", [ApiError(500, "CMN-203", "Internal server error")]),
    "AddressTooLong": refused(
        "The address is too long",
        [ApiError(414, "CMN-104", "Cannot parse request: the address is too long")],
    ),
    "HeadersTooLarge": refused(
        "The headers are too large",
        [ApiError(431, "CMN-104", "Cannot parse request: the headers are too large")],
    ),
    "BodyTooSlow": refused(
        "The body did not come in time", [ApiError(408, "CMN-104", "Cannot parse request: too slow")]
    ),
    "BodyTooLarge": refused(
        "The body is too large", [ApiError(413, "CMN-104", "Cannot parse request: too large")]
    ),
    "NotAForm": refused(
        "The body is no form",
        [OAuthError(415, "invalid_request", "Unsupported Media Type")],
    ),
    "NotJson": refused(
        "The body is not JSON", [ApiError(415, "CMN-407", "Header [Content-Type] value is invalid")]
    ),
    "Stranger": refused("Not asked from this machine", [STRANGER]),
}
EVERYWHERE = {"414": "AddressTooLong", "431": "HeadersTooLarge", "500": "Fault", "503": "Unavailable"}


def shared(**names: str) -> dict[str, Any]:
    """Responses of the components by status (`s404="NotFound"`), and those that any request may get."""
    told = {status.removeprefix("s"): name for status, name in names.items()} | EVERYWHERE
    return {status: {"$ref": f"#/components/responses/{name}"} for status, name in sorted(told.items())}


def bad_request(*refusals: ApiError) -> Response:
    """400, for these reasons or a parameter that is none."""
    return refused("A parameter is wrong", refusals or (parameter_invalid("accountId"),), rate_headers())


def json_answer(description: str, name: str, sent: Mapping[str, Any], example: Any = None) -> Response:
    """An answer of this schema, with these headers."""
    media: dict[str, Any] = {"schema": ref(name)}
    if example is not None:
        media["example"] = example
    answer: Response = {"description": description}
    if sent:
        answer["headers"] = dict(sent)
    return {**answer, "content": {"application/json": media}}
