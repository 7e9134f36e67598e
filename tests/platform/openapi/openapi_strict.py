"""Checking answers against our own document, closed so that nothing undeclared passes; and against theirs."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from jsonschema import Draft202012Validator, FormatChecker

PUBLISHED = Path(__file__).parents[4] / "shared" / "openapi" / "response-schemas.derived.json"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_formats = FormatChecker(())


@_formats.checks("date-time", ValueError)
def _is_time(value: object) -> bool:
    if isinstance(value, str):
        datetime.fromisoformat(value)
        return _TIME.fullmatch(value) is not None
    return True


@_formats.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"https?://[!-~]+", value) is not None


def closed(schema: Any) -> Any:
    """The same schema, where an object has no other properties than those it declares."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    answer = {name: closed(part) for name, part in schema.items()}
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        answer.setdefault("additionalProperties", False)
    return answer


class Bearer(httpx2.Auth):
    """Sends an access token, with httpx2 and with requests, and never shows it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        yield self(request)


@dataclass(frozen=True)
class Answer:
    """What is looked at of an answer; `media_type` is without parameters."""

    status: int
    media_type: str
    content: bytes

    @classmethod
    def of(cls, answer: Any) -> Answer:
        """That of httpx2, or of Schemathesis, whose headers are lists."""
        sent = answer.headers.get("content-type", "")
        text = sent if isinstance(sent, str) else sent[0]
        return cls(answer.status_code, text.partition(";")[0], answer.content)


class Strict:
    """Finds what an answer has that our document does not declare, or lacks that it does."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._components = closed(document["components"]["schemas"])
        self._validators: dict[str, Draft202012Validator] = {}

    def schema(self, path: str, method: str, status: int, media_type: str) -> Any:
        """What the document says of a body; AssertionError where it says nothing."""
        responses = self.document["paths"][path][method.lower()]["responses"]
        assert str(status) in responses, f"{method} {path} answered {status}, which is not declared"
        response = responses[str(status)]
        if "$ref" in response:
            response = self.document["components"]["responses"][response["$ref"].rpartition("/")[2]]
        content = response.get("content", {})
        assert media_type in content, f"{method} {path} {status} answered {media_type}, which is not declared"
        return content[media_type].get("schema")

    def faults(self, schema: Any, body: Any) -> list[str]:
        """What is wrong with a body, by this schema closed."""
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            whole = {**closed(schema), "components": {"schemas": self._components}}
            self._validators[key] = Draft202012Validator(whole, format_checker=_formats)
        return [f"{fault.json_path}: {fault.message}" for fault in self._validators[key].iter_errors(body)]

    def check(self, path: str, method: str, answer: Answer) -> None:
        """AssertionError unless the answer is what the document says, and no more."""
        if answer.status == 204:
            assert answer.content == b""
            return
        if not answer.media_type and not answer.content:
            return
        schema = self.schema(path, method, answer.status, answer.media_type)
        if answer.media_type.endswith("json"):
            assert schema is not None, f"{method} {path} {answer.status} has no schema"
            assert self.faults(schema, json.loads(answer.content)) == []


@cache
def _published() -> dict[str, Any]:
    if not PUBLISHED.exists():
        return {}
    document: dict[str, Any] = json.loads(PUBLISHED.read_text())
    return document


@cache
def _published_validator(key: str) -> Draft202012Validator | None:
    document = _published()
    if key not in document.get("responses", {}):
        return None
    return Draft202012Validator({**document["responses"][key], "$defs": document["$defs"]})


def published_faults(path: str, method: str, answer: Answer) -> list[str]:
    """What is wrong with an answer by RingCentral's own schemas; nothing where these are not here."""
    path = "/restapi/{apiVersion}" if path == "/restapi/v1.0" else path
    validator = _published_validator(f"{method.upper()} {path} {answer.status}")
    if validator is None or not answer.media_type.endswith("json"):
        return []
    return [
        f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(json.loads(answer.content))
    ]
