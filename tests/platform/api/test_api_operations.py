"""The registry of operations beside RingCentral's published document, and every answer beside its schemas."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from api_caller import NOW, Api
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ringback.platform.api import OPERATIONS, Operation

FOLDER = Path(__file__).parents[4] / "shared" / "openapi"
DOCUMENT = FOLDER / "ringcentral-openapi-2026-08-13.trimmed.json"
SCHEMAS = FOLDER / "response-schemas.derived.json"
READS = [declared for declared in OPERATIONS if declared.method == "GET"]
# What the published document does not list, and where the contract has it from.
OURS_TOO = {
    "transport",  # company log: contract 11.1, CL28
    "showBlocked",  # company log: contract 11.1, CL28
    *("dateFrom", "phoneNumber", "extensionNumber", "type", "direction"),  # DELETE: contract 11.4, S21
}

Check = Callable[[str, str, int, Any], None]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    if not DOCUMENT.exists():
        pytest.skip("RingCentral's document is not beside this repository")
    found: dict[str, Any] = json.loads(DOCUMENT.read_text())
    return found


@pytest.fixture(scope="module")
def check() -> Check:
    if not SCHEMAS.exists():
        pytest.skip("RingCentral's schemas are not beside this repository")
    schemas = json.loads(SCHEMAS.read_text())
    validators: dict[str, Draft202012Validator] = {}

    def valid(method: str, path: str, status: int, body: Any) -> None:
        answer = f"{method} {_published_path(path)} {status}"
        if answer not in schemas["responses"]:
            assert status >= 400, answer
            answer = "GET /restapi/v1.0/account/{accountId}/call-log 400"
        if answer not in validators:
            schema = {**schemas["responses"][answer], "$defs": schemas["$defs"]}
            validators[answer] = Draft202012Validator(schema)
        assert [f"{error.json_path}: {error.message}" for error in validators[answer].iter_errors(body)] == []

    return valid


def published(document: dict[str, Any], declared: Operation) -> dict[str, Any]:
    item = document["paths"].get(_published_path(declared.path), {})
    found: dict[str, Any] = item.get(declared.method.lower(), {})
    return found


def _published_path(path: str) -> str:
    return "/restapi/{apiVersion}" if path == "/restapi/v1.0" else path


@pytest.mark.parametrize("declared", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_groups_permissions_and_parameters_are_the_published_ones(
    document: dict[str, Any], declared: Operation
) -> None:
    told = published(document, declared)
    if not told:
        assert declared.method == "DELETE"  # of one record: contract 11.4, in no document
        return
    group = told.get("x-throttling-group", "NoThrottling").lower()
    assert group == (declared.group or "nothrottling")
    assert told.get("x-app-permission", "") == declared.app_permission
    parameters = {}
    for each in told.get("parameters", []):
        if "$ref" in each:
            each = document["components"]["parameters"][each["$ref"].rsplit("/", 1)[1]]
        if each["in"] == "query":
            parameters[each["name"]] = each["schema"]
    ours = {parameter.name: parameter for parameter in declared.parameters}
    assert set(parameters) <= set(ours)
    assert set(ours) - set(parameters) <= OURS_TOO
    for name, schema in parameters.items():
        assert ours[name].multi is (schema.get("type") == "array")
        items = schema.get("items", schema)
        if "$ref" in items:
            items = document["components"]["schemas"][items["$ref"].rsplit("/", 1)[1]]
        if "enum" in items:
            assert set(ours[name].enum) == set(items["enum"])
        if "default" in schema:
            assert ours[name].default == schema["default"]
        kind = "date-time" if schema.get("format") == "date-time" else items.get("type", "integer")
        assert ours[name].kind == kind


def test_all_published_operations_are_there(document: dict[str, Any]) -> None:
    ours = {(declared.method.lower(), declared.path) for declared in OPERATIONS}
    for path, item in document["paths"].items():
        if "/account/" in path:
            assert {(method, path) for method in item if method in ("get", "delete", "post", "put")} <= ours


def _values(parameter: Any) -> st.SearchStrategy[str]:
    """Values of one parameter: mostly right ones, some wrong or empty."""
    if parameter.enum:
        right = st.sampled_from(parameter.enum)
    elif parameter.kind == "boolean":
        right = st.sampled_from(["true", "false"])
    elif parameter.kind == "integer":
        right = st.integers(1, 300).map(str) | st.just("max")
    elif parameter.kind == "date-time":
        span = st.integers(0, 20 * 86_400)
        right = span.map(lambda s: (NOW - timedelta(seconds=s)).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    else:
        right = st.sampled_from(["101", "105", "301", "16505550100", "4190", "Spam", "nobody@example.com"])
    return st.one_of(
        right, right, right, st.sampled_from(["", "x", "0", "+1 650", "2026-11", "\u00e9", "-1"])
    )


def _queries(declared: Operation) -> st.SearchStrategy[list[tuple[str, str]]]:
    if not declared.parameters:
        return st.just([])
    pairs = [st.tuples(st.just(p.name), _values(p)) for p in declared.parameters if p.name != "syncToken"]
    return st.lists(st.one_of(*pairs), max_size=5)


def _asked(api: Api, declared: Operation, number: str, data: st.DataObject) -> tuple[Api, str]:
    """Somebody, and the path with ids that are there, mostly."""
    caller = api.by(number)
    path = declared.path.replace("{accountId}", "~").replace("{extensionId}", "~")
    if "{callRecordId}" in path:
        log = path.removesuffix("/{callRecordId}")
        found = caller.get(log, "perPage=5").json().get("records", [])
        path = f"{log}/{data.draw(st.sampled_from([*(r['id'] for r in found), 'nobody']))}"
    if "{recordingId}" in path:
        found = api.records("~/call-log", "recordingType=All&dateFrom=2026-11-12&perPage=5")
        ids = [record["recording"]["id"] for record in found]
        path = path.replace("{recordingId}", data.draw(st.sampled_from([*ids, "7"])))
    return caller, path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=220)
@given(data=st.data())
def test_every_answer_is_valid_against_the_published_schemas(
    api: Api, check: Check, data: st.DataObject
) -> None:
    declared = data.draw(st.sampled_from(READS))
    api.clock.moment = NOW - timedelta(seconds=data.draw(st.integers(0, 86_400)))
    caller, path = _asked(api, declared, data.draw(st.sampled_from(["101", "101", "105"])), data)
    query = data.draw(_queries(declared))
    answer = caller.get(path, urlencode(query))
    assert answer.status_code in (200, 400, 403, 404), answer.text
    if answer.headers["content-type"] == "audio/wav":
        return
    body = answer.json()
    check(declared.method, declared.path, answer.status_code, body)
    token = body.get("syncInfo", {}).get("syncToken")
    if token is not None:
        api.clock.moment += timedelta(seconds=data.draw(st.integers(0, 7_200)))
        more = caller.get(path, f"syncType=ISync&syncToken={token}")
        check(declared.method, declared.path, more.status_code, more.json())
    for link in body.get("navigation", {}).values():
        assert caller.get(link["uri"]).status_code == 200


def test_pages_beyond_what_the_paging_model_counts(api: Api, check: Check) -> None:
    query = "dateFrom=2026-09-01&perPage=1"
    body = api.get("~/call-log", f"{query}&page=1001").json()
    check("GET", "/restapi/v1.0/account/{accountId}/call-log", 200, body)
    assert body["paging"] == {"perPage": 1, "pageStart": 1000, "pageEnd": 1000}
    assert "page=1002" in body["navigation"]["nextPage"]["uri"]
    assert "page=1000" in body["navigation"]["previousPage"]["uri"]
