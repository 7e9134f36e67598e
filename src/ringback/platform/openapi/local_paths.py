"""Path items of the platform's own controls under /_local, made from their declarations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ringback.platform.errors import ApiError

from . import answer_controls, local_controls
from .control import Control
from .parameters import path_parameters
from .refusals import refused, shared

_JSON = "application/json"


def local_paths(examples: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The path items; `examples` are answers of the platform, by operationId."""
    paths: dict[str, dict[str, Any]] = {}
    for control in (*local_controls.CONTROLS, *answer_controls.CONTROLS):
        item = paths.setdefault(control.path, {})
        item[control.method.lower()] = _described(control, examples.get(control.name))
    return paths


def _described(control: Control, example: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": control.name,
        "tags": ["Controls"],
        "summary": control.summary,
        "description": "Answered on this machine only.",
        "security": [],
    }
    parameters = [
        *path_parameters(control.path),
        *(
            {"name": name, "in": "query", "required": name in control.needed, "schema": schema}
            for name, schema in control.query.items()
        ),
    ]
    if parameters:
        told["parameters"] = parameters
    if control.body is not None:
        told["requestBody"] = {"required": True, "content": {_JSON: {"schema": control.body}}}
    told["responses"] = {**_answer(control, example), **_refusals(control)}
    return told


def _answer(control: Control, example: Any) -> dict[str, Any]:
    if control.answer is None:
        return {"204": {"description": "Done"}}
    media: dict[str, Any] = {"schema": control.answer}
    if example is not None:
        media["example"] = example
    content = {_JSON: media}
    if control.other_form is not None:
        content[control.other_form] = {"schema": {"type": "string"}}
    return {str(control.status): {"description": control.summary, "content": content}}


def _refusals(control: Control) -> dict[str, Any]:
    reasons: dict[int, list[ApiError]] = {}
    names = {"s403": "Stranger"}
    if control.body is not None:
        reasons[400] = [ApiError(400, "CMN-103", "JSON cannot be parsed")]
        names |= {"s408": "BodyTooSlow", "s413": "BodyTooLarge", "s415": "NotJson"}
    for refusal in control.refusals:
        reasons.setdefault(refusal.status, []).append(refusal)
    own = {str(status): refused("Refused", refusals) for status, refusals in reasons.items()}
    return {**shared(**names), **own}
