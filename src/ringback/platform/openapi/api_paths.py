"""Path items of the API, each from the declaration of its operation; and the schema of each answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ringback.platform.api.bulk import AS_JSON
from ringback.platform.api.operation import COMPANY_LOG, Operation
from ringback.platform.errors import ApiError, parameter_invalid

from .parameters import path_parameters, query_parameter
from .refusals import bad_request, headers, rate_headers, refused, shared
from .shapes import Schema, ref

_JSON = "application/json"
# By status: media type and answer.
Examples = Mapping[int, tuple[str, Any]]
_ACCOUNT = "/restapi/v1.0/account/{accountId}"
_EXTENSION = _ACCOUNT + "/extension/{extensionId}"
# What the JSON of a 200 holds.
_SCHEMAS: Mapping[str, str] = {
    "/restapi": "ApiVersions",
    "/restapi/v1.0": "ApiVersion",
    _ACCOUNT: "Account",
    f"{_ACCOUNT}/extension": "ExtensionPage",
    _EXTENSION: "Extension",
    **{f"{scope}/call-log": "CallLogPage" for scope in (_ACCOUNT, _EXTENSION)},
    **{f"{scope}/active-calls": "CallLogPage" for scope in (_ACCOUNT, _EXTENSION)},
    **{f"{scope}/call-log/{{callRecordId}}": "CallRecord" for scope in (_ACCOUNT, _EXTENSION)},
    **{f"{scope}/call-log-sync": "CallLogSync" for scope in (_ACCOUNT, _EXTENSION)},
    f"{_ACCOUNT}/call-log-extract-sync": "CallLogExtract",
    f"{_ACCOUNT}/recording/{{recordingId}}": "Recording",
}
_DESCRIPTIONS = {
    200: "What was asked for",
    204: "Done; there is nothing to say",
    206: "The bytes that were asked for",
    207: "One outcome for each id",
}
_TAGS = {"call-log": "Call log", "active-calls": "Call log", "recording": "Recordings"}


def name_of(operation: Operation) -> str:
    """The operation's name in the document: its handler's."""
    handler = operation.handler or operation.open_handler
    return getattr(handler, "__name__", f"{operation.method} {operation.path}")


def schema_of(operation: Operation, status: int, media_type: str) -> Schema:
    """What the body of this answer is. An answer that nobody has described may be anything."""
    if not media_type.endswith("json"):
        return {}
    if status == 207:
        return ref("BulkAnswer")
    name = _SCHEMAS.get(operation.path) if status == 200 else None
    return {} if name is None else ref(name)


def api_paths(operations: Iterable[Operation], examples: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The path items of these operations; `examples` are answers of theirs, by name."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        item = paths.setdefault(operation.path, {})
        name = name_of(operation)
        told = {200: (_JSON, examples.get(name)), 207: (AS_JSON, examples.get(f"{name} 207"))}
        item[operation.method.lower()] = _described(operation, told)
    return paths


def _described(operation: Operation, examples: Examples) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": name_of(operation),
        "tags": [_tag(operation.path)],
        "summary": operation.summary,
        "description": _description(operation),
    }
    parameters = [
        *path_parameters(operation.path),
        *(query_parameter(parameter) for parameter in operation.parameters),
    ]
    if parameters:
        told["parameters"] = parameters
    told["security"] = _security(operation)
    told["responses"] = {**_answers(operation, examples), **_refusals(operation)}
    return told


def _tag(path: str) -> str:
    for segment in path.split("/"):
        for word, tag in _TAGS.items():
            if segment.startswith(word):
                return tag
    return "Account" if "account" in path else "API"


def _description(operation: Operation) -> str:
    if operation.handler is None:
        return "Takes no token, and is not throttled."
    said = [
        f"The app needs the permission {operation.app_permission},"
        f" the user {_user_permission(operation)}. Rate-limit group: {operation.group}."
    ]
    if operation.own_only:
        said.append("Another extension's data takes an administrator.")
    if 207 in operation.answers:
        said.append("For several ids the answer is 207, in the form that `Accept` asks for.")
    return " ".join(said)


def _user_permission(operation: Operation) -> str:
    name = operation.user_permission
    return f"{name}, which administrators have" if name == COMPANY_LOG else name


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    if operation.handler is None:
        return []
    return [{"login": [operation.app_permission]}, {"bearer": []}, {"tokenInQuery": []}]


def _answers(operation: Operation, examples: Examples) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for status, media_types in operation.answers.items():
        answer: dict[str, Any] = {"description": _DESCRIPTIONS[status], "headers": headers("RCRequestId")}
        if operation.group is not None:
            answer["headers"] |= rate_headers()
        if status == 206:
            answer["headers"] |= headers("Content-Range")
        content = {
            media_type: {"schema": schema} if (schema := schema_of(operation, status, media_type)) else {}
            for media_type in media_types
        }
        media_type, example = examples.get(status, ("", None))
        if example is not None and media_type in content:
            content[media_type]["example"] = example
        if content:
            answer["content"] = content
        answers[str(status)] = answer
    return answers


def _refusals(operation: Operation) -> dict[str, Any]:
    if operation.handler is None:
        return shared()
    names = {"s401": "Unauthorized", "s404": "NotFound", "s429": "TooManyRequests"}
    if 206 in operation.answers:
        names["s416"] = "RangeNotSatisfiable"
    wrong = [parameter_invalid(parameter.name) for parameter in operation.parameters[:1]]
    return {
        "400": bad_request(*wrong, ApiError(400, "CMN-104", "Cannot parse request")),
        "403": refused("The app or the user may not", _forbidden(operation), rate_headers()),
        **shared(**names),
    }


def _forbidden(operation: Operation) -> list[ApiError]:
    app, user = operation.app_permission, operation.user_permission
    told = [
        ApiError(
            403,
            "CMN-401",
            f"In order to call this API endpoint, application needs to have [{app}] permission",
            permissionName=app,
        ),
        ApiError(
            403,
            "CMN-408",
            f"In order to call this API endpoint, user needs to have [{user}] permission "
            "for requested resource.",
            permissionName=user,
        ),
    ]
    if operation.own_only:
        told.append(
            ApiError(
                403,
                "CMN-419",
                "In order to call this API endpoint for another extension, user needs to have "
                f"[{user}] permission granted with extended scope",
                permissionName=user,
            )
        )
    return told
