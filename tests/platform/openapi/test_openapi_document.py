"""The document itself: valid OpenAPI 3.1, complete, in our own words, with examples that keep to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator
from openapi_strict import Strict
from starlette.routing import Route

from headless import Visits
from ringback.platform.api import OPERATIONS
from ringback.platform.app import create_app
from ringback.platform.server import PlatformServer
from ringback.platform.serving.front import Front

METHODS = {"get", "post", "put", "delete", "patch"}
THEIRS = Path(__file__).parents[4] / "shared" / "openapi" / "ringcentral-openapi-2026-08-13.trimmed.json"
# Pages for people: the steps of a login in the browser, and what the controls show in one.
_PAGES = re.compile(r"/restapi/oauth/authorize/.*|/_local/inspector.*")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert method in METHODS
            yield path, method.upper(), operation


def test_it_is_valid_openapi(document: dict[str, Any]) -> None:
    schemathesis = pytest.importorskip("schemathesis")
    schemathesis.openapi.from_dict(document).validate()
    assert document["openapi"].startswith("3.1.")
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert schema.get("description") or "oneOf" in schema, name


def test_references_lead_somewhere_and_every_component_is_used(document: dict[str, Any]) -> None:
    references = set(re.findall(r'"\$ref": "#/components/(\w+)/([\w-]+)"', json.dumps(document)))
    security = {("securitySchemes", name) for name in re.findall(r'"(\w+)": \[', json.dumps(document))}
    components = {(kind, name) for kind, held in document["components"].items() for name in held}
    assert references <= components
    assert components - references <= security


def test_every_operation_says_what_it_does_and_how_it_is_refused(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    tags = {tag["name"] for tag in document["tags"]}
    for path, method, operation in operations(document):
        assert operation["summary"], (path, method)
        assert set(operation["tags"]) <= tags
        statuses = set(operation["responses"])
        assert {"414", "431", "500"} <= statuses
        named = re.findall(r"\{(\w+)\}", path)
        assert named == [p["name"] for p in operation.get("parameters", []) if p["in"] == "path"]
        if "login" in {name for way in operation["security"] for name in way}:
            assert {"400", "401", "403", "404", "429"} <= statuses
            assert "X-Rate-Limit-Remaining" in operation["responses"][min(statuses)]["headers"]


def test_every_json_answer_has_a_schema(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        for status, response in operation["responses"].items():
            for media_type, content in response.get("content", {}).items():
                if media_type.endswith("json"):
                    assert content.get("schema"), f"{method} {path} {status} {media_type}"


def test_every_route_for_programs_is_in_it_and_nothing_else(
    document: dict[str, Any], unlimited: PlatformServer
) -> None:
    front = create_app(unlimited.worlds)
    assert isinstance(front, Front)
    served = {(operation.path, operation.method) for operation in OPERATIONS}
    for route in front._app.app.routes if hasattr(front._app, "app") else front._app.routes:  # type: ignore[attr-defined]
        if not isinstance(route, Route) or not route.path.startswith(("/restapi", "/_local", "/.well-known")):
            continue
        if _PAGES.fullmatch(route.path):
            continue
        path = re.sub(r"\{(\w+)(:\w+)?\}", "{}", route.path)
        served |= {(path, method) for method in route.methods or () if method != "HEAD"}
    described = {(path, method) for path, method, _ in operations(document)}
    templates = {re.sub(r"\{\w+\}", "{}", path): path for path, _ in described if path.startswith("/_local")}
    served = {(templates.get(path, path), method) for path, method in served}
    assert described - served == set()
    assert served - described == set()


def test_parameters_are_the_declared_ones(document: dict[str, Any]) -> None:
    for declared in OPERATIONS:
        operation = document["paths"][declared.path][declared.method.lower()]
        told = {p["name"]: p["schema"] for p in operation.get("parameters", []) if p["in"] == "query"}
        assert list(told) == [parameter.name for parameter in declared.parameters]
        for parameter in declared.parameters:
            schema = told[parameter.name]
            items = schema["items"] if parameter.multi else schema
            assert tuple(items.get("enum", ())) == parameter.enum
            assert schema.get("default") == (None if parameter.multi else parameter.default)


def test_examples_are_valid_and_hold_no_secret(document: dict[str, Any], strict: Strict) -> None:
    found = 0
    places = [operation["responses"] for _, _, operation in operations(document)]
    for responses in (*places, document["components"]["responses"]):
        for response in responses.values():
            for content in response.get("content", {}).values():
                examples = [entry["value"] for entry in content.get("examples", {}).values()]
                examples += [content["example"]] if "example" in content else []
                for example in examples:
                    found += 1
                    assert strict.faults(content["schema"], example) == [], content["schema"]
    assert found > 60
    for path, method, operation in operations(document):
        if method == "GET" and path.startswith("/restapi/v1.0/account"):
            answer = operation["responses"]["200"]["content"]
            assert "example" in answer.get("application/json", {"example": 1}), path


def test_addresses_are_those_of_the_world_that_is_asked(
    unlimited: PlatformServer, document: dict[str, Any]
) -> None:
    base = unlimited.base_url
    assert document["servers"][0]["url"] == base
    other = httpx2.get(f"{base}/_w/described/_local/openapi.json").json()
    assert other["servers"][0]["url"] == f"{base}/_w/described"
    assert "ringback.invalid" not in json.dumps(other)
    flow = other["components"]["securitySchemes"]["login"]["flows"]["authorizationCode"]
    assert flow["tokenUrl"] == f"{base}/_w/described/restapi/oauth/token"


def test_it_is_answered_on_this_machine_only(unlimited: PlatformServer) -> None:
    answer = httpx2.get(f"{unlimited.base_url}/_local/openapi.json", headers={"Host": "example.com"})
    assert answer.status_code == 403


def test_no_secret_of_the_seed_is_in_it(guests: Visits, document: dict[str, Any]) -> None:
    text = json.dumps(document)
    for app in guests.seed.apps:
        assert app["clientSecret"] is None or app["clientSecret"] not in text
    for user in guests.seed.users:
        assert user["password"] not in text


def test_its_words_are_our_own(document: dict[str, Any]) -> None:
    if not THEIRS.exists():
        pytest.skip("RingCentral's document is not beside this repository")
    theirs = set(_told(json.loads(THEIRS.read_text())))
    ours = {text for text in _told(document) if len(text) > 20}
    assert ours & theirs == set()


def _told(part: Any) -> Iterator[str]:
    """All summaries and descriptions, in lower case without a full stop."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("description", "summary") and isinstance(value, str):
                yield value.strip().rstrip(".").lower()
            else:
                yield from _told(value)
    elif isinstance(part, list):
        for value in part:
            yield from _told(value)
